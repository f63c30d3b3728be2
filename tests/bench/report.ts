/** What a run says: whether it can be trusted, and the table. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { BARE, BARE_AGAIN, CONTROL, CONTROL_MILLIS, EMPTY, UNWATCHED, WATCHED } from './arms.ts';
import { PAGES, type BenchPage } from './pages.ts';
import { LATENCY, type BenchRecord, type RecordedArm } from './record.ts';
import {
  hodgesLehmann,
  median,
  pairedDifference,
  percentile,
  type Difference,
  type RoundValue,
} from './statistics.ts';

interface Measure {
  /** The name of the value in a sample. */
  readonly name: string;
  /** As the table names it, with its unit. */
  readonly title: string;
  readonly digits: number;
  /** Whether every arm has its whole value: it is zero without an extension. */
  readonly isWhole?: boolean;
  /** What Freshtoken should not exceed on a page. */
  readonly goals?: Readonly<Partial<Record<BenchPage['name'], number>>>;
  /** Whether the goals are for Freshtoken without the site. */
  readonly isGoalUnwatched?: boolean;
}

const MEASURES: readonly Measure[] = [
  { name: 'main', title: 'a load: CPU of the page’s main thread, ms', digits: 1, goals: { small: 5, heavy: 8 } },
  { name: 'other', title: 'a load: CPU of everything else, ms', digits: 1, goals: { small: 10, heavy: 10 } },
  {
    name: 'ownCode',
    title: 'a load: the extension’s functions in the page and what they call, profiled, ms',
    digits: 1,
    isWhole: true,
    goals: { small: 0, heavy: 0 },
    isGoalUnwatched: true,
  },
  { name: 'firstMain', title: 'the first load: CPU of the page’s main thread, ms', digits: 1 },
  { name: 'load', title: 'a load: wall clock until the load event, ms', digits: 1 },
  { name: 'requests', title: 'a load: requests to Jira', digits: 1 },
  {
    name: 'starts',
    title: 'a load: starts of a dead background',
    digits: 1,
    isWhole: true,
    goals: { small: 0 },
    isGoalUnwatched: true,
  },
  {
    name: 'startsElsewhere',
    title: 'a load of a site that is not watched: starts of a dead background',
    digits: 1,
    isWhole: true,
    goals: { small: 0 },
  },
  { name: 'frontMain', title: 'a minute in front: CPU of the page’s main thread, ms', digits: 0 },
  {
    name: 'frontOwnCode',
    title: 'a minute in front: the extension’s functions in the page and what they call, profiled, ms',
    digits: 1,
    isWhole: true,
    goals: { board: 1 },
  },
  { name: 'frontOther', title: 'a minute in front: CPU of everything else, ms', digits: 0 },
  { name: 'frontRequests', title: 'a minute in front: requests to Jira', digits: 1, goals: { small: 0 } },
  {
    name: 'frontStarts',
    title: 'a minute in front: starts of the background',
    digits: 1,
    isWhole: true,
    goals: { small: 0 },
  },
  { name: 'hiddenMain', title: 'a minute hidden: CPU of the page’s main thread, ms', digits: 0 },
  { name: 'hiddenOther', title: 'a minute hidden: CPU of everything else, ms', digits: 0 },
  { name: 'hiddenRequests', title: 'a minute hidden: requests to Jira', digits: 1 },
  { name: 'hiddenStarts', title: 'a minute hidden: starts of the background', digits: 1, isWhole: true },
  { name: 'timers', title: 'a minute in front: timers of the page', digits: 1, isWhole: true, goals: { small: 0 } },
  { name: 'megabytesPerTab', title: 'memory for each tab, MB', digits: 2, goals: { small: 1 } },
  { name: 'megabytesBase', title: 'memory without tabs, MB', digits: 1 },
  { name: 'heapGrowth', title: 'growth of the page’s heap over many loads, %', digits: 1, goals: { small: 5 } },
  {
    name: 'provenAttach',
    title: 'from a drop to the upload, fresh page, Jira was just asked, ms',
    digits: 0,
    goals: { small: 0 },
  },
  { name: 'provenAttachSlow', title: 'the same, Jira takes 200 ms to say who is signed in', digits: 0 },
  { name: 'freshAttach', title: 'from a drop to the upload, fresh page, Jira must be asked, ms', digits: 0 },
  { name: 'freshAttachSlow', title: 'the same, Jira takes 200 ms to say who is signed in', digits: 0 },
  { name: 'renewedAttach', title: 'from a drop to the upload, stale page, ms', digits: 0 },
  { name: 'renewedAttachSlow', title: 'the same, Jira takes 200 ms to say who is signed in', digits: 0 },
];

/** The values of an arm for a page and a measure, by round. */
function seriesOf({ samples }: BenchRecord, arm: string, page: string, measure: string): RoundValue[] {
  const series: RoundValue[] = [];
  for (const sample of samples) {
    const value = sample.values[measure];
    if (sample.arm === arm && sample.page === page && value !== undefined) series[sample.round] = value;
  }
  return Array.from(series);
}

