/** Files that change on the disk before they are released. */
import { appendFileSync, mkdtempSync, openAsBlob, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changedFilesOf } from '../../extension/content/guard/changed-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'freshtoken-whole-'));

async function onDisk(name: string): Promise<[File, string]> {
  const path = join(folder, name);
  writeFileSync(path, 'the whole log');
  return [new File([await openAsBlob(path)], name), path];
}

test('names the files that have changed or are gone, and no other', async () => {
  const [unchanged] = await onDisk('unchanged.log');
  const [gone, gonePath] = await onDisk('gone.log');
  const [grown, grownPath] = await onDisk('grown.log');
  const [shrunk, shrunkPath] = await onDisk('shrunk.log');
  rmSync(gonePath);
  appendFileSync(grownPath, '!');
  writeFileSync(shrunkPath, 'the');
  expect(await changedFilesOf([unchanged, gone, grown, shrunk])).toEqual(['gone.log', 'grown.log', 'shrunk.log']);
});

test('a file whose last byte reads as nothing has changed: so Firefox reads a file that became shorter', async () => {
  expect(await changedFilesOf([fileReading('shrunk.log', () => Promise.resolve(''))])).toEqual(['shrunk.log']);
});

test('a file in memory, an empty file and a file that ends with a zero byte are unchanged', async () => {
  expect(await changedFilesOf([new File(['x'], 'x'), new File([], 'empty'), new File(['\0'], 'zero')])).toEqual([]);
});

test('only the last byte of a file is read', async () => {
  const sizes: number[] = [];
  const large = new File(['0123456789'], 'large.log');
  const slice = large.slice.bind(large);
  large.slice = (...range) => {
    const part = slice(...range);
    sizes.push(part.size);
    return part;
  };
  large.text = () => Promise.reject(new Error('The whole file was read'));
  expect(await changedFilesOf([large])).toEqual([]);
  expect(sizes).toEqual([1]);
});

/** A file whose last byte reads as this text. */
function fileReading(name: string, text: () => Promise<string>): File {
  const file = new File(['x'], name);
  file.slice = () => Object.assign(new Blob(['x']), { text });
  return file;
}
