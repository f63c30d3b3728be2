/**
 * The toolbar icons as pixels. Given a file's path instead, Chromium loads and decodes it again for each tab, which
 * takes a third of the time that the background needs for a page.
 */

/** By the files' paths, as data URLs: to load a file would look like a request in every audit of this code. */
const FILES = import.meta.glob<string>('../../icons/icon*-{16,32}.png', {
  query: '?inline',
  import: 'default',
  eager: true,
});

type Images = Record<string, ImageData>;

/** The pixels of an icon, by their size. */
export async function imagesOf(icon: string): Promise<Images> {
  const known = images.get(icon) ?? (await decoded(icon));
  images.set(icon, known);
  return known;
}

const images = new Map<string, Images>();

async function decoded(icon: string): Promise<Images> {
  const pixels = await Promise.all([16, 32].map((size) => pixelsOf(FILES[`../../icons/${icon}-${size}.png`]!)));
  return Object.fromEntries(pixels.map((each) => [each.width, each]));
}

async function pixelsOf(dataUrl: string): Promise<ImageData> {
  const bytes = Uint8Array.from(atob(dataUrl.split(',')[1]!), (character) => character.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes]));
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}
