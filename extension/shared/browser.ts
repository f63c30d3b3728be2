/** The only import of the polyfill: `browser.*` with promises, for the background and the extension's pages. */
import browser from 'webextension-polyfill';

export { browser };
