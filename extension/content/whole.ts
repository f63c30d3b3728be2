/** Whether files can still be read: what was dropped or picked is on a disk, where it can change or go before it is let go. */
import { within } from '../../src/within.ts';

/** A disk that does not answer tells nothing. */
const DISK_MILLIS = 1_000;

/** The names of the files that are no more as they were given, as far as the last byte of each tells. None is read whole. */
export async function changedOf(files: readonly File[]): Promise<string[]> {
  const are = await Promise.all(files.map(isChanged));
  return files.filter((_file, at) => are[at]).map(({ name }) => name);
}

/** Chromium fails where size or time are others, Firefox where the file is gone; of a shorter one it gives no byte there. */
async function isChanged(file: File): Promise<boolean> {
  if (file.size === 0) return false;
  const last = file.slice(-1).text();
  const isGone = last.then(
    (text) => text === '',
    () => true,
  );
  return (await within(DISK_MILLIS, isGone)) === true;
}
