/** What is shown of a verdict: its colour, badge, actions and texts. */
import { statSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  BADGE_COLOURS,
  badgeOf,
  buttonOf,
  ICONS,
  presentationOf,
  textKeysOf,
  type Action,
  type Tone,
} from '../../src/verdict/presentation.ts';
import type { Renewability, Verdict, VerdictName } from '../../src/verdict/verdict.ts';

const NOW = 1_000_000_000_000;
const endsAt = NOW + 42 * 60_000;

test.each<[Verdict, ReturnType<typeof buttonOf>, ReturnType<typeof buttonOf>]>([
  [
    { name: 'fresh', endsAt },
    { tone: 'good', badge: '42m' },
    { tone: 'soon', badge: 'file' },
  ],
  [
    { name: 'aging', endsAt },
    { tone: 'soon', badge: '42m' },
    { tone: 'soon', badge: 'file' },
  ],
  [{ name: 'signed-out' }, { tone: 'bad', badge: 'out' }, { tone: 'bad', badge: 'file' }],
  [{ name: 'unreachable' }, { tone: 'open', badge: '?' }, { tone: 'open', badge: 'file' }],
])('$0.name: the badge is "file" while files are parked, and never green', (verdict, without, withFiles) => {
  expect(buttonOf(verdict, NOW, { files: [] })).toEqual(without);
  expect(buttonOf(verdict, NOW, { files: ['door.log'] })).toEqual(withFiles);
});

/** A verdict of this name, with whatever it needs. */
const verdictNamed = (name: string): Verdict =>
  ({ name: name as VerdictName, renewal: 'possible', user: 'mallory', endsAt, endedAt: NOW }) as Verdict;

describe('the table of verdicts in docs/architecture.md', () => {
  const TONES: Readonly<Record<string, Tone>> = {
    green: 'good',
    amber: 'soon',
    red: 'bad',
    grey: 'open',
    '-': 'none',
  };
  const [, section] = readFileSync('docs/architecture.md', 'utf8').split(/^## (?:Verdicts|Attempts)$/m);
  const rows = [...section!.matchAll(/^\| `([\w-]+)` \|.*\| (.*) \| (green|amber|red|grey|-) \| .* \|$/gm)].map(
    ([, name, badge, colour]) => [name!, badge!, colour!] as const,
  );

  test('has all verdicts', () => expect(rows).toHaveLength(14));

  test.each(rows)('says how %s is shown: badge %s, colour %s', (name, badge, colour) => {
    const shown = badge.startsWith('time left') ? '42m' : badge === 'none' ? '' : badge.replaceAll('`', '');
    expect(buttonOf(verdictNamed(name), NOW, { files: [] })).toEqual({ tone: TONES[colour], badge: shown });
  });
});

test.each<[string, Action[]]>([
  ['fresh', []],
  ['aging', ['stay-signed-in']],
  ['lapsed', ['try-again']],
  ['signed-out', ['sign-in']],
  ['signed-in', ['reload']],
  ['other-user', ['reload']],
  ['other-jira', ['reload']],
  ['no-cookie', ['try-again']],
  ['gateway', ['sign-in']],
  ['offline', ['try-again']],
  ['busy', ['try-again']],
  ['unreachable', ['try-again']],
  ['unknown', []],
])('a user whose page is %s is offered what helps: %s', (name, actions) => {
  expect(presentationOf(verdictNamed(name)).actions).toEqual(actions);
});

test.each<[Renewability, Action[]]>([
  ['possible', ['renew', 'reload']],
  ['undone', ['renew', 'reload']],
  // A reload, which loses what was typed, must not stand where a renewal will.
  ['unproven', []],
  ['unanswered', ['try-again', 'reload']],
  ['impossible', ['reload']],
  ['crowded', ['reload']],
])('a user whose page is stale is offered a renewal before a reload, if it is %s: %s', (renewal, actions) => {
  expect(presentationOf({ name: 'stale', renewal }).actions).toEqual(actions);
});

test.each([
  [59, '59m'],
  [60, '1h'],
  [119, '1h'],
  [120, '2h'],
  [1.99, '1m'],
  [0.5, '0m'],
  [-1, '0m'],
])('the badge rounds the time left down: %d minutes are shown as %s', (minutes, badge) => {
  expect(badgeOf({ name: 'aging', endsAt: NOW + minutes * 60_000 }, NOW)).toBe(badge);
});

test('the badge of a fresh page is empty if no end is known', () => {
  expect(badgeOf({ name: 'fresh' }, NOW)).toBe('');
});

test.each(Object.entries(ICONS))('the icon for the tone "%s" has all its pixels in both sizes', (_tone, name) => {
  expect([16, 32].map((size) => statSync(`icons/${name}-${size}.rgba`).size)).toEqual([16 * 16 * 4, 32 * 32 * 4]);
});

test('each tone has its own icon, except those of pages about which nothing is claimed', () => {
  expect(new Set(Object.values(ICONS)).size).toBe(4);
});

test.each(Object.entries(BADGE_COLOURS))(
  'the badge for the tone "%s" has a contrast of 4.5 with dark or white text',
  (_tone, back) => {
    const light = (colour: string): number => {
      const [red, green, blue] = [1, 3, 5]
        .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
      return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
    };
    // Chromium's dark text is not quite black.
    const contrasts = ['#ffffff', '#202124'].map((text) => {
      const [dark, bright] = [light(back), light(text)].toSorted((a, b) => a - b);
      return (bright! + 0.05) / (dark! + 0.05);
    });
    expect(Math.max(...contrasts)).toBeGreaterThanOrEqual(4.5);
  },
);

describe('the keys of a verdict’s texts', () => {
  test('are those of its name, with a meaning', () => {
    expect(textKeysOf(verdictNamed('signed-out'))).toEqual({
      sentence: 'verdict_signed_out',
      meaning: 'verdict_signed_out_meaning',
    });
  });

  test('have no meaning if nothing is known', () => {
    expect(textKeysOf(verdictNamed('unknown'))).toEqual({ sentence: 'verdict_unknown' });
  });

  test('say of a stale page whether it can be renewed, and of a crowded one why not', () => {
    expect(textKeysOf({ name: 'stale', renewal: 'undone' })).toEqual({
      sentence: 'verdict_stale',
      meaning: 'verdict_stale_undone',
    });
    expect(textKeysOf({ name: 'stale', renewal: 'crowded' })).toEqual({
      sentence: 'crowded',
      meaning: 'verdict_stale_crowded',
    });
  });
});
