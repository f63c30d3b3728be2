/** Everything a browser complained about: a test that passes beside an error in the console has not passed. */

export interface BrowserComplaint {
  /** Whose code it was: a page's own, or the extension's (background, popup and content script alike). */
  readonly where: 'page' | 'extension';
  /** `network` is the browser's own line about a failed request, in Chromium only. */
  readonly kind: 'console' | 'exception' | 'network' | 'browser';
  readonly level: 'error' | 'warning';
  readonly text: string;
  readonly url: string;
}

/** Tells the extension's complaints from the page's by the address of the script that made them. */
export function whereOf(url: string, extensionOrigin: string, context = ''): 'page' | 'extension' {
  return url.startsWith(extensionOrigin) || context.startsWith(extensionOrigin) ? 'extension' : 'page';
}
