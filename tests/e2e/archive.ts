/** The archives that `npm run release` makes, for tests that install them. */

const SCRIPT = '../../scripts/zip.mjs';

/** The archive of everything in a folder. */
export const { zipOf } = (await import(SCRIPT)) as { zipOf: (folder: string) => Buffer };
