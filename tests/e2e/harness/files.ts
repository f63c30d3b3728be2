/** Files to attach, of given bytes, in a folder of their own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { readFileSync } from 'node:fs';

/** What a page was given, in a shape that survives the way into it. */
export interface FileInPage {
  readonly name: string;
  readonly type: string;
  readonly base64: string;
}

export interface FileFolder {
  /** Writes a file of these bytes and gives its path. */
  make(name: string, bytes: Uint8Array | string): Promise<string>;
  remove(): Promise<void>;
}

export async function openFileFolder(): Promise<FileFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'freshtoken-files-'));
  return {
    async make(name, bytes) {
      const path = join(folder, name);
      await writeFile(path, bytes);
      return path;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A file on disk, ready to be made anew in a page. */
export function fileInPage(path: string): FileInPage {
  return {
    name: basename(path),
    type: TYPES.get(extname(path)) ?? '',
    base64: readFileSync(path).toString('base64'),
  };
}

/** The smallest picture there is: one pixel, 67 bytes. */
export const PICTURE: Uint8Array = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const TYPES = new Map([
  ['.txt', 'text/plain'],
  ['.png', 'image/png'],
  ['.pdf', 'application/pdf'],
  ['.zip', 'application/zip'],
]);
