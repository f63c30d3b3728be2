/** Copies the pictures that the end-to-end tests made into the docs: `npm run images`, after `npm test`. */
import { copyFileSync, mkdirSync } from 'node:fs';

mkdirSync('docs/images', { recursive: true });
for (const scheme of ['light', 'dark']) {
  copyFileSync(`build/screenshots/badges-${scheme}.png`, `docs/images/badges-${scheme}.png`);
  for (const what of ['banner-stale', 'banner-signed-out', 'banner-other-user', 'popup-stale', 'guard-kept']) {
    copyFileSync(`build/screenshots/chromium-${scheme}-${what}.png`, `docs/images/${what}-${scheme}.png`);
  }
  for (const what of ['options', 'welcome']) {
    copyFileSync(`build/screenshots/chromium-${what}-${scheme}.png`, `docs/images/${what}-${scheme}.png`);
  }
}
