/**
 * The toolbar icons as pixels: given the path of a picture instead, Chromium loads and decodes it again for each tab.
 * The files hold bare pixels (scripts/render-icons.mjs), because a worker that has just started would need 20 ms to
 * decode a picture, in which nothing else goes on.
 */
import { browser } from '../shared/browser.ts';

type Images = Record<string, ImageData>;

/** The pixels of an icon, by their size. Rejects if a file of the package can't be read. */
export async function imagesOf(icon: string): Promise<Images> {
  const known = images.get(icon) ?? (await readImages(icon));
  images.set(icon, known);
  return known;
}

const images = new Map<string, Images>();

async function readImages(icon: string): Promise<Images> {
  const pixels = await Promise.all([16, 32].map((size) => readPixels(icon, size)));
  return Object.fromEntries(pixels.map((each) => [each.width, each]));
}

async function readPixels(icon: string, size: number): Promise<ImageData> {
  const file = await fetch(browser.runtime.getURL(`/icons/${icon}-${size}.rgba`));
  return new ImageData(new Uint8ClampedArray(await file.arrayBuffer()), size);
}
