/**
 * Writes zip archives whose bytes depend only on the names and contents of the files: entries are sorted, all have the
 * same time, and none has an owner. Needs no library, because the packages are small: no zip64, no encryption. The
 * format is that of PKWARE's APPNOTE.TXT, version 2.0.
 */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { crc32, deflateRawSync } from 'node:zlib';

const VERSION = 20;
/** Files that were made under Unix carry their mode; these are ordinary ones: `-rw-r--r--`. */
const MADE_BY_UNIX = (3 << 8) | VERSION;
const MODE = 0o100644 * 0x10000;
/** Names are in UTF-8. */
const FLAGS = 1 << 11;
const STORED = 0;
const DEFLATED = 8;
/** The first day that the format knows: the 1st of January 1980. */
const TIME = 0;
const DATE = (1 << 5) | 1;

/** Takes pairs of a name, with `/` between folders, and a `Buffer`; gives the archive as a `Buffer`. */
export function zip(files) {
  const local = [];
  const central = [];
  let offset = 0;
  for (const [path, content] of files.toSorted(byName)) {
    const name = Buffer.from(path);
    const deflated = deflateRawSync(content, { level: 9 });
    const isSmaller = deflated.length < content.length;
    const data = isSmaller ? deflated : content;
    const sizes = [u32(data.length), u32(content.length), u16(name.length)];
    const method = u16(isSmaller ? DEFLATED : STORED);
    const shared = [u16(VERSION), u16(FLAGS), method, u16(TIME), u16(DATE), u32(crc32(content)), ...sizes, u16(0)];
    const entry = Buffer.concat([u32(0x04034b50), ...shared, name, data]);
    // No comment, the first disk, no attributes of its own.
    const rest = [u16(0), u16(0), u16(0), u32(MODE), u32(offset)];
    local.push(entry);
    central.push(Buffer.concat([u32(0x02014b50), u16(MADE_BY_UNIX), ...shared, ...rest, name]));
    offset += entry.length;
  }
  const directory = Buffer.concat(central);
  const count = u16(central.length);
  const place = [u32(directory.length), u32(offset)];
  return Buffer.concat([...local, directory, u32(0x06054b50), u16(0), u16(0), count, count, ...place, u16(0)]);
}

/** The archive of everything in a folder. */
export function zipOf(folder) {
  const names = readdirSync(folder, { recursive: true }).map((name) => name.replaceAll('\\', '/'));
  const files = names.filter((name) => statSync(`${folder}/${name}`).isFile());
  return zip(files.map((name) => [name, readFileSync(`${folder}/${name}`)]));
}

function byName([one], [other]) {
  return one < other ? -1 : Number(one > other);
}

function u16(value) {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
