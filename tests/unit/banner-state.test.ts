/** What the banner shows: which view comes first, and which events replace, keep or dismiss it. */
import { describe, expect, test } from 'vitest';
import type { Attempt } from '../../src/guard/attempt-queue.ts';
import {
  afterAsked,
  afterAttempts,
  afterSuccess,
  initialState,
  viewOf,
  type BannerFacts,
  type BannerState,
  type StateChange,
  type Views,
} from '../../src/guard/banner-state.ts';
import type { Verdict } from '../../src/verdict/verdict.ts';

const FILE: Attempt = { sending: 'attach', files: ['door.log'], sent: () => [], release: () => true };
const OTHER: Attempt = { ...FILE, files: ['gate.log'] };
const FORM: Attempt = { ...FILE, sending: 'send', files: [] };
const FRESH: Verdict = { name: 'fresh' };
const STALE: Verdict = { name: 'stale', renewal: 'possible' };
const FAILED = { names: ['sill.png'], kind: 'token' };

const DISCARDED = { name: 'discarded', files: ['sill.png'], millis: 10_000 } as const;
const DONE = { name: 'renewed', millis: 6_000 } as const;
const ASKED = { millis: 6_000 };

interface Case {
  readonly facts?: Partial<BannerFacts>;
  readonly state?: StateChange;
}

const factsOf = (facts: Partial<BannerFacts> = {}): BannerFacts => ({
  evidence: { pageUser: 'alice' },
  settings: { banner: true },
  checking: [],
  parked: [],
  blocked: [],
  discarded: [],
  releasedCount: 0,
  stuck: undefined,
  failures: { names: [], kind: '' },
  hasLostFormFiles: () => false,
  ...facts,
});
const stateOf = (state: StateChange = {}): BannerState => ({ ...initialState(null), ...state });

/** Each view as its name and what it shows. */
const NAMES: Views<readonly [string, unknown]> = {
  discardedView: (files) => ['discarded', files],
  doneView: ({ name }) => ['done', name],
  checkingView: (files) => ['checking', files],
  failedView: ({ names }) => ['failed', names],
  lostView: (files) => ['lost', files],
  refusalView: (of) => [of === 'files' ? 'missing' : 'refusal', of],
  verdictView: ({ verdict }, files) => ['verdict', [verdict.name, ...files]],
};
const shown = ({ facts, state }: Case) => viewOf(stateOf(state), factsOf(facts), NAMES);
const nameOf = (each: Case): string => shown(each)?.[0][0] ?? 'none';
const both = (one: Case, other: Case): Case => ({
  facts: { ...other.facts, ...one.facts },
  state: { ...other.state, ...one.state },
});

interface Row {
  readonly name: string;
  /** What makes the row apply. */
  readonly when: Case;
  readonly data: unknown;
  readonly dismissal: StateChange;
}

/** The rows of the table in banner-state.ts, in their order. */
const ROWS: readonly Row[] = [
  { name: 'discarded', when: { state: { timed: DISCARDED } }, data: ['sill.png'], dismissal: { timed: null } },
  { name: 'done', when: { state: { timed: DONE } }, data: 'renewed', dismissal: { timed: null } },
  {
    name: 'checking',
    when: { facts: { checking: [FILE, OTHER] }, state: { isCheckSlow: true } },
    data: ['door.log', 'gate.log'],
    dismissal: { isCheckSlow: false },
  },
  { name: 'failed', when: { facts: { failures: FAILED } }, data: ['sill.png'], dismissal: {} },
  { name: 'lost', when: { state: { lostFiles: ['sill.png'] } }, data: ['sill.png'], dismissal: { lostFiles: [] } },
  {
    name: 'missing',
    when: { facts: { verdict: FRESH, blocked: [FORM], hasLostFormFiles: () => true } },
    data: 'files',
    dismissal: {},
  },
  {
    name: 'refusal',
    when: { facts: { verdict: FRESH }, state: { refusal: 'token' } },
    data: 'token',
    dismissal: { refusal: null },
  },
  {
    name: 'verdict',
    when: { facts: { verdict: STALE } },
    data: ['stale'],
    dismissal: { dismissed: 'stale undefined ', timed: null },
  },
];
const PAIRS = ROWS.flatMap((one, at) =>
  ROWS.slice(at + 1).map((other) => [one.name, other.name, one, other] as const),
);

