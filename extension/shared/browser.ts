/** The browser's API for the background and the extension's pages. In both browsers `chrome` gives promises. */
import type { Browser } from 'webextension-polyfill';

export const browser = chrome as unknown as Browser;
