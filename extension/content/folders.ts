/** The files in dropped folders. A transfer made by a script holds files alone, so that folders are released as what is in them. */

/** Every file under an entry, in the order in which the browser lists them. */
export async function filesUnder(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) {
    return [await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed))];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const children: FileSystemEntry[] = [];
  // A reader gives its entries in portions, the last of which is empty.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0) break;
    children.push(...some);
  }
  const files = [];
  for (const child of children) files.push(...(await filesUnder(child)));
  return files;
}
