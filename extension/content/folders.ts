/** The files in dropped folders. A transfer made by a script holds files alone, so that folders are released as what is in them. */
import { within } from '../../src/within.ts';
import { reportError } from '../errors.ts';

/** A folder on a drive that does not answer must not hold up everything else. */
const MOST_MILLIS = 30_000;

/** Every file in the folders, in the order in which the browser lists them. What can't be read is left out. */
export async function filesIn(folders: readonly FileSystemEntry[]): Promise<File[]> {
  const found: File[] = [];
  await within(MOST_MILLIS, collect(folders, found));
  return [...found];
}

async function collect(entries: readonly FileSystemEntry[], into: File[]): Promise<void> {
  for (const entry of entries) {
    try {
      if (entry.isFile) into.push(await fileOf(entry as FileSystemFileEntry));
      else await collect(await childrenOf(entry as FileSystemDirectoryEntry), into);
    } catch (error) {
      reportError(error);
    }
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((done, failed) => entry.file(done, failed));
}

async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  // A reader gives its entries in portions, the last of which is empty.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0) return children;
    children.push(...some);
  }
}
