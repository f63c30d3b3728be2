/** The one place that names the polyfill: `browser.*` with promises, for the background and the pages. */
import browser from 'webextension-polyfill';

export { browser };
