/** Whether files can still be read: what was dropped or picked is on a disk, where it can change or go before it is let go. */
import { withTimeout } from '../../../src/lib/async.ts';

/**
 * The names of the files that are no more as they were given, as far as the last byte of each tells: none is read whole. A disk that
 * does not answer in a second tells nothing, nor does a file of a frame that is gone.
 */
export async function changedOf(files: readonly File[]): Promise<string[]> {
  const changed: string[] = [];
  for (const file of files) if (await withTimeout(1_000, isChanged(file))) changed.push(file.name);
  return changed;
}

/** Chromium fails where size or time are others, Firefox where the file is gone; of a shorter one it gives no byte there. */
async function isChanged(file: File): Promise<boolean> {
  return (
    file.size > 0 &&
    (await file
      .slice(-1)
      .text()
      .catch(() => '')) === ''
  );
}
