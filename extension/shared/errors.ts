/** Where unexpected errors end: logged once, by name and message alone, which carry no token. */

/** In the console of whoever runs it: the page's own, for the content script, because the background may be gone. */
export function reportError(error: unknown): void {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  console.error(`Freshtoken: ${name}: ${message}`);
}

/** Lets a listener's work go on by itself, and sees its error if it fails. */
export function reportErrors(work: Promise<unknown>): void {
  work.catch(reportError);
}

/** Does what only helps: where it fails, what must happen happens all the same. */
export function quietly(work: () => void): void {
  try {
    work();
  } catch (error) {
    reportError(error);
  }
}
