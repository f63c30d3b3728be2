/** Joins PNG pictures to one animated PNG (https://www.w3.org/TR/png-3/#apng-frame-based-animation). */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** A picture, and for how many seconds it is shown. */
export interface Frame {
  readonly png: Uint8Array;
  readonly seconds: number;
}

/** An animated PNG of these frames, which plays without end. All must have one size and one colour format. */
export function animate(frames: readonly Frame[]): Buffer {
  const parts = frames.map(({ png }) => chunksOf(Buffer.from(png)));
  const headers = parts.map((chunks) => chunks.find(({ type }) => type === 'IHDR')!.data);
  const header = headers[0]!;
  if (!headers.every((each) => each.equals(header))) throw new Error('The frames differ in size or in colour format');
  // Numbers the chunks `fcTL` and `fdAT`.
  let sequence = 0;
  const images = parts.flatMap((chunks, index) => {
    const control = Buffer.concat([
      uint32(sequence++),
      header.subarray(0, 8),
      // No offset.
      uint32(0),
      uint32(0),
      fraction(frames[index]!.seconds),
      // Keep the frame, and replace it with the next one.
      Buffer.from([0, 0]),
    ]);
    const pixels = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
    const image = deflateSync(inflateSync(pixels), { level: 9 });
    return [
      chunk('fcTL', control),
      index === 0 ? chunk('IDAT', image) : chunk('fdAT', Buffer.concat([uint32(sequence++), image])),
    ];
  });
  const animation = Buffer.concat([uint32(frames.length), uint32(0)]);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('acTL', animation),
    ...images,
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

/** The chunks of a PNG: each has its length, its type, its data and a checksum. */
export function chunksOf(png: Buffer): Chunk[] {
  if (!png.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw new Error('This is no PNG');
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE.length; at < png.length;) {
    const length = png.readUInt32BE(at);
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return chunks;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([uint32(data.length), body, uint32(crc32(body))]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Seconds as numerator and denominator, sixteen bits each. */
function fraction(seconds: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16BE(Math.round(seconds * 1_000), 0);
  bytes.writeUInt16BE(1_000, 2);
  return bytes;
}