describe('the order', () => {
  test.each(ROWS)('$name is shown if no other view applies', ({ name, when, data, dismissal }) => {
    expect(shown(when)).toEqual([[name, data], dismissal]);
  });

  test.each(PAIRS)('%s comes before %s', (first, second, one, other) => {
    // A form that is blocked must be read before failed and lost files.
    const isForm = second === 'missing' && ['failed', 'lost'].includes(first);
    expect(nameOf(both(one.when, other.when))).toBe(isForm ? second : first);
  });

  test.each<[string, Case]>([
    ['files are parked', { facts: { verdict: STALE, parked: [FILE] } }],
    ['a form is blocked', { facts: { verdict: STALE, blocked: [FORM] } }],
  ])('while %s, the verdict comes before failed files, lost files and a refusal', (_what, waiting) => {
    const names = ROWS.map(({ when }) => nameOf(both(waiting, when)));
    expect(names).toEqual(['discarded', 'done', 'checking', 'verdict', 'verdict', 'verdict', 'verdict', 'verdict']);
  });

  test('before the first verdict only views about files are shown', () => {
    const early = ROWS.map(({ when: { facts: { verdict: _none, ...facts } = {}, state = {} } }) =>
      nameOf({ facts, state }),
    );
    expect(early).toEqual(['discarded', 'done', 'checking', 'failed', 'lost', 'none', 'none', 'none']);
  });

  test('a refusal is not shown to a user who is signed out or replaced by another', () => {
    const verdicts: Verdict[] = [{ name: 'signed-out' }, { name: 'other-user', user: 'mallory' }, { name: 'gateway' }];
    const names = verdicts.map((verdict) => nameOf({ facts: { verdict }, state: { refusal: 'session' } }));
    expect(names).toEqual(['verdict', 'verdict', 'refusal']);
  });

  test('missing files are named only if a form is blocked and Jira would accept the page', () => {
    const facts = { blocked: [FORM], hasLostFormFiles: () => true };
    expect(nameOf({ facts: { ...facts, verdict: STALE } })).toBe('verdict');
    expect(nameOf({ facts: { ...facts, verdict: FRESH, blocked: [] } })).toBe('none');
  });

  test('failed files come after files that are parked beside a blocked form', () => {
    expect(nameOf({ facts: { verdict: STALE, failures: FAILED, parked: [FILE], blocked: [FORM] } })).toBe('verdict');
  });

  test('the refusal with which a page was loaded is shown', () => {
    expect(viewOf(initialState('session'), factsOf({ verdict: FRESH }), NAMES)?.[0]).toEqual(['refusal', 'session']);
  });

  test.each<[string, Case, string, string]>([
    ['nothing is parked or blocked', {}, 'verdict', 'none'],
    ['the user asks', { state: { timed: ASKED } }, 'verdict', 'verdict'],
    ['files are parked', { facts: { parked: [FILE] } }, 'verdict', 'verdict'],
    ['a form is blocked', { facts: { blocked: [FORM] } }, 'verdict', 'verdict'],
  ])('a verdict is shown or not, by its kind and the settings, if %s', (_what, when, worth, isNotWorth) => {
    const at = (verdict: Verdict, banner = true): string =>
      nameOf(both({ facts: { verdict, settings: { banner } } }, when));
    expect(at(STALE)).toBe(worth);
    expect(at(STALE, false)).toBe(isNotWorth);
    expect([at(FRESH), at({ name: 'lapsed', endedAt: 0 }), at({ name: 'unknown' })]).toEqual(
      Array(3).fill(isNotWorth),
    );
  });
});

describe('a dismissal', () => {
  test.each(ROWS.filter(({ dismissal }) => Object.keys(dismissal).length > 0))(
    'of $name shows what comes after it',
    ({ when, dismissal }) => {
      const after = { ...when, state: { ...when.state, ...dismissal } };
      expect(nameOf(after)).toBe('none');
    },
  );

  test.each(ROWS.slice(0, 3))('of $name shows the verdict that it hid', ({ when, dismissal }) => {
    const after = { facts: { ...when.facts, verdict: STALE }, state: { ...when.state, ...dismissal } };
    expect(nameOf(after)).toBe('verdict');
  });

  const dismissed: Case = {
    facts: { verdict: STALE, parked: [FILE] },
    state: { dismissed: 'stale undefined door.log' },
  };
  const pageToken = { digest: 'ba5eba11', login: 'lin', serverId: 'B7X' } as const;

  test('of a verdict does not last for other files whose names read the same without a separator', () => {
    const shownFor = (files: string[], state: StateChange = {}) =>
      shown({ facts: { verdict: STALE, parked: [{ ...FILE, files }] }, state });
    const [, dismissal] = shownFor(['a', 'b'])!;
    expect(shownFor(['a', 'b'], dismissal)).toBeUndefined();
    expect(shownFor(['ab'], dismissal)).toBeDefined();
  });

  test.each<[string, string, Case]>([
    ['lasts', 'none', {}],
    ['lasts, even while Jira’s refusal is shown:', 'none', { facts: { parked: [FILE] }, state: { refusal: 'token' } }],
    ['does not last for another verdict:', 'verdict', { facts: { verdict: { name: 'signed-out' } } }],
    ['does not last for another token:', 'verdict', { facts: { evidence: { pageToken } } }],
    ['does not last for other files:', 'verdict', { facts: { parked: [FILE, OTHER] } }],
    [
      'does not last for missing files:',
      'missing',
      { facts: { verdict: FRESH, blocked: [FORM], hasLostFormFiles: () => true } },
    ],
  ])('of a verdict %s %s', (_what, name, change) => {
    expect(nameOf(both(change, dismissed))).toBe(name);
  });
});

