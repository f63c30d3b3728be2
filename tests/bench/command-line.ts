/** The command line of the benchmark and of the soak test. */

/** The command as it was typed, for the foot of a table. Takes the name of the npm script. */
export function typedCommand(script: string): string {
  const words = process.argv.slice(2).map((word) => (word.includes(' ') ? `"${word}"` : word));
  return [`npm run ${script}`, ...(words.length > 0 ? ['--', ...words] : [])].join(' ');
}

/** The number that an option was given; throws, with a sentence, if it is none. */
export function wholeNumber(option: string, given: string, atLeast: number): number {
  if (!/^\d{1,9}$/.test(given) || Number(given) < atLeast)
    throw new Error(`--${option}: expected a whole number, at least ${atLeast}, not "${given}"`);
  return Number(given);
}
