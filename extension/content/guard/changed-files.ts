/** Whether files can still be read: they are on a disk, where they can change or disappear before their release. */
import { withTimeout } from '../../../src/lib/async.ts';

/**
 * The names of the files that have changed or are gone, judging by the last byte of each: no file is read whole. If a
 * disk does not answer within a second its file counts as unchanged; so does a file of a frame that is gone.
 */
export async function changedFilesOf(files: readonly File[]): Promise<string[]> {
  const changed: string[] = [];
  for (const file of files) if (await withTimeout(1_000, isChanged(file))) changed.push(file.name);
  return changed;
}

/** Chromium fails if size or time differ, Firefox if the file is gone; of a shorter file it reads no byte there. */
async function isChanged(file: File): Promise<boolean> {
  return (
    file.size > 0 &&
    (await file
      .slice(-1)
      .text()
      .catch(() => '')) === ''
  );
}
