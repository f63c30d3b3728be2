/**
 * Screenshots of every state of the toolbar button. Without a display no browser gives a screenshot of its toolbar, so
 * this test draws icon and badge as the toolbar does, from what the product sets.
 */
import { readFileSync } from 'node:fs';
import puppeteer from 'puppeteer-core';
import { expect, test } from 'vitest';
import { BADGE_COLOURS, badgeOf, ICONS, presentationOf } from '../../src/verdict/presentation.ts';
import type { Verdict } from '../../src/verdict/verdict.ts';
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
  { name: 'gateway' },
  { name: 'offline' },
  { name: 'busy' },
  { name: 'unreachable' },
  { name: 'unknown' },
];

/** The tones with different icons. `none` has the icon of `open`. */
const TONES = ['good', 'soon', 'bad', 'open'] as const;
const TOOLBARS = [
  ['light', '#f1f3f4', '#202124'],
  ['dark', '#202124', '#e8eaed'],
] as const;

test.each(TOOLBARS)('shows a badge and an icon for each verdict, on a %s toolbar', async (scheme, toolbar, text) => {
  const browser = await puppeteer.launch({ ...CHROMIUM, defaultViewport: { width: 970, height: 110 } });
  try {
    const page = await browser.newPage();
    await page.setContent(
      `<body style="margin:0;background:${toolbar};color:${text};font:11px system-ui;display:flex;gap:6px;padding:18px 10px">${STATES.map(drawState).join('')}</body>`,
    );
    await page.evaluate(drawIcons, Object.fromEntries(TONES.map((tone) => [ICONS[tone], bytesOf(ICONS[tone], 32)])));
    await page.screenshot({ path: picture(`badges-${scheme}`) as `${string}.png` });
    for (const badge of STATES.map((state) => badgeOf(state, NOW))) expect(badge.length).toBeLessThanOrEqual(4);
  } finally {
    await browser.close();
  }
});

test.each([16, 32])('the icons differ in shape, not only in colour, at %i pixels', (size) => {
  // Compare the dark pixels. Rim, leaf and mark are light.
  const shapes = TONES.map((tone) =>
    pixelsOf(ICONS[tone], size).map(({ rgb, alpha }) => alpha > 0.5 && contrast(luminance(rgb), 1) >= 3),
  );
  for (const [at, one] of shapes.entries())
    for (const [further, other] of shapes.slice(at + 1).entries()) {
      const differing = one.filter((isDark, pixel) => isDark !== other[pixel]).length;
      const pair = `${TONES[at]} and ${TONES[at + 1 + further]}`;
      expect(differing / one.length, pair).toBeGreaterThanOrEqual(VISIBLE_SHARE);
    }
});

test.each(TOOLBARS)('each icon is visible on a %s toolbar', (_scheme, toolbar) => {
  const back = rgbOf(toolbar);
  for (const tone of TONES) {
    const pixels = pixelsOf(ICONS[tone], 16);
    const visible = pixels.filter(({ rgb, alpha }) => {
      const blended = rgb.map((part, at) => part * alpha + back[at]! * (1 - alpha));
      return contrast(luminance(blended), luminance(back)) >= 3;
    });
    expect(visible.length / pixels.length, tone).toBeGreaterThanOrEqual(VISIBLE_SHARE);
  }
});

/** The share of an icon's pixels that must differ for people to see it. */
const VISIBLE_SHARE = 0.1;

function drawState(verdict: Verdict): string {
  const { tone } = presentationOf(verdict);
  const badge = badgeOf(verdict, NOW);
  const back = BADGE_COLOURS[tone];
  const text = contrast(luminance(rgbOf(back)), 1) >= 4.5 ? 'white' : 'black';
  const label = badge
    ? `<b style="position:absolute;right:-8px;bottom:-6px;padding:0 3px;border-radius:3px;font:700 10px/13px system-ui;background:${back};color:${text}">${badge}</b>`
    : '';
  return `<div style="width:62px;text-align:center"><span style="position:relative;display:inline-block"><canvas width="32" height="32" style="width:20px;height:20px" data-icon="${ICONS[tone]}"></canvas>${label}</span><div style="margin-top:12px">${verdict.name}</div></div>`;
}

/** Runs in the page: draws each icon from its pixels. */
function drawIcons(pixels: Record<string, number[]>): void {
  for (const canvas of document.querySelectorAll('canvas')) {
    const image = new ImageData(new Uint8ClampedArray(pixels[canvas.dataset['icon']!]!), canvas.width);
    canvas.getContext('2d')!.putImageData(image, 0, 0);
  }
}

/** The pixels of an icon of the package: red, green, blue and opacity, row by row. */
function bytesOf(icon: string, size: number): number[] {
  return [...readFileSync(`dist/chrome/icons/${icon}-${size}.rgba`)];
}

function pixelsOf(icon: string, size: number): { rgb: number[]; alpha: number }[] {
  const bytes = bytesOf(icon, size);
  return Array.from({ length: size * size }, (_none, at) => ({
    rgb: bytes.slice(4 * at, 4 * at + 3),
    alpha: bytes[4 * at + 3]! / 255,
  }));
}

function rgbOf(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}

/** The relative luminance of a colour, and the contrast of two, as WCAG defines them. */
function luminance(rgb: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((part) =>
    part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: number, other: number): number {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}
