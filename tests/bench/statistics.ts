/** The statistics of the benchmark: medians, percentiles, and how far chance may have moved them. */

/** A number from 0 (included) to 1 (excluded), like `Math.random`. */
export type Random = () => number;

/** Pseudo-random numbers that depend on the seed alone (mulberry32), so that a run can be computed again. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The items in a random order (Fisher and Yates). */
export function shuffle<T>(items: readonly T[], random: Random): T[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
  }
  return shuffled;
}

/** The middle value, or the mean of the two in the middle. Throws if there are no values. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The value below which `percent` of the values lie, interpolated between neighbours. Throws if there are none. */
export function percentile(values: readonly number[], percent: number): number {
  if (values.length === 0) throw new Error('There is no percentile of no values');
  return percentileOfOrdered(
    values.toSorted((a, b) => a - b),
    percent,
  );
}

function percentileOfOrdered(ordered: ArrayLike<number>, percent: number): number {
  const place = ((ordered.length - 1) * percent) / 100;
  const [below, above] = [ordered[Math.floor(place)]!, ordered[Math.ceil(place)]!];
  return below + (above - below) * (place - Math.floor(place));
}

/**
 * The Hodges-Lehmann estimate: the median of the means of all pairs, each value with itself included. It resists
 * outliers like the median, and uses few values better.
 */
export function hodgesLehmann(values: readonly number[]): number {
  const means = new Float64Array((values.length * (values.length + 1)) / 2);
  let count = 0;
  for (let one = 0; one < values.length; one++)
    for (let other = one; other < values.length; other++) means[count++] = (values[one]! + values[other]!) / 2;
  if (count === 0) throw new Error('There is no estimate of no values');
  return percentileOfOrdered(means.toSorted(), 50);
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * The bootstrap's percentile interval of a statistic: what it gives for `resamples` samples drawn from the values with
 * replacement, without the outer parts. The seed is fixed, so that the same values always have the same interval.
 */
export function bootstrapInterval(
  values: readonly number[],
  statistic: (sample: readonly number[]) => number,
  { confidence = 0.95, resamples = 4_000, seed = 1 } = {},
): Interval {
  const random = createRandom(seed);
  const draw = (): number => values[Math.floor(random() * values.length)]!;
  const results = Array.from({ length: resamples }, () => statistic(values.map(draw)));
  const outside = (100 * (1 - confidence)) / 2;
  return { low: percentile(results, outside), high: percentile(results, 100 - outside) };
}

/** A difference between two arms, paired by round. */
export interface Difference extends Interval {
  readonly median: number;
  /** The Hodges-Lehmann estimate, to which the interval belongs. */
  readonly estimate: number;
  /** How many rounds have both values. */
  readonly rounds: number;
}

/** What a round has measured: a value, or a list of them, paired with those of other arms. Undefined if it failed. */
export type RoundValue = number | readonly number[] | undefined;

/**
 * By how much the first values exceed the others, paired by round; the median of a round's pairs if it has a list of
 * them. A round that lacks a value counts in neither. Returns null if no round has both.
 */
export function pairedDifference(
  values: readonly RoundValue[],
  others: readonly RoundValue[],
  confidence = 0.95,
): Difference | null {
  const differences = values.flatMap((value, round) => {
    const other = others[round];
    if (value === undefined || other === undefined) return [];
    const [list, otherList] = [[value].flat(), [other].flat()];
    return [median(list.map((each, at) => each - otherList[at]!))];
  });
  if (differences.length === 0) return null;
  return {
    median: median(differences),
    estimate: hodgesLehmann(differences),
    rounds: differences.length,
    ...bootstrapInterval(differences, hodgesLehmann, { confidence }),
  };
}

/** The straight line through points, by least squares. */
export function lineThrough(points: readonly (readonly [x: number, y: number])[]): {
  slope: number;
  intercept: number;
} {
  const meanOf = (at: 0 | 1): number => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x, y] = [meanOf(0), meanOf(1)];
  const spread = points.reduce((sum, [each]) => sum + (each - x) ** 2, 0);
  const slope = points.reduce((sum, [each, value]) => sum + (each - x) * (value - y), 0) / spread;
  return { slope, intercept: y - slope * x };
}