/** The same in one list, without the rounds that failed. */
function valuesOf(record: BenchRecord, arm: string, page: string, measure: string): number[] {
  return seriesOf(record, arm, page, measure).flatMap((value) => value ?? []);
}

/** What an arm costs more than its base, paired by round; null if it was not measured. */
export function costOf(
  record: BenchRecord,
  { name, base }: RecordedArm,
  page: string,
  measure: string,
  confidence?: number,
): Difference | null {
  if (base === null) return null;
  const [values, others] = [name, base].map((arm) => seriesOf(record, arm, page, measure));
  return pairedDifference(values!, others!, confidence);
}

const CONTROL_TOLERANCE_MILLIS = 2;
/** Fewer rounds have an interval that means nothing. */
const FEWEST_ROUNDS = 6;

/**
 * Why the loads of pages prove nothing, in sentences; empty if all can be trusted. On each page the run must find the
 * control's work, and no difference between the two browsers without an extension: the 99 % interval must contain 0.
 */
export function faultsOf(record: BenchRecord): string[] {
  const measured = pagesWithLoads(record);
  if (measured.length === 0) return ['No load was measured.'];
  return measured.flatMap((page) => faultsOfPage(record, page));
}

/** A record without the loads of pages that prove nothing; null if no page's loads can be trusted. */
export function trustedPartOf(record: BenchRecord): BenchRecord | null {
  const measured = pagesWithLoads(record);
  const faulty = measured.filter((page) => faultsOfPage(record, page).length > 0);
  if (faulty.length === measured.length) return null;
  const samples = record.samples.filter(({ stage, page }) => stage !== 'loads' || !faulty.includes(page));
  return { ...record, samples };
}

function pagesWithLoads(record: BenchRecord): string[] {
  return PAGES.map(({ name }) => name).filter((page) => seriesOf(record, BARE, page, 'main').length > 0);
}

function faultsOfPage(record: BenchRecord, page: string): string[] {
  const arm = (wanted: string): RecordedArm => record.arms.find(({ name }) => name === wanted)!;
  const control = costOf(record, arm(CONTROL), page, 'main')?.estimate ?? NaN;
  const noise = costOf(record, arm(BARE_AGAIN), page, 'main', 0.99);
  if (!noise || noise.rounds < FEWEST_ROUNDS) return [`${page}: fewer than ${FEWEST_ROUNDS} rounds.`];
  const faults: string[] = [];
  if (!(Math.abs(control - CONTROL_MILLIS) <= CONTROL_TOLERANCE_MILLIS))
    faults.push(`${page}: the control works for ${CONTROL_MILLIS} ms, of which ${control.toFixed(1)} were found.`);
  if (noise.low > 0 || noise.high < 0)
    faults.push(`${page}: two browsers without an extension differ by ${inWords(noise, 1)} ms.`);
  return faults;
}

/** The tables of a run, one for each page, in Markdown, with their foot. Takes why something is missing there. */
export function tablesOf(record: BenchRecord, faults: readonly string[] = []): string {
  const arms = record.arms.filter(({ name }) => record.samples.some(({ arm }) => arm === name));
  const tables = PAGES.flatMap((page) => {
    const rows = MEASURES.map((measure) => [
      measure.title,
      ...arms.map((arm) => cellOf(record, arm, page.name, measure)),
      goalCellOf(record, page, measure),
    ]).filter(([, ...cells]) => cells.some(Boolean));
    if (rows.length === 0) return [];
    const head = [`**${page.title}**`, ...arms.map(({ name }) => name), `goal for ${WATCHED}`];
    return [lineOf(head), lineOf(head.map((_name, at) => (at === 0 ? '---' : '---:'))), ...rows.map(lineOf), ''];
  });
  return [...tables, ...footOf(record, faults)].join('\n');
}

/**
 * How soon Freshtoken shows what has happened, and whether that meets the goals, in Markdown. The foot also has what
 * could not be measured.
 */
export function latencyTableOf(record: BenchRecord, faults: readonly string[]): string {
  const { latencies, browserVersion, machine } = record;
  const head = ['**latency of Freshtoken, ms**', 'p50', 'p95', 'max', 'times', 'goal for p95'];
  const rows = latencies.map(({ title, millis, goal }) => {
    const p95 = percentile(millis, 95);
    const figures = [percentile(millis, 50), p95, Math.max(...millis), millis.length].map((each) => each.toFixed(0));
    return [title, ...figures, goal === null ? '' : goalInWords(goal, p95)];
  });
  const lines = [lineOf(head), lineOf(head.map((_name, at) => (at === 0 ? '---' : '---:'))), ...rows.map(lineOf)];
  const origins = originsOf(record, (stage) => stage === LATENCY);
  return [
    ...lines,
    '',
    ...listOf([`${browserVersion}; ${machine}.`, ...origins, ...faults.map((fault) => `Not measured: ${fault}.`)]),
  ].join('\n');
}

