/** The guard's own states, without a browser. What it decides by is in verdict.test.ts, its lives in tests/integration. */
import { readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import {
  AttemptQueue,
  transition,
  type Attempt,
  type Entry,
  type QueueDependencies,
  type QueueState,
  type State,
} from '../../src/guard/attempt-queue.ts';

const done: string[] = [];

function attach(name: string, more: Partial<Attempt> = {}): Attempt {
  return { sending: 'attach', files: [name], sent: () => [], release: () => void done.push(name), ...more };
}

function guardWith(dependencies: Partial<QueueDependencies> = {}): AttemptQueue {
  done.length = 0;
  return new AttemptQueue({
    mayPass: () => false,
    isProven: () => false,
    maySendAnyway: () => false,
    ensureAccepted: () => Promise.resolve('release'),
    nextTask: (work) => void setImmediate(work),
    onChange: () => undefined,
    onError: () => undefined,
    ...dependencies,
  });
}

const settle = (): Promise<void> => new Promise((ready) => setTimeout(ready, 5));

describe('what is held', () => {
  test('is released once, in the order in which it came', async () => {
    const guard = guardWith();
    for (const name of ['a', 'b', 'c']) guard.addAttempt(attach(name));
    expect(guard.queueState.checking).toHaveLength(3);
    await settle();
    expect(done).toEqual(['a', 'b', 'c']);
    expect(guard.queueState.checking).toEqual([]);
  });

  test('is not overtaken by what may pass', () => {
    const guard = guardWith({ mayPass: () => true, ensureAccepted: () => new Promise(() => undefined) });
    expect(guard.mayPass(attach('a'))).toBe(true);
    guard.addAttempt(attach('b'));
    expect(guard.mayPass(attach('c'))).toBe(false);
  });

  test.each<[string, Partial<QueueDependencies>, Partial<Attempt>]>([
    ['asking fails', { ensureAccepted: () => Promise.reject(new Error('no')) }, {}],
    [
      'telling fails',
      {
        onChange: () => {
          throw new Error('no');
        },
      },
      {},
    ],
  ])('goes on where %s', async (_what, dependencies, more) => {
    const onError = vi.fn<(error: unknown) => void>(() => {
      throw new Error('and telling of it too');
    });
    const guard = guardWith({ ...dependencies, onError });
    guard.addAttempt(attach('a', more));
    await settle();
    expect(done).toEqual(['a']);
    expect(onError).toHaveBeenCalled();
  });

  test('of which one fails at its release holds up no other', async () => {
    const guard = guardWith();
    const broken = (): void => {
      throw new Error('no');
    };
    guard.addAttempt(attach('a', { release: broken }));
    guard.addAttempt(attach('b'));
    await settle();
    expect(done).toEqual(['b']);
  });

  test('is let go when the script ends', async () => {
    const guard = guardWith({ ensureAccepted: () => new Promise(() => undefined) });
    guard.addAttempt(attach('held'));
    expect(guard.end()).toEqual([]);
    expect(done).toEqual(['held']);
  });

  test('goes on without a proof, and what has waited does not', async () => {
    let isProven = true;
    const guard = guardWith({
      isProven: () => isProven,
      ensureAccepted: async () => {
        // The last word was of before, and now Jira does not answer.
        isProven = false;
        return 'release';
      },
    });
    guard.takeOverParked([attach('waited')]);
    guard.recheckParked();
    await settle();
    expect(done).toEqual([]);
    expect(guard.queueState.parked).toHaveLength(1);
    guard.discard();
    guard.addAttempt(attach('new'));
    await settle();
    expect(done).toEqual(['new']);
  });

  test('and what is kept is handed on to the script that follows, with the files that came after it', async () => {
    const guard = guardWith({ ensureAccepted: () => Promise.resolve('keep') });
    guard.addAttempt(attach('kept'));
    await settle();
    guard.addAttempt(attach('later'));
    const kept = guard.end();
    await settle();
    expect(done).toEqual([]);
    const next = guardWith({ isProven: () => true });
    next.takeOverParked(kept);
    next.recheckParked();
    await settle();
    expect(done).toEqual(['kept', 'later']);
  });

  test('and so is what had waited, and is asked about once more', async () => {
    const guard = guardWith({ isProven: () => true, ensureAccepted: () => new Promise(() => undefined) });
    guard.takeOverParked([attach('kept')]);
    guard.recheckParked();
    expect(guard.queueState.parked).toHaveLength(1);
    expect(guard.end()).toHaveLength(1);
    expect(done).toEqual([]);
  });

  test('and what is kept goes nowhere once it has changed on the disk, even while Jira is asked about it', async () => {
    let changed: string[] = [];
    const guard = guardWith({
      isProven: () => true,
      ensureAccepted: async () => {
        changed = ['kept'];
        return 'release';
      },
    });
    guard.takeOverParked([attach('kept', { changed: async () => changed })]);
    guard.recheckParked();
    await settle();
    expect(done).toEqual([]);
    expect(guard.changedFiles).toEqual(['kept']);
  });

  test('is no second time a form that was pressed twice, as a slow Jira makes people do', async () => {
    const form = {};
    const guard = guardWith();
    const send = (name: string): Attempt => attach(name, { sending: 'send', files: [], subject: form });
    guard.addAttempt(send('first'));
    guard.addAttempt(send('second'));
    guard.addAttempt(attach('other', { sending: 'send', files: [], subject: {} }));
    await settle();
    expect(done).toEqual(['first', 'other']);
    guard.addAttempt(send('third'));
    await settle();
    expect(done).toEqual(['first', 'other', 'third']);
  });

  test('of a key that a page may make a submission of, gives way to the press that surely is one', async () => {
    const form = {};
    const guard = guardWith();
    const send = (event: string): Attempt => attach(event, { sending: 'send', files: [], subject: form, event });
    guard.addAttempt(send('keydown'));
    guard.addAttempt(send('submit'));
    guard.addAttempt(send('keydown'));
    await settle();
    expect(done).toEqual(['submit']);
  });

  test('of a link that is gone is blocked, because something else is in its place', async () => {
    const guard = guardWith();
    guard.addAttempt(attach('link', { sending: 'send', files: [], isInPlace: () => false }));
    await settle();
    expect(done).toEqual([]);
    expect(guard.queueState.blocked).toHaveLength(1);
  });

  test('is let go in another task than it came in: a form can’t be submitted while it is', async () => {
    const guard = guardWith();
    guard.addAttempt(attach('a'));
    for (let n = 0; n < 50; n++) await Promise.resolve();
    expect(done).toEqual([]);
    await settle();
    expect(done).toEqual(['a']);
  });

  test('is not let go again in its turn, where it had to be let go before', async () => {
    const guard = guardWith();
    const attempt = attach('a');
    guard.addAttempt(attempt);
    guard.release(attempt);
    await settle();
    expect(done).toEqual(['a']);
    expect(guard.queueState.checking).toEqual([]);
  });

  test('may come while the last is being let go', async () => {
    const guard = guardWith();
    const release = (): void => {
      done.push('a');
      void Promise.resolve().then(() => guard.addAttempt(attach('b')));
    };
    guard.addAttempt(attach('a', { release }));
    await settle();
    expect(done).toEqual(['a', 'b']);
  });
});

describe('what is kept', () => {
  const keeping = (dependencies: Partial<QueueDependencies> = {}) =>
    guardWith({ ensureAccepted: () => Promise.resolve('keep'), ...dependencies });

  test('waits, and goes on in its order once its user is proven to be back', async () => {
    let isBack = false;
    const guard = keeping({
      isProven: () => isBack,
      ensureAccepted: () => Promise.resolve(isBack ? 'release' : 'keep'),
    });
    guard.addAttempt(attach('a'));
    guard.addAttempt(attach('b'));
    await settle();
    guard.recheckParked();
    await settle();
    expect(done).toEqual([]);
    isBack = true;
    guard.addAttempt(attach('c'));
    await settle();
    expect(done).toEqual(['a', 'b', 'c']);
  });

  test('can be discarded, and had back', async () => {
    const guard = keeping();
    guard.addAttempt(attach('a'));
    await settle();
    guard.discard();
    expect(guard.queueState).toMatchObject({ parked: [], discarded: [{ files: ['a'] }] });
    guard.undoDiscard();
    expect(guard.queueState).toMatchObject({ parked: [{ files: ['a'] }], discarded: [] });
    guard.discard();
    guard.forgetDiscarded();
    guard.undoDiscard();
    expect(guard.queueState.parked).toEqual([]);
    expect(done).toEqual([]);
  });

  test('holds up no other, if its own token alone can’t be renewed', async () => {
    const stuck = attach('stuck');
    const guard = keeping({
      isProven: () => true,
      ensureAccepted: () => Promise.resolve(guard.queueState.checking[0] === stuck ? 'keep' : 'release'),
    });
    guard.addAttempt(stuck);
    guard.addAttempt(attach('b'));
    await settle();
    expect(done).toEqual(['b']);
    expect(guard.queueState.parked).toEqual([stuck]);
  });

  test('is not asked about over and over, where its user is there and its own token is the trouble', async () => {
    let asked = 0;
    const guard = keeping({
      isProven: () => true,
      ensureAccepted() {
        asked++;
        return Promise.resolve('keep');
      },
    });
    guard.addAttempt(attach('a'));
    await settle();
    expect(guard.hasReleasableFiles).toBe(false);
    for (let n = 0; n < 3; n++) guard.recheckParked();
    await settle();
    expect(asked).toBe(1);
    expect(guard.queueState.parked).toHaveLength(1);
  });

  test('takes a form that is pressed with nowhere when the script ends: what it was to say is still in it', async () => {
    const guard = keeping();
    guard.addAttempt(attach('files'));
    await settle();
    guard.addAttempt(attach('form', { sending: 'send', files: [] }));
    expect(guard.end()).toHaveLength(1);
    await settle();
    expect(done).toEqual([]);
  });

  test('is what is asked about when the script ends and its place is gone: the page can be another’s', () => {
    const guard = guardWith();
    guard.addAttempt(attach('a', { isInPlace: () => false }));
    guard.addAttempt(attach('b'));
    expect(guard.end().map(({ files }) => files)).toEqual([['a'], ['b']]);
    expect(done).toEqual([]);
  });

  test('goes nowhere else when its place is gone', async () => {
    let isThere = true;
    const guard = keeping({ isProven: () => true, ensureAccepted: () => Promise.resolve('release') });
    guard.takeOverParked([attach('a', { isInPlace: () => isThere }), attach('b')]);
    isThere = false;
    guard.recheckParked();
    await settle();
    expect(done).toEqual(['b']);
    expect(guard.queueState).toMatchObject({ parked: [{ files: ['a'] }] });
    guard.addAttempt(attach('c', { isInPlace: () => false }));
    await settle();
    expect(done).toEqual(['b']);
    expect(guard.queueState.parked).toHaveLength(2);
  });

  test('of one input can be discarded with it', async () => {
    const input = {};
    const guard = keeping();
    guard.addAttempt(attach('a', { subject: input }));
    guard.addAttempt(attach('b'));
    await settle();
    guard.discard(input);
    expect(guard.queueState).toMatchObject({ parked: [{ files: ['b'] }], discarded: [{ files: ['a'] }] });
  });

  test('counts as released only when it was let go', async () => {
    const guard = keeping();
    guard.addAttempt(attach('a'));
    await settle();
    guard.discard();
    expect(guard.queueState.releasedCount).toBe(0);
    const next = guardWith({ ensureAccepted: () => Promise.resolve('keep'), isProven: () => false });
    next.addAttempt(attach('b'));
    await settle();
    next.recheckParked();
    await settle();
    expect(next.queueState.releasedCount).toBe(0);
  });

  test('never is a form or a link: nothing was sent, and what was written is still there', async () => {
    const guard = keeping();
    guard.addAttempt(attach('form', { sending: 'send', files: [], subject: {} }));
    await settle();
    expect(guard.queueState).toMatchObject({ checking: [], parked: [], blocked: [{ sending: 'send' }] });
    expect(done).toEqual([]);
    // It is told of until a form or a link goes on; that a file does says nothing of it, nor does a dialog's search.
    guard.notePassed(attach('c'));
    guard.addAttempt(attach('search', { sending: 'script', files: [], subject: {} }));
    await settle();
    expect(guard.queueState.blocked.map(({ files }) => files)).toEqual([[], []]);
    guard.notePassed(attach('form', { sending: 'send', files: [] }));
    expect(guard.queueState.blocked).toEqual([]);
  });
});

describe('nothing gets through to Jira', () => {
  const blocked = (dependencies: Partial<QueueDependencies> = {}) =>
    guardWith({ ensureAccepted: () => Promise.resolve('keep'), maySendAnyway: () => true, ...dependencies });

  test('and the user has all files go all the same, in their order', async () => {
    const guard = blocked();
    for (const name of ['a', 'b']) guard.addAttempt(attach(name));
    guard.addAttempt(attach('form', { sending: 'send', files: [], subject: {} }));
    await settle();
    expect(guard.sendableAnyway.map(({ files }) => files)).toEqual([['a'], ['b']]);
    guard.sendAnyway();
    await settle();
    expect(done).toEqual(['a', 'b']);
    // Then the last blocked form or link.
    guard.sendAnyway();
    await settle();
    expect(done).toEqual(['a', 'b', 'form']);
    expect(guard.queueState).toMatchObject({ parked: [], blocked: [] });
  });

  test('but nothing goes where one token may be another’s, also if that turned out since the press', async () => {
    let may = false;
    const guard = blocked({ maySendAnyway: () => may });
    guard.addAttempt(attach('a'));
    await settle();
    expect(guard.sendableAnyway).toEqual([]);
    guard.sendAnyway();
    await settle();
    may = true;
    guard.sendAnyway();
    may = false;
    await settle();
    expect(done).toEqual([]);
    expect(guard.queueState.parked).toHaveLength(1);
    // The press held for that moment alone.
    may = true;
    guard.addAttempt(attach('b'));
    await settle();
    expect(done).toEqual([]);
  });
});

describe('a file that has waited', () => {
  const back = { isProven: () => true };

  test.each(['by itself', 'at its user’s word'])(
    'and has changed on the disk does not go on %s, and is named',
    async (how) => {
      const isBack = how === 'by itself';
      const guard = guardWith({
        isProven: () => isBack,
        maySendAnyway: () => true,
        ensureAccepted: () => Promise.resolve(isBack ? 'release' : 'keep'),
      });
      guard.takeOverParked([attach('a', { changed: async () => ['a'] }), attach('b', { changed: async () => [] })]);
      if (isBack) guard.recheckParked();
      else guard.sendAnyway();
      await settle();
      expect(done).toEqual(['b']);
      expect(guard.changedFiles).toEqual(['a']);
      if (isBack) expect(guard.hasReleasableFiles).toBe(false);
    },
  );

  test.each<[string, Partial<QueueDependencies>, Partial<Attempt>]>([
    ['its disk can’t be asked', {}, { changed: () => Promise.reject(new Error('no')) }],
    ['asking fails', { isProven: () => true, ensureAccepted: () => Promise.reject(new Error('no')) }, {}],
    [
      'the proof can’t be read',
      {
        isProven: () => {
          throw new Error('no');
        },
      },
      {},
    ],
  ])('is not let go by a failure: %s', async (_what, dependencies, more) => {
    const guard = guardWith({ ...back, ...dependencies });
    guard.takeOverParked([attach('a', more)]);
    guard.recheckParked();
    await settle();
    await settle();
    expect(done).toEqual([]);
  });

  test('counts as released once Jira has answered, and not before', async () => {
    const guard = guardWith(back);
    const waited = attach('a');
    guard.takeOverParked([waited]);
    guard.recheckParked();
    await settle();
    expect([done, guard.queueState.releasedCount]).toEqual([['a'], 0]);
    guard.noteAccepted(attach('another'));
    expect(guard.queueState.releasedCount).toBe(0);
    guard.noteAccepted(waited);
    expect(guard.queueState.releasedCount).toBe(1);
  });

  test('that the page did not seem to take, and has uploaded all the same, is kept no longer', async () => {
    const guard = guardWith(back);
    const waited = attach('a', { release: () => false });
    guard.takeOverParked([waited]);
    guard.recheckParked();
    await settle();
    expect(guard.queueState.parked).toEqual([waited]);
    guard.noteAccepted(waited);
    expect(guard.queueState).toMatchObject({ parked: [], releasedCount: 1 });
  });
});

test('that nothing was sent stays told while discarded files are forgotten', async () => {
  const guard = guardWith({ ensureAccepted: () => Promise.resolve('keep') });
  guard.addAttempt(attach('form', { sending: 'send', files: [], subject: {} }));
  await settle();
  guard.forgetDiscarded();
  expect(guard.queueState.blocked).toHaveLength(1);
  guard.forgetBlocked();
  expect(guard.queueState.blocked).toEqual([]);
});

describe('the order in which attempts came', () => {
  const names = (guard: AttemptQueue): string[] => guard.queueState.parked.flatMap(({ files }) => files);

  test('is kept when the files of one input are discarded and had back', async () => {
    const input = {};
    let isBack = false;
    const guard = guardWith({
      isProven: () => isBack,
      ensureAccepted: () => Promise.resolve(isBack ? 'release' : 'keep'),
    });
    for (const attempt of [attach('a'), attach('b', { subject: input }), attach('c')]) guard.addAttempt(attempt);
    await settle();
    guard.discard(input);
    guard.undoDiscard();
    expect(names(guard)).toEqual(['a', 'b', 'c']);
    isBack = true;
    guard.recheckParked();
    await settle();
    expect(done).toEqual(['a', 'b', 'c']);
  });

  test('is kept when the user attaches parked files anyway while a later file is checked', async () => {
    const answers: ((outcome: 'release' | 'keep') => void)[] = [];
    const guard = guardWith({
      maySendAnyway: () => true,
      ensureAccepted: () => new Promise((answer) => answers.push(answer)),
    });
    guard.takeOverParked([attach('a')]);
    guard.addAttempt(attach('b'));
    await settle();
    guard.sendAnyway();
    answers.shift()!('release');
    await settle();
    answers.shift()?.('release');
    await settle();
    expect(done).toEqual(['a', 'b']);
  });

  test('is kept when only some files can be checked again', async () => {
    let isThere = false;
    const guard = guardWith({ isProven: () => true, ensureAccepted: () => Promise.resolve('keep') });
    guard.takeOverParked([attach('a'), attach('b', { isInPlace: () => isThere })]);
    guard.recheckParked();
    await settle();
    isThere = true;
    expect(guard.end().flatMap(({ files }) => files)).toEqual(['a', 'b']);
  });
});

test('files that were discarded while they were checked and are had back need a proof', async () => {
  const input = {};
  let isProven = true;
  const guard = guardWith({
    isProven: () => isProven,
    ensureAccepted: async () => {
      // The page's user leaves while Jira is asked.
      isProven = false;
      return 'release';
    },
  });
  guard.addAttempt(attach('a', { subject: input }));
  guard.discard(input);
  await settle();
  guard.undoDiscard();
  await settle();
  expect(done).toEqual([]);
  expect(guard.queueState.parked).toHaveLength(1);
});

test('a check that began before files were discarded does not release them after an undo', async () => {
  const input = {};
  const answers: ((outcome: 'release') => void)[] = [];
  const guard = guardWith({
    isProven: () => true,
    maySendAnyway: () => true,
    ensureAccepted: () => new Promise((answer) => answers.push(answer)),
  });
  guard.addAttempt(attach('a', { subject: input, changed: async () => ['a'] }));
  await settle();
  guard.discard(input);
  guard.undoDiscard();
  guard.sendAnyway();
  answers.shift()!('release');
  await settle();
  expect(done).toEqual([]);
  expect(guard.changedFiles).toEqual(['a']);
});

test('an attempt whose place can’t be read holds up no other, and the UI hears of it', async () => {
  const broken = (): never => {
    throw new Error('no');
  };
  const told: QueueState[] = [];
  const guard = guardWith({ onChange: (state) => void told.push(state) });
  guard.addAttempt(attach('a', { isInPlace: broken }));
  guard.addAttempt(attach('form', { sending: 'send', files: [], subject: {}, isInPlace: broken }));
  guard.addAttempt(attach('c', { subject: {} }));
  await settle();
  expect(done).toEqual(['c']);
  expect(guard.queueState).toMatchObject({ checking: [], parked: [{ files: ['a'] }], blocked: [{ sending: 'send' }] });
  expect(told.at(-1)).toEqual(guard.queueState);
});

test('an attempt that is to be kept is not released when its place can’t be read for once', async () => {
  let reads = 0;
  const isInPlace = (): boolean => {
    if (reads++ === 0) throw new Error('no');
    return true;
  };
  const guard = guardWith({ ensureAccepted: () => Promise.resolve('keep') });
  guard.addAttempt(attach('a', { isInPlace }));
  await settle();
  expect(done).toEqual([]);
  expect(guard.queueState.parked).toHaveLength(1);
});

test('an attempt goes on when no task can be had at first', async () => {
  let tries = 0;
  const nextTask = (work: () => void): void => {
    if (tries++ === 0) throw new Error('no');
    setImmediate(work);
  };
  const guard = guardWith({ nextTask });
  guard.addAttempt(attach('a'));
  await settle();
  expect(done).toEqual(['a']);
});

describe('the states of an attempt', () => {
  /** The rows of the table in docs/architecture.md: each state, and those that it names as the next. */
  const [, section] = readFileSync('docs/architecture.md', 'utf8').split(/^## (?:Attempts|The banner)$/m);
  const rows = section!.matchAll(/^\| `(\w+)` \| .* \| (.*) \|$/gm);
  const next = new Map([...rows].map(([, state, column]) => [state!, column!.match(/(?<=`)\w+(?=`)/g)!]));
  const states = [...next.keys()].filter((each) => each !== 'new') as State[];
  const entryOf = (state: string): Entry | undefined => (state === 'new' ? undefined : { state: state as State });
  const pairs = [...next].flatMap(([from, allowed]) =>
    states.map((to) => [from, allowed.includes(to) ? 'become' : 'never become', to] as const),
  );

  test('are those of the guide', () => {
    expect(states.toSorted()).toEqual(
      ['blocked', 'checking', 'discarded', 'ignored', 'parked', 'released', 'stuck'].toSorted(),
    );
    expect(pairs).toHaveLength(56);
  });

  test.each(pairs)('%s can %s %s', (from, may, to) => {
    const change = (): Entry => transition(entryOf(from), to);
    if (may === 'become') expect(change().state).toBe(to);
    else expect(change).toThrow(`${from} to ${to}`);
  });

  const walk = (...all: readonly State[]) => all.reduce(transition, undefined as Entry | undefined);

  test.each<[State, readonly State[]]>([
    ['parked', ['checking', 'discarded']],
    ['parked', ['checking', 'parked', 'discarded']],
    ['stuck', ['checking', 'stuck', 'discarded']],
    ['stuck', ['checking', 'stuck', 'checking']],
    ['ignored', ['parked', 'checking', 'released', 'ignored', 'discarded']],
  ])('files that are parked again are %s as before: %s', (expected, before) => {
    expect(walk(...before, 'parked')?.state).toBe(expected);
  });

  test('lead nothing that was released back to a check', () => {
    const reachable = new Set<string>();
    const follow = (entry: Entry): void => {
      const key = JSON.stringify(entry);
      if (reachable.has(key)) return;
      reachable.add(key);
      for (const to of states) {
        try {
          follow(transition(entry, to));
        } catch {
          // The table does not allow it.
        }
      }
    };
    follow(walk('parked', 'checking', 'released')!);
    expect([...reachable].map((key) => (JSON.parse(key) as Entry).state).toSorted()).toEqual([
      'discarded',
      'ignored',
      'released',
      'released',
    ]);
  });

  test('are left as they are when a change is not allowed', async () => {
    const guard = guardWith({ isProven: () => true });
    const parked = attach('a');
    guard.takeOverParked([parked]);
    expect(() => guard.takeOverParked([parked])).toThrow('parked to parked');
    guard.recheckParked();
    expect(() => guard.addAttempt(parked)).toThrow('checking to checking');
    await settle();
    expect(() => guard.addAttempt(parked)).toThrow('released to checking');
    await settle();
    expect(done).toEqual(['a']);
  });
});
