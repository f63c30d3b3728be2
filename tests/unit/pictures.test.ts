/** The pictures that strangers see first: the stores' have the size and the format that Chrome demands. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { animate, chunksOf } from '../../scripts/apng.ts';

const STORE = readdirSync('store/pictures').toSorted();
const STORY = 'docs/images/story.png';
const MEGABYTE = 1_000_000;

/** The header of a PNG: its size, its bits for each channel, and its kind of colour, where 2 is RGB without alpha. */
function headerOf(file: string): { width: number; height: number; bits: number; colour: number } {
  const { data } = chunksOf(readFileSync(file))[0]!;
  return {
    width: data.readUInt32BE(0),
    height: data.readUInt32BE(4),
    bits: data.readUInt8(8),
    colour: data.readUInt8(9),
  };
}

describe('the stores', () => {
  test('have five pictures and the promotional one, and store/README.md lists them', () => {
    const listed = readFileSync('store/README.md', 'utf8').matchAll(/\]\(pictures\/(.+?)\)/g);
    expect([...listed].map(([, file]) => file)).toEqual(STORE);
    expect(STORE).toHaveLength(6);
  });

  test.each(STORE)('get %s in the size that they want, in 24 bits without transparency', (file) => {
    const size = file === 'promotion.png' ? { width: 440, height: 280 } : { width: 1280, height: 800 };
    expect(headerOf(`store/pictures/${file}`)).toEqual({ ...size, bits: 8, colour: 2 });
  });

  test('get less than 1.5 megabytes together', () => {
    const sizes = STORE.map((file) => statSync(`store/pictures/${file}`).size);
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(1.5 * MEGABYTE);
  });
});

describe('the README', () => {
  test('begins with an animated picture of less than a megabyte, and has a still one of the same size', () => {
    const chunks = chunksOf(readFileSync(STORY));
    expect(chunks.filter(({ type }) => type === 'fcTL').length).toBeGreaterThan(5);
    expect(statSync(STORY).size).toBeLessThan(MEGABYTE);
    expect(headerOf('docs/images/story-still.png')).toEqual(headerOf(STORY));
  });
});

describe('an animation', () => {
  const still = readFileSync('icons/icon-16.png');

  test('has the frames in order, each with its time, and the first as the still picture', () => {
    const chunks = chunksOf(
      animate([
        { png: still, seconds: 2.5 },
        { png: still, seconds: 1 },
      ]),
    );
    expect(chunks.map(({ type }) => type)).toEqual(['IHDR', 'acTL', 'fcTL', 'IDAT', 'fcTL', 'fdAT', 'IEND']);
    const numbered = chunks.filter(({ type }) => ['fcTL', 'fdAT'].includes(type));
    expect(numbered.map(({ data }) => data.readUInt32BE(0))).toEqual([0, 1, 2]);
    const times = chunks.filter(({ type }) => type === 'fcTL').map(({ data }) => data.readUInt16BE(20));
    expect(times).toEqual([2_500, 1_000]);
  });

  test('is refused with frames of different sizes, and with what is no PNG', () => {
    const other = readFileSync('icons/icon-32.png');
    expect(() =>
      animate([
        { png: still, seconds: 1 },
        { png: other, seconds: 1 },
      ]),
    ).toThrow('differ in size');
    expect(() => chunksOf(Buffer.from('no picture'))).toThrow('no PNG');
  });
});
