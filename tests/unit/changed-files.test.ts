/** Files that change on their disk before they are let go. */
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

test('those that have changed or gone are named, and no other', async () => {
  const [left] = await onDisk('left.log');
  const [gone, gonePath] = await onDisk('gone.log');
  const [grown, grownPath] = await onDisk('grown.log');
  const [shrunk, shrunkPath] = await onDisk('shrunk.log');
  rmSync(gonePath);
  appendFileSync(grownPath, '!');
  writeFileSync(shrunkPath, 'the');
  expect(await changedFilesOf([left, gone, grown, shrunk])).toEqual(['gone.log', 'grown.log', 'shrunk.log']);
});

test('a file that gives no byte where its last one was has changed, as Firefox tells of a shorter one', async () => {
  expect(await changedFilesOf([read('shrunk.log', () => Promise.resolve(''))])).toEqual(['shrunk.log']);
});

test('a file in memory is whole, and so is an empty one, and one that ends with a zero', async () => {
  expect(await changedFilesOf([new File(['x'], 'x'), new File([], 'empty'), new File(['\0'], 'zero')])).toEqual([]);
});

test('nothing is read of a file but its last byte', async () => {
  const sizes: number[] = [];
  const large = new File(['0123456789'], 'large.log');
  const slice = large.slice.bind(large);
  large.slice = (...range) => {
    const part = slice(...range);
    sizes.push(part.size);
    return part;
  };
  large.text = () => Promise.reject(new Error('It is read whole'));
  expect(await changedFilesOf([large])).toEqual([]);
  expect(sizes).toEqual([1]);
});

/** A file of whose last byte a read gives this. */
function read(name: string, text: () => Promise<string>): File {
  const file = new File(['x'], name);
  file.slice = () => Object.assign(new Blob(['x']), { text });
  return file;
}
