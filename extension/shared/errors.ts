/** Unexpected errors are logged once, by name and message only, which contain no token. */

/** Logs to the caller's console: for the content script the page's own, because the background may be gone. */
export function reportError(error: unknown): void {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  console.error(`Freshtoken: ${name}: ${message}`);
}

/** Lets a listener's work run on its own, and logs its error if it fails. */
export function reportErrors(work: Promise<unknown>): void {
  work.catch(reportError);
}

/** Does work that is helpful but not essential: if it fails, the error is logged and the caller carries on. */
export function quietly(work: () => void): void {
  try {
    work();
  } catch (error) {
    reportError(error);
  }
}
