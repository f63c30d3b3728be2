/** What the toolbar button of a tab shows. */
import { expect, test } from 'vitest';
import { buttonOf } from '../../src/verdict/presentation.ts';
import type { Verdict } from '../../src/verdict/verdict.ts';

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
