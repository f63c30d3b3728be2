/**
 * Every state of the toolbar button, as a picture. No browser lets its own toolbar be photographed without a display,
 * so the icon and the badge are drawn here as the toolbar draws them, from what the product sets.
 */
import { readFileSync } from 'node:fs';
import puppeteer from 'puppeteer-core';
import { expect, test } from 'vitest';
import { BADGE_COLOURS, ICONS, presentationOf } from '../../src/presentation.ts';
import type { Verdict } from '../../src/verdict.ts';
import { CHROMIUM } from './browsers/chromium.ts';
import { picture } from './files.ts';

const NOW = Date.UTC(2026, 0, 5, 9);
const STATES: readonly Verdict[] = [
  { name: 'fresh', endsAt: NOW + 299 * 60_000 },
  { name: 'aging', endsAt: NOW + 12 * 60_000 },
  { name: 'lapsed', endedAt: NOW },
  { name: 'stale', renewal: 'possible' },
  { name: 'signed-out' },
  { name: 'signed-in' },
  { name: 'other-user', user: 'mallory' },
  { name: 'other-jira' },
  { name: 'no-cookie' },
  { name: 'unreachable' },
  { name: 'unknown' },
];

test.each([
  ['light', '#f1f3f4', '#202124'],
  ['dark', '#202124', '#e8eaed'],
])('every verdict has its badge and its icon, on a %s toolbar', async (scheme, toolbar, text) => {
  const browser = await puppeteer.launch({
    ...CHROMIUM,
    defaultViewport: { width: 760, height: 110 },
  });
  try {
    const page = await browser.newPage();
    await page.setContent(
      `<body style="margin:0;background:${toolbar};color:${text};font:11px system-ui;display:flex;gap:6px;padding:18px 10px">${STATES.map(drawn).join('')}</body>`,
    );
    await page.screenshot({ path: picture(`badges-${scheme}`) as `${string}.png` });
    for (const badge of STATES.map((state) => presentationOf(state, NOW).badge))
      expect(badge.length).toBeLessThanOrEqual(4);
  } finally {
    await browser.close();
  }
});

function drawn(verdict: Verdict): string {
  const { tone, badge } = presentationOf(verdict, NOW);
  const { back, text } = BADGE_COLOURS[tone];
  const icon = readFileSync(`dist/chrome/icons/${ICONS[tone]}-32.png`).toString('base64');
  const label = badge
    ? `<b style="position:absolute;right:-8px;bottom:-6px;padding:0 3px;border-radius:3px;font:700 10px/13px system-ui;background:${back};color:${text}">${badge}</b>`
    : '';
  return `<div style="width:62px;text-align:center"><span style="position:relative;display:inline-block"><img width="20" height="20" src="data:image/png;base64,${icon}">${label}</span><div style="margin-top:12px">${verdict.name}</div></div>`;
}
