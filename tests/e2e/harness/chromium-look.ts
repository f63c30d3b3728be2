/** Dark, forced colours, reduced motion: on each page by itself, as DevTools does it. */
import type { CDPSession, Page } from 'puppeteer-core';
import type { Look } from './browser.ts';

const sessions = new WeakMap<Page, CDPSession>();

/** Shows a page as a user with these wishes would see it. puppeteer's own call refuses forced colours. */
export async function applyLook(page: Page, look: Look): Promise<void> {
  if (!sessions.has(page) && Object.keys(look).length === 0) return;
  // The wishes last as long as the session that made them.
  const session = sessions.get(page) ?? (await page.createCDPSession());
  sessions.set(page, session);
  await session.send('Emulation.setEmulatedMedia', {
    features: [
      { name: 'prefers-color-scheme', value: look.scheme ?? '' },
      { name: 'forced-colors', value: look.forcedColors ? 'active' : '' },
      { name: 'prefers-reduced-motion', value: look.reducedMotion ? 'reduce' : '' },
    ],
  });
}
