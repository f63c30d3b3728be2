/** Where unexpected errors end: logged once, by name and message alone, which carry no token. */

/** Lets a listener's work go on by itself, and sees its error if it fails. */
export function reportErrors(work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    console.error(`Freshtoken: ${name}: ${message}`);
  });
}
