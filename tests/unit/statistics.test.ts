/** The statistics of the benchmark. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bootstrapInterval,
  createRandom,
  hodgesLehmann,
  lineThrough,
  median,
  pairedDifference,
  percentile,
  shuffle,
} from '../bench/statistics.ts';

const samples = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 });

describe('median and percentile', () => {
  test('the median is the middle value, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
  });

  test('percentiles lie between their neighbours', () => {
    const values = [10, 20, 30, 40, 50];
    expect(percentile(values, 0)).toBe(10);
    expect(percentile(values, 100)).toBe(50);
    expect(percentile(values, 90)).toBeCloseTo(46);
  });

  test('numbers are ordered as numbers, not as texts', () => {
    expect(median([100, 20, 3])).toBe(20);
  });

  test('no values have no median', () => {
    expect(() => median([])).toThrow('no values');
    expect(() => hodgesLehmann([])).toThrow('no values');
  });
});

describe('the Hodges-Lehmann estimate', () => {
  test('is the median of the means of all pairs', () => {
    // The means are 1, 1.5, 2, 3, 3.5 and 5.
    expect(hodgesLehmann([1, 2, 5])).toBe(2.5);
  });

  test('hardly moves for one outlier', () => {
    expect(hodgesLehmann([1, 1.1, 0.9, 1, 1_000])).toBeLessThan(1.2);
  });

  test('moves with its values', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: -1_000, max: 1_000 }), (values, by) => {
        expect(hodgesLehmann(values.map((value) => value + by))).toBeCloseTo(hodgesLehmann(values) + by, 3);
      }),
    );
  });
});

describe('the bootstrap', () => {
  test('gives the same interval for the same values and seed', () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6];
    expect(bootstrapInterval(values, median)).toEqual(bootstrapInterval(values, median));
    expect(bootstrapInterval(values, median, { seed: 2, resamples: 50 })).not.toEqual(
      bootstrapInterval(values, median, { seed: 3, resamples: 50 }),
    );
  });

  test('stays within the values', () => {
    fc.assert(
      fc.property(samples, (values) => {
        const { low, high } = bootstrapInterval(values, median, { resamples: 50 });
        expect(low).toBeGreaterThanOrEqual(Math.min(...values));
        expect(high).toBeLessThanOrEqual(Math.max(...values));
        expect(low).toBeLessThanOrEqual(high);
      }),
    );
  });

  test('gives a wider interval for more confidence', () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    const usual = bootstrapInterval(values, hodgesLehmann);
    const sure = bootstrapInterval(values, hodgesLehmann, { confidence: 0.99 });
    expect(sure.high - sure.low).toBeGreaterThan(usual.high - usual.low);
  });

  test('contains the true median in most samples', () => {
    const random = createRandom(7);
    const noise = (): number => Array.from({ length: 12 }, random).reduce((sum, each) => sum + each, -6);
    const hits = Array.from({ length: 200 }, () => {
      const { low, high } = bootstrapInterval(Array.from({ length: 12 }, noise), hodgesLehmann, { resamples: 300 });
      return low <= 0 && 0 <= high;
    }).filter(Boolean).length;
    expect(hits).toBeGreaterThan(170);
    expect(hits).toBeLessThan(200);
  });
});

describe('a paired difference', () => {
  test('compares within each round, so what slows a whole round down does not count', () => {
    const others = [10, 200, 30, 90];
    const difference = pairedDifference(
      others.map((value) => value + 2),
      others,
    );
    expect(difference).toEqual({ median: 2, estimate: 2, low: 2, high: 2, rounds: 4 });
  });

  test('leaves out rounds that lack a value', () => {
    expect(pairedDifference([5, undefined, 7], [4, 4, undefined])?.rounds).toBe(1);
    expect(pairedDifference([undefined], [1])).toBeNull();
  });

  test('pairs each load of a round first: what slows the machine down for some loads does not count', () => {
    const difference = pairedDifference([[15, 45, 16], 7], [[10, 40, 10], 5]);
    expect(difference).toMatchObject({ median: 3.5, rounds: 2 });
  });
});

test('random numbers depend on the seed alone, and lie between 0 and 1', () => {
  const numbers = (seed: number): number[] => Array.from({ length: 1_000 }, createRandom(seed));
  expect(numbers(1)).toEqual(numbers(1));
  expect(numbers(1)).not.toEqual(numbers(2));
  expect(numbers(1).every((each) => each >= 0 && each < 1)).toBe(true);
  expect(median(numbers(1))).toBeCloseTo(0.5, 1);
});

test('a shuffle keeps each item, and comes to every order equally often', () => {
  const random = createRandom(5);
  const counts = new Map<string, number>();
  for (let n = 0; n < 6_000; n++) {
    const order = shuffle(['a', 'b', 'c'], random).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect([...counts.keys()].toSorted()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
  for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});

test('the line through points has their slope and intercept', () => {
  const { slope, intercept } = lineThrough([1, 5, 10, 20].map((x) => [x, 80 + 12 * x]));
  expect(slope).toBeCloseTo(12);
  expect(intercept).toBeCloseTo(80);
});
