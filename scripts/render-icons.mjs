/**
 * Renders icons/*.svg: the product icon (also used for `fresh`) in the sizes that the manifest names, each other state
 * in toolbar sizes. `node scripts/render-icons.mjs`. The size of 16 pixels has a simpler drawing, `*-small.svg`.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const TOOLBAR = [16, 32];
const SIZES = { icon: [16, 32, 48, 128], 'icon-aging': TOOLBAR, 'icon-bad': TOOLBAR, 'icon-quiet': TOOLBAR };

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
  for (const [name, sizes] of Object.entries(SIZES)) {
    for (const size of sizes) {
      const source = size === 16 ? `${name}-small` : name;
      const svg = readFileSync(`icons/${source}.svg`, 'utf8').replace(
        '<svg ',
        `<svg style="display:block" width="${size}" height="${size}" `,
      );
      await page.setViewport({ width: size, height: size });
      await page.setContent(`<body style="margin:0">${svg}</body>`);
      await page.screenshot({ path: `icons/${name}-${size}.png`, omitBackground: true });
    }
  }
} finally {
  await browser.close();
}
