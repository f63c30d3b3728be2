/** Where the page's unexpected errors end: logged once, by name and message alone, which carry no token. */

/** In the page's own console, because the background may be gone. */
export function reportError(error: unknown): void {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  console.error(`Freshtoken: ${name}: ${message}`);
}

/** Does what only helps: where it fails, what must happen happens all the same. */
export function quietly(work: () => void): void {
  try {
    work();
  } catch (error) {
    reportError(error);
  }
}