describe('a view that is shown for a time', () => {
  const counts = { parked: 1, blocked: 1, releasedCount: 1, dismissed: 'this' };
  const queue = { parked: [FILE], blocked: [FORM], releasedCount: 1 };
  const nothing = { parked: [], blocked: [], releasedCount: 2 };
  const attempts = (facts: Partial<BannerFacts>) => (state: BannerState) =>
    afterAttempts(state, factsOf({ ...queue, ...facts }));
  const success = (facts: Partial<BannerFacts>) => () => afterSuccess(factsOf(facts), 'renewed');

  const all = <T>(timed: T): [T, T, T, T] => [timed, timed, timed, timed];

  const kept = [null, ASKED, DONE, DISCARDED] as const;

  /** Each event, and what is timed after it: if nothing was before, an answer to a key, a success, or a discard. */
  test.each<[string, (state: BannerState) => StateChange, unknown, unknown, unknown, unknown]>([
    ['the queue changes', attempts({}), null, ASKED, DONE, DISCARDED],
    ['fewer files are parked', attempts({ parked: [] }), null, ASKED, DONE, DISCARDED],
    ['more files are parked', attempts({ parked: [FILE, OTHER] }), null, ASKED, null, null],
    ['another form is blocked', attempts({ blocked: [FORM, FORM] }), null, ASKED, null, null],
    ['files are discarded', attempts({ discarded: [OTHER] }), ...all({ ...DISCARDED, files: ['gate.log'] })],
    ['Jira accepts the last files', attempts(nothing), ...all({ name: 'handed_over', millis: 6_000 })],
    [
      'Jira accepts them, and a form is blocked',
      attempts({ ...nothing, blocked: [FORM] }),
      null,
      ASKED,
      DONE,
      DISCARDED,
    ],
    ['nothing waits, and nothing more was accepted', attempts({ ...nothing, releasedCount: 1 }), ...kept],
    [
      'Jira accepts some of them, and others are checked and parked',
      attempts({ ...nothing, parked: [FILE], checking: [OTHER] }),
      ...kept,
    ],
    ['Jira accepts some of them', attempts({ releasedCount: 2 }), null, ASKED, DONE, DISCARDED],
    [
      'Jira accepts them, and others are checked',
      attempts({ ...nothing, checking: [OTHER] }),
      null,
      ASKED,
      DONE,
      DISCARDED,
    ],
    ['a renewal succeeds', success({}), ...all(DONE)],
    ['a renewal succeeds, and files are stuck', success({ stuck: FILE }), null, ASKED, DONE, DISCARDED],
    ['a renewal succeeds, and a form is blocked', success({ blocked: [FORM] }), null, ASKED, DONE, DISCARDED],
    ['a key asks', (state) => afterAsked(state, false), ASKED, ASKED, DONE, DISCARDED],
    [
      'a key asks and takes the focus',
      (state) => afterAsked(state, true),
      { millis: 60_000 },
      { millis: 60_000 },
      { ...DONE, millis: 60_000 },
      { ...DISCARDED, millis: 60_000 },
    ],
  ])('is kept or replaced when %s', (_what, event, ...expected) => {
    const before = [null, ASKED, DONE, DISCARDED].map((timed) => stateOf({ ...counts, timed }));
    expect(before.map((state) => ({ ...state, ...event(state) }).timed)).toEqual(expected);
  });

  test.each<[string, (state: BannerState) => StateChange, string]>([
    ['more is parked', attempts({ parked: [FILE, OTHER] }), ''],
    ['more is blocked', attempts({ blocked: [FORM, FORM] }), ''],
    ['a key asks', (state) => afterAsked(state, false), ''],
    ['nothing changes in the queue', attempts({}), 'this'],
    ['less is parked', attempts({ parked: [] }), 'this'],
    ['a renewal succeeds', success({}), 'this'],
  ])('a dismissal ends or stays when %s', (_what, event, dismissed) => {
    const state = stateOf(counts);
    expect({ ...state, ...event(state) }.dismissed).toBe(dismissed);
  });

  test('a first parked file ends it', () => {
    const state = { ...initialState(null), timed: DONE };
    expect(afterAttempts(state, factsOf({ parked: [FILE] })).timed).toBeNull();
    expect(afterAttempts(state, factsOf({ blocked: [FORM] })).timed).toBeNull();
    expect(afterAttempts(initialState(null), factsOf({ releasedCount: 1 })).timed).toMatchObject({
      name: 'handed_over',
    });
  });

  test('a slow check stays slow until nothing is checked', () => {
    const state = stateOf({ ...counts, isCheckSlow: true });
    expect([attempts({ checking: [FILE] })(state).isCheckSlow, attempts({})(state).isCheckSlow]).toEqual([
      true,
      false,
    ]);
  });
});
