/** Firefox installs for good only from an archive. This makes one, uncompressed, which a zip may be. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** A zip of everything under `folder`, names relative to it. Same files, same bytes. */
export function zipOf(folder: string): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.replace(/\/$/, '').length + 1))
    .sort();
  for (const name of names) {
    const bytes = readFileSync(join(folder, name));
    const path = Buffer.from(name.replaceAll('\\', '/'));
    const shared = sharedHeader(path, bytes);
    const local = Buffer.concat([u32(0x04034b50), shared, path, bytes]);
    directory.push(
      Buffer.concat([u32(0x02014b50), u16(20), shared, u16(0, 0, 0), u32(0), u32(offset), path]),
    );
    parts.push(local);
    offset += local.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.concat([
    u32(0x06054b50),
    u16(0, 0, names.length, names.length),
    u32(index.length),
    u32(offset),
    u16(0),
  ]);
  return Buffer.concat([...parts, index, end]);
}

/** The fields that an entry's header has in common with its line in the directory. */
function sharedHeader(path: Buffer, bytes: Buffer): Buffer {
  const versionFlagsMethodTimeDate = u16(20, 0x0800, 0, 0, 0x21);
  const sizes = [crc32(bytes), bytes.length, bytes.length].map(u32);
  return Buffer.concat([versionFlagsMethodTimeDate, ...sizes, u16(path.length, 0)]);
}

function u16(...values: number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 2);
  values.forEach((value, at) => buffer.writeUInt16LE(value, at * 2));
  return buffer;
}

function u32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}
