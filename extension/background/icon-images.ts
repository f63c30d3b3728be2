/**
 * The toolbar icons as pixels. Given a file's path instead, Chromium loads and decodes it again for each tab, which
 * takes a third of the time that the background needs for a page.
 */
import { browser } from '../shared/browser.ts';

type Images = Record<string, ImageData>;

/** The pixels of an icon, by their size. Rejects if a file of the package can't be read. */
export async function imagesOf(icon: string): Promise<Images> {
  const known = images.get(icon) ?? (await decoded(icon));
  images.set(icon, known);
  return known;
}

const images = new Map<string, Images>();

async function decoded(icon: string): Promise<Images> {
  const pixels = await Promise.all([16, 32].map((size) => pixelsOf(`/icons/${icon}-${size}.png`)));
  return Object.fromEntries(pixels.map((each) => [each.width, each]));
}

async function pixelsOf(path: string): Promise<ImageData> {
  const file = await fetch(browser.runtime.getURL(path));
  const bitmap = await createImageBitmap(await file.blob());
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}
