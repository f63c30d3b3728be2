/** Renders icons/*.svg to the sizes that the manifest names: `node scripts/render-icons.mjs`. */
import { readFileSync } from 'node:fs';
import puppeteer from 'puppeteer-core';

const SIZES = { 16: 'icon-small', 32: 'icon', 48: 'icon', 128: 'icon' };

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-sync',
  ],
});
const page = await browser.newPage();
for (const [size, source] of Object.entries(SIZES)) {
  const svg = readFileSync(`icons/${source}.svg`, 'utf8').replace(
    '<svg ',
    `<svg width="${size}" height="${size}" `,
  );
  await page.setViewport({ width: Number(size), height: Number(size) });
  await page.setContent(
    `<body style="margin:0">${svg.replace('<svg ', '<svg style="display:block" ')}</body>`,
  );
  await page.screenshot({ path: `icons/icon-${size}.png`, omitBackground: true });
}
await browser.close();
