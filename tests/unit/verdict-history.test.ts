import { expect, test } from 'vitest';
import { withVerdict, type PastVerdict } from '../../src/verdict/verdict-history.ts';

const past = (at: number, tabId: number, verdict: PastVerdict['verdict']): PastVerdict => ({ at, tabId, verdict });

test('the history of verdicts has each change of a tab, and no repetition', () => {
  const shown = [
    past(1, 7, 'fresh'),
    past(2, 7, 'fresh'),
    past(3, 8, 'fresh'),
    past(4, 7, 'stale'),
    past(5, 8, 'fresh'),
    past(6, 7, 'fresh'),
  ];
  const history = shown.reduce<PastVerdict[]>(withVerdict, []);
  expect(history.map(({ at }) => at)).toEqual([1, 3, 4, 6]);
});

test('the history of verdicts has the last forty', () => {
  const shown = Array.from({ length: 42 }, (_, at) => past(at, at, 'fresh'));
  expect(shown.reduce<PastVerdict[]>(withVerdict, [])).toEqual(shown.slice(2));
});