/** When and how stages were measured, in sentences. */
function originsOf({ runs }: BenchRecord, isMeant: (stage: string) => boolean): string[] {
  return runs.flatMap(({ startedAt, command, commit, seed, stages }) => {
    const meant = stages.filter(isMeant);
    if (meant.length === 0) return [];
    return [`${startedAt.slice(0, 10)}, \`${command}\`, seed ${seed}, commit ${commit}: ${meant.join(', ')}.`];
  });
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** The median of a browser without an extension; of another arm the difference with its interval, or a whole value. */
function cellOf(record: BenchRecord, arm: RecordedArm, page: string, { name, digits, isWhole }: Measure): string {
  const difference = isWhole ? null : costOf(record, arm, page, name);
  if (difference) return inWords(difference, digits);
  const values = valuesOf(record, arm.name, page, name);
  if (values.length === 0) return '';
  // What the base can't do at all, such as an attach from a stale page, has no difference.
  return arm.base === null ? median(values).toFixed(digits) : `= ${hodgesLehmann(values).toFixed(digits)}`;
}

/** The goal for Freshtoken, and whether the median of its differences, or its whole value, meets it. */
function goalCellOf(record: BenchRecord, { name: page }: BenchPage, measure: Measure): string {
  const { name, isWhole, goals, isGoalUnwatched } = measure;
  const goal = goals?.[page];
  const arm = isGoalUnwatched ? UNWATCHED : WATCHED;
  const values = valuesOf(record, arm, page, name);
  if (goal === undefined || values.length === 0) return '';
  const figure = isWhole ? hodgesLehmann(values) : costOf(record, { name: arm, base: EMPTY }, page, name)?.median;
  if (figure === undefined) return '';
  return goalInWords(goal, figure) + (isGoalUnwatched ? ' (site not watched)' : '');
}

function goalInWords(goal: number, figure: number): string {
  return `${goal}: ${figure <= goal ? 'met' : 'missed'}`;
}

function inWords(difference: Difference | null, digits: number): string {
  if (!difference) return 'nothing';
  const { estimate, low, high } = difference;
  const signed = (value: number): string => {
    const text = value.toFixed(digits).replace(/^-(0(\.0+)?)$/, '$1');
    return Number(text) > 0 ? `+${text}` : text.replace('-', '−');
  };
  const isExact = low.toFixed(digits) === high.toFixed(digits);
  return isExact ? signed(estimate) : `${signed(estimate)} (${signed(low)} to ${signed(high)})`;
}

function footOf(record: BenchRecord, faults: readonly string[]): string[] {
  const { samples, failures, browserVersion, machine } = record;
  const rounds = 1 + Math.max(-1, ...samples.map(({ round }) => round));
  const failed = failures.map(({ arm }) => arm).join(', ');
  const sentences = [
    `"${BARE}": the median of all. "${BARE_AGAIN}" and "${EMPTY}": the difference to it. All others: the ` +
      `difference to "${EMPTY}", or a whole value after "=". In parentheses: the 95 % interval. ` +
      `At most ${rounds} ${rounds === 1 ? 'round' : 'rounds'}.`,
    "A goal is met if the median of the rounds' differences, or the whole value, does not exceed it.",
    `${[browserVersion, machine].filter(Boolean).join('; ')}.`,
    ...originsOf(record, (stage) => stage !== LATENCY),
    failures.length === 0
      ? 'No measurement failed.'
      : `${failures.length} measurements failed twice, and are left out: ${failed}.`,
    ...faults.map((fault) => `These loads prove nothing, and are left out: ${fault}`),
  ];
  return listOf([...aboutOf(record.arms), ...sentences]);
}

/** A sentence about each arm that has one. */
export function aboutOf(arms: readonly Pick<RecordedArm, 'name' | 'about'>[]): string[] {
  return arms.flatMap(({ name, about }) => (about ? [`"${name}": ${about}.`] : []));
}

/** A list in Markdown, as lines. */
export function listOf(sentences: readonly string[]): string[] {
  return sentences.flatMap(listItem);
}

const LONGEST_LINE = 119;

/** A sentence as an item of a list, in lines of the length that all documents have. */
export function listItem(sentence: string): string[] {
  const lines = ['*'];
  for (const word of sentence.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`;
    if (longer.length <= LONGEST_LINE) lines[lines.length - 1] = longer;
    else lines.push(`  ${word}`);
  }
  return lines;
}

/**
 * Replaces the text between a document's two marker comments for a browser. The prose around them stays. Throws if the
 * document lacks them.
 */
export function writeBetweenMarkers(file: string, name: string, text: string): void {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const old = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const [at, until] = [old.indexOf(begin), old.indexOf(end)];
  if (at < 0 || until < at) throw new Error(`${file} has no place for the figures: ${begin} and ${end}`);
  writeFileSync(file, `${old.slice(0, at + begin.length)}\n\n${text}\n\n${old.slice(until)}`);
}
