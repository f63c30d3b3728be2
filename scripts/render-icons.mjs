/**
 * Renders icons/*.svg: the product icon as PNG, in the sizes that the manifest names; the icon of each state as bare
 * pixels (RGBA, row by row), in toolbar sizes. `node scripts/render-icons.mjs`. The size of 16 pixels has a simpler
 * drawing, `*-small.svg`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const PRODUCT = 'icon';
const MANIFEST_SIZES = [16, 32, 48, 128];
const STATES = [PRODUCT, 'icon-aging', 'icon-bad', 'icon-quiet'];
const TOOLBAR_SIZES = [16, 32];

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
try {
  const page = await browser.newPage();
  for (const size of MANIFEST_SIZES) writeFileSync(`icons/${PRODUCT}-${size}.png`, await pngOf(page, PRODUCT, size));
  for (const name of STATES)
    for (const size of TOOLBAR_SIZES)
      writeFileSync(`icons/${name}-${size}.rgba`, await pixelsIn(page, await pngOf(page, name, size)));
} finally {
  await browser.close();
}

async function pngOf(page, name, size) {
  const source = size === 16 ? `${name}-small` : name;
  const svg = readFileSync(`icons/${source}.svg`, 'utf8').replace(
    '<svg ',
    `<svg style="display:block" width="${size}" height="${size}" `,
  );
  await page.setViewport({ width: size, height: size });
  await page.setContent(`<body style="margin:0">${svg}</body>`);
  return page.screenshot({ omitBackground: true });
}

async function pixelsIn(page, png) {
  const pixels = await page.evaluate(
    async (address) => {
      const bitmap = await createImageBitmap(await (await fetch(address)).blob());
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
      context.drawImage(bitmap, 0, 0);
      return [...context.getImageData(0, 0, bitmap.width, bitmap.height).data];
    },
    `data:image/png;base64,${Buffer.from(png).toString('base64')}`,
  );
  return Buffer.from(pixels);
}
