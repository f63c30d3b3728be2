/**
 * The states of attempts, without a browser. The rules by which the guard decides are tested in verdict.test.ts, its
 * course over time in tests/integration.
 */
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

const released: string[] = [];

function attach(name: string, more: Partial<Attempt> = {}): Attempt {
  return { sending: 'attach', files: [name], sent: () => [], release: () => void released.push(name), ...more };
}

function guardWith(dependencies: Partial<QueueDependencies> = {}): AttemptQueue {
  released.length = 0;
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

describe('an attempt', () => {
  test('is released once, in the order in which it came', async () => {
    const guard = guardWith();
    for (const name of ['a', 'b', 'c']) guard.addAttempt(attach(name));
    expect(guard.queueState.checking).toHaveLength(3);
    await settle();
    expect(released).toEqual(['a', 'b', 'c']);
    expect(guard.queueState.checking).toEqual([]);
  });

  test('is not overtaken by a later one that may pass', () => {
    const guard = guardWith({ mayPass: () => true, ensureAccepted: () => new Promise(() => undefined) });
    expect(guard.mayPass(attach('a'))).toBe(true);
    guard.addAttempt(attach('b'));
    expect(guard.mayPass(attach('c'))).toBe(false);
  });

  test.each<[string, Partial<QueueDependencies>]>([
    ['the check fails', { ensureAccepted: () => Promise.reject(new Error('no')) }],
    [
      'the UI can’t be updated',
      {
        onChange: () => {
          throw new Error('no');
        },
      },
    ],
  ])('is released if %s, even if that can’t be logged', async (_what, dependencies) => {
    const onError = vi.fn<(error: unknown) => void>(() => {
      throw new Error('and the log fails too');
    });
    const guard = guardWith({ ...dependencies, onError });
    guard.addAttempt(attach('a'));
    await settle();
    expect(released).toEqual(['a']);
    expect(onError).toHaveBeenCalled();
  });

  test('delays no other one if its release fails', async () => {
    const guard = guardWith();
    const broken = (): void => {
      throw new Error('no');
    };
    guard.addAttempt(attach('a', { release: broken }));
    guard.addAttempt(attach('b'));
    await settle();
    expect(released).toEqual(['b']);
  });

  test('is released when the script ends', async () => {
    const guard = guardWith({ ensureAccepted: () => new Promise(() => undefined) });
    guard.addAttempt(attach('checked'));
    expect(guard.end()).toEqual([]);
    expect(released).toEqual(['checked']);
  });

  test('is released without a proof, but parked files are not', async () => {
    let isProven = true;
    const guard = guardWith({
      isProven: () => isProven,
      ensureAccepted: async () => {
        // The proof was made before this check, and now Jira does not answer.
        isProven = false;
        return 'release';
      },
    });
    guard.takeOverParked([attach('parked')]);
    guard.recheckParked();
    await settle();
    expect(released).toEqual([]);
    expect(guard.queueState.parked).toHaveLength(1);
    guard.discard();
    guard.addAttempt(attach('new'));
    await settle();
    expect(released).toEqual(['new']);
  });

  test('that waits behind parked files is handed on with them to the next script', async () => {
    const guard = guardWith({ ensureAccepted: () => Promise.resolve('keep') });
    guard.addAttempt(attach('parked'));
    await settle();
    guard.addAttempt(attach('later'));
    const parked = guard.end();
    await settle();
    expect(released).toEqual([]);
    const next = guardWith({ isProven: () => true });
    next.takeOverParked(parked);
    next.recheckParked();
    await settle();
    expect(released).toEqual(['parked', 'later']);
  });

  test('that was parked is handed on to the next script, even while it is checked again', async () => {
    const guard = guardWith({ isProven: () => true, ensureAccepted: () => new Promise(() => undefined) });
    guard.takeOverParked([attach('parked')]);
    guard.recheckParked();
    expect(guard.queueState.parked).toHaveLength(1);
    expect(guard.end()).toHaveLength(1);
    expect(released).toEqual([]);
  });

  test('that was parked is not released if its file changes on the disk while Jira is asked', async () => {
    let changed: string[] = [];
    const guard = guardWith({
      isProven: () => true,
      ensureAccepted: async () => {
        changed = ['parked'];
        return 'release';
      },
    });
    guard.takeOverParked([attach('parked', { changed: async () => changed })]);
    guard.recheckParked();
    await settle();
    expect(released).toEqual([]);
    expect(guard.changedFiles).toEqual(['parked']);
  });

  test('of a form that is submitted twice is released once: users of a slow Jira press again', async () => {
    const form = {};
    const guard = guardWith();
    const send = (name: string): Attempt => attach(name, { sending: 'send', files: [], subject: form });
    guard.addAttempt(send('first'));
    guard.addAttempt(send('second'));
    guard.addAttempt(attach('other', { sending: 'send', files: [], subject: {} }));
    await settle();
    expect(released).toEqual(['first', 'other']);
    guard.addAttempt(send('third'));
    await settle();
    expect(released).toEqual(['first', 'other', 'third']);
  });

  test('of a key that may submit a form gives way to the form’s submission', async () => {
    const form = {};
    const guard = guardWith();
    const send = (event: string): Attempt => attach(event, { sending: 'send', files: [], subject: form, event });
    guard.addAttempt(send('keydown'));
    guard.addAttempt(send('submit'));
    guard.addAttempt(send('keydown'));
    await settle();
    expect(released).toEqual(['submit']);
  });

  test('of a link that is gone is blocked, because another element may be in its place', async () => {
    const guard = guardWith();
    guard.addAttempt(attach('link', { sending: 'send', files: [], isInPlace: () => false }));
    await settle();
    expect(released).toEqual([]);
    expect(guard.queueState.blocked).toHaveLength(1);
  });

  test('is released in a later task: a form can’t be submitted during its own submission event', async () => {
    const guard = guardWith();
    guard.addAttempt(attach('a'));
    for (let n = 0; n < 50; n++) await Promise.resolve();
    expect(released).toEqual([]);
    await settle();
    expect(released).toEqual(['a']);
  });

  test('is not released again by its check if it was released before', async () => {
    const guard = guardWith();
    const attempt = attach('a');
    guard.addAttempt(attempt);
    guard.release(attempt);
    await settle();
    expect(released).toEqual(['a']);
    expect(guard.queueState.checking).toEqual([]);
  });

  test('is no longer known once it is released, even if the page did not take it', async () => {
    const guard = guardWith();
    guard.addAttempt(attach('a', { release: () => false }));
    await settle();
    expect(guard.queueState).toMatchObject({ checking: [], parked: [] });
    const unknown = attach('unknown');
    guard.release(unknown);
    expect([guard.wasParked(unknown), released]).toEqual([false, []]);
  });

  test('that Jira accepts at once is released without a look at the disk', async () => {
    const guard = guardWith();
    guard.addAttempt(attach('a', { changed: async () => ['a'] }));
    await settle();
    expect(released).toEqual(['a']);
  });

  test('is released if its place can’t be read at first', async () => {
    let reads = 0;
    const isInPlace = (): boolean => {
      if (reads++ === 0) throw new Error('no');
      return true;
    };
    const guard = guardWith();
    guard.addAttempt(attach('a', { isInPlace }));
    await settle();
    expect(released).toEqual(['a']);
  });

  test('does not count as parked while Jira is asked about it for the first time', () => {
    const guard = guardWith();
    guard.addAttempt(attach('a'));
    expect(guard.queueState).toMatchObject({ checking: [{ files: ['a'] }], parked: [] });
  });

  test('is checked in the one task that is scheduled, whatever else comes', async () => {
    const nextTask = vi.fn<(work: () => void) => void>((work) => void setImmediate(work));
    const guard = guardWith({ nextTask, ensureAccepted: () => new Promise(() => undefined) });
    for (const name of ['a', 'b']) guard.addAttempt(attach(name));
    await settle();
    guard.addAttempt(attach('c'));
    expect(nextTask).toHaveBeenCalledTimes(1);
  });

  test('may cause events during its release, which are known to be the guard’s own', async () => {
    const guard = guardWith();
    const during: boolean[] = [guard.isReleasing];
    guard.addAttempt(attach('a', { release: () => void during.push(guard.isReleasing) }));
    await settle();
    expect([...during, guard.isReleasing]).toEqual([false, true, false]);
  });

  test('may be added while the previous one is being released', async () => {
    const guard = guardWith();
    const release = (): void => {
      released.push('a');
      void Promise.resolve().then(() => guard.addAttempt(attach('b')));
    };
    guard.addAttempt(attach('a', { release }));
    await settle();
    expect(released).toEqual(['a', 'b']);
  });
});

describe('a parked attempt', () => {
  const parkingGuard = (dependencies: Partial<QueueDependencies> = {}) =>
    guardWith({ ensureAccepted: () => Promise.resolve('keep'), ...dependencies });

  test('is released in its order when a proof names its user again', async () => {
    let isBack = false;
    const guard = parkingGuard({
      isProven: () => isBack,
      ensureAccepted: () => Promise.resolve(isBack ? 'release' : 'keep'),
    });
    guard.addAttempt(attach('a'));
    guard.addAttempt(attach('b'));
    await settle();
    guard.recheckParked();
    await settle();
    expect(released).toEqual([]);
    isBack = true;
    guard.addAttempt(attach('c'));
    await settle();
    expect(released).toEqual(['a', 'b', 'c']);
  });

  test('is not asked about before its user is proven to be back, and nothing is reported', async () => {
    const [ensureAccepted, onChange] = [vi.fn<() => Promise<'keep'>>(async () => 'keep'), vi.fn()];
    let isProven = false;
    const guard = parkingGuard({ ensureAccepted, onChange, isProven: () => isProven });
    guard.takeOverParked([]);
    guard.recheckParked();
    isProven = true;
    guard.recheckParked();
    await settle();
    expect(onChange).not.toHaveBeenCalled();
    isProven = false;
    guard.takeOverParked([attach('a')]);
    guard.recheckParked();
    await settle();
    expect(ensureAccepted).not.toHaveBeenCalled();
    expect(onChange).toHaveBeenCalledTimes(1);
  });

  test('waits while a later one is being checked', async () => {
    const guard = guardWith({ isProven: () => true, ensureAccepted: () => new Promise(() => undefined) });
    guard.takeOverParked([attach('a')]);
    guard.addAttempt(attach('b'));
    await settle();
    guard.recheckParked();
    expect(guard.queueState.checking.map(({ files }) => files)).toEqual([['b']]);
  });

  test('lets no later file pass, but a form that Jira accepts', async () => {
    let outcome: 'release' | 'keep' = 'keep';
    const guard = parkingGuard({ mayPass: () => true, ensureAccepted: async () => outcome });
    guard.addAttempt(attach('a'));
    await settle();
    expect([guard.hasReleasableFiles, guard.mayPass(attach('b'))]).toEqual([true, false]);
    outcome = 'release';
    const later = attach('b');
    guard.addAttempt(later);
    guard.addAttempt(attach('form', { sending: 'send', files: [], subject: {} }));
    await settle();
    expect(released).toEqual(['form']);
    expect([guard.queueState.parked.length, guard.isReleasable(later)]).toEqual([2, true]);
  });

  test('whose own token could not be renewed is tried once more before each later file', async () => {
    let isHindered = true;
    const first = attach('a');
    const guard = parkingGuard({
      isProven: () => true,
      ensureAccepted: async () => (isHindered && guard.queueState.checking[0] === first ? 'keep' : 'release'),
    });
    guard.addAttempt(first);
    await settle();
    expect([guard.isReleasable(first), guard.isReleasable(attach('new'))]).toEqual([false, true]);
    isHindered = false;
    guard.addAttempt(attach('b'));
    await settle();
    expect(released).toEqual(['a', 'b']);
  });

  test('that the page did not take is not given to it again by the next script', async () => {
    const guard = guardWith({ isProven: () => true });
    const throws = (): never => {
      throw new Error('no');
    };
    const ignored = attach('a', { release: () => false, changed: async () => [] });
    guard.takeOverParked([ignored, attach('b', { release: throws })]);
    guard.recheckParked();
    await settle();
    const passedOn = guard.end();
    expect(passedOn.map((each) => [each.files, each.isInPlace?.()])).toEqual([
      [['a'], false],
      [['b'], false],
    ]);
    const next = guardWith({ isProven: () => true });
    next.takeOverParked(passedOn);
    next.recheckParked();
    await settle();
    expect(next.queueState.parked).toHaveLength(2);
  });

  test('causes no error if the script ends while the disk is read', async () => {
    let finish = (_changed: string[]): void => undefined;
    const onError = vi.fn();
    const guard = guardWith({ isProven: () => true, onError });
    guard.takeOverParked([attach('a', { changed: () => new Promise((done) => (finish = done)) })]);
    guard.recheckParked();
    await settle();
    guard.end();
    finish([]);
    await settle();
    expect(onError).not.toHaveBeenCalled();
    expect(guard.changedFiles).toEqual([]);
  });

  test('has no changed files before it is checked', () => {
    const guard = guardWith();
    guard.takeOverParked([attach('a')]);
    expect(guard.changedFiles).toEqual([]);
  });

  test('tells its place when it is discarded and restored', async () => {
    const calls: string[] = [];
    const onError = vi.fn();
    const guard = parkingGuard({ onError });
    const told = { onDiscard: () => void calls.push('discarded'), onUndo: () => void calls.push('restored') };
    for (const attempt of [attach('a', told), attach('b')]) guard.addAttempt(attempt);
    await settle();
    guard.discard();
    expect(calls).toEqual(['discarded']);
    guard.undoDiscard();
    expect(calls).toEqual(['discarded', 'restored']);
    expect(onError).not.toHaveBeenCalled();
  });

  test('can still be restored after nothing more was discarded', async () => {
    const guard = parkingGuard();
    guard.addAttempt(attach('a'));
    await settle();
    guard.discard();
    guard.discard();
    expect(guard.queueState).toMatchObject({ discarded: [{ files: ['a'] }] });
  });

  test('can be discarded, and restored', async () => {
    const guard = parkingGuard();
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
    expect(released).toEqual([]);
  });

  test('delays no other one if only its own token can’t be renewed', async () => {
    const stuck = attach('stuck');
    const guard = parkingGuard({
      isProven: () => true,
      ensureAccepted: () => Promise.resolve(guard.queueState.checking[0] === stuck ? 'keep' : 'release'),
    });
    guard.addAttempt(stuck);
    guard.addAttempt(attach('b'));
    await settle();
    expect(released).toEqual(['b']);
    expect(guard.queueState.parked).toEqual([stuck]);
  });

  test('is not checked repeatedly if its user is there but its own token can’t be renewed', async () => {
    let checkCount = 0;
    const guard = parkingGuard({
      isProven: () => true,
      ensureAccepted() {
        checkCount++;
        return Promise.resolve('keep');
      },
    });
    guard.addAttempt(attach('a'));
    await settle();
    expect(guard.hasReleasableFiles).toBe(false);
    for (let n = 0; n < 3; n++) guard.recheckParked();
    await settle();
    expect(checkCount).toBe(1);
    expect(guard.queueState.parked).toHaveLength(1);
  });

  test('takes no later form with it when the script ends: the form still has its text', async () => {
    const guard = parkingGuard();
    guard.addAttempt(attach('files'));
    await settle();
    guard.addAttempt(attach('form', { sending: 'send', files: [] }));
    expect(guard.end()).toHaveLength(1);
    await settle();
    expect(released).toEqual([]);
  });

  test('results if the script ends during a check and the place is gone: the page can be another user’s', () => {
    const guard = guardWith();
    guard.addAttempt(attach('a', { isInPlace: () => false }));
    guard.addAttempt(attach('b'));
    expect(guard.end().map(({ files }) => files)).toEqual([['a'], ['b']]);
    expect(released).toEqual([]);
  });

  test('is released nowhere else if its place is gone', async () => {
    let isThere = true;
    const guard = parkingGuard({ isProven: () => true, ensureAccepted: () => Promise.resolve('release') });
    guard.takeOverParked([attach('a', { isInPlace: () => isThere }), attach('b')]);
    isThere = false;
    guard.recheckParked();
    await settle();
    expect(released).toEqual(['b']);
    expect(guard.queueState).toMatchObject({ parked: [{ files: ['a'] }] });
    guard.addAttempt(attach('c', { isInPlace: () => false }));
    await settle();
    expect(released).toEqual(['b']);
    expect(guard.queueState.parked).toHaveLength(2);
  });

  test('of one input can be discarded by that input', async () => {
    const input = {};
    const guard = parkingGuard();
    guard.addAttempt(attach('a', { subject: input }));
    guard.addAttempt(attach('b'));
    await settle();
    guard.discard(input);
    expect(guard.queueState).toMatchObject({ parked: [{ files: ['b'] }], discarded: [{ files: ['a'] }] });
  });

  test('is not counted as released when it is discarded or parked again', async () => {
    const guard = parkingGuard();
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

  test('is never a form or a link: these are blocked, and their text stays in the page', async () => {
    const guard = parkingGuard();
    guard.addAttempt(attach('form', { sending: 'send', files: [], subject: {} }));
    await settle();
    expect(guard.queueState).toMatchObject({ checking: [], parked: [], blocked: [{ sending: 'send' }] });
    expect(released).toEqual([]);
    // It stays blocked until a form or a link is sent. A file or a dialog's search does not count.
    guard.notePassed(attach('c'));
    guard.addAttempt(attach('search', { sending: 'script', files: [], subject: {} }));
    await settle();
    expect(guard.queueState.blocked.map(({ files }) => files)).toEqual([[], []]);
    const search = guard.queueState.blocked[1]!;
    guard.addAttempt({ ...search });
    await settle();
    expect(guard.queueState.blocked.map(({ subject }) => subject)).toEqual([expect.anything(), search.subject]);
    guard.notePassed(attach('form', { sending: 'send', files: [] }));
    expect(guard.queueState.blocked).toEqual([]);
  });
});

describe('while Jira can’t be reached', () => {
  const offlineGuard = (dependencies: Partial<QueueDependencies> = {}) =>
    guardWith({ ensureAccepted: () => Promise.resolve('keep'), maySendAnyway: () => true, ...dependencies });

  test('the user can send all files anyway, in their order', async () => {
    const guard = offlineGuard();
    for (const name of ['a', 'b']) guard.addAttempt(attach(name));
    guard.addAttempt(attach('form', { sending: 'send', files: [], subject: {} }));
    await settle();
    expect(guard.sendableAnyway.map(({ files }) => files)).toEqual([['a'], ['b']]);
    guard.sendAnyway();
    await settle();
    expect(released).toEqual(['a', 'b']);
    // The next press sends the last blocked form or link.
    guard.sendAnyway();
    await settle();
    expect(released).toEqual(['a', 'b', 'form']);
    expect(guard.queueState).toMatchObject({ parked: [], blocked: [] });
  });

  test('only the last of several forms and links can be sent anyway, if its place is still there', async () => {
    let isThere = true;
    const guard = offlineGuard();
    const send = (name: string): Attempt =>
      attach(name, { sending: 'script', files: [name], subject: {}, isInPlace: () => isThere });
    for (const name of ['first', 'last']) guard.addAttempt(send(name));
    await settle();
    expect(guard.sendableAnyway.map(({ files }) => files)).toEqual([['last']]);
    isThere = false;
    expect(guard.sendableAnyway).toEqual([]);
  });

  test('no file is sent anyway if one of them may not be: none overtakes another', async () => {
    const answers = [true, false];
    const guard = offlineGuard({ maySendAnyway: () => answers.shift() ?? true });
    for (const name of ['a', 'b']) guard.addAttempt(attach(name));
    await settle();
    expect(guard.sendableAnyway).toEqual([]);
  });

  test('nothing is sent anyway with a token that may be another user’s, even if the press came earlier', async () => {
    let isAllowed = false;
    const guard = offlineGuard({ maySendAnyway: () => isAllowed });
    guard.addAttempt(attach('a'));
    await settle();
    expect(guard.sendableAnyway).toEqual([]);
    guard.sendAnyway();
    await settle();
    isAllowed = true;
    guard.sendAnyway();
    isAllowed = false;
    await settle();
    expect(released).toEqual([]);
    expect(guard.queueState.parked).toHaveLength(1);
    // The press does not count for later checks.
    isAllowed = true;
    guard.addAttempt(attach('b'));
    await settle();
    expect(released).toEqual([]);
  });
});

describe('a parked file', () => {
  const provenUser = { isProven: () => true };

  test.each(['by itself', 'by "Attach anyway"'])(
    'that has changed on the disk is not released %s, and is named',
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
      expect(released).toEqual(['b']);
      expect(guard.changedFiles).toEqual(['a']);
      if (isBack) expect(guard.hasReleasableFiles).toBe(false);
    },
  );

  test.each<[string, Partial<QueueDependencies>, Partial<Attempt>]>([
    ['the disk can’t be read', {}, { changed: () => Promise.reject(new Error('no')) }],
    ['the check fails', { isProven: () => true, ensureAccepted: () => Promise.reject(new Error('no')) }, {}],
    [
      'the proof can’t be read',
      {
        isProven: () => {
          throw new Error('no');
        },
      },
      {},
    ],
  ])('is not released by a failure: %s', async (_what, dependencies, more) => {
    const guard = guardWith({ ...provenUser, ...dependencies });
    guard.takeOverParked([attach('a', more)]);
    guard.recheckParked();
    await settle();
    await settle();
    expect(released).toEqual([]);
  });

  test('counts as released when Jira has accepted it, and not before', async () => {
    const guard = guardWith(provenUser);
    const parked = attach('a');
    guard.takeOverParked([parked]);
    guard.recheckParked();
    await settle();
    expect([released, guard.queueState.releasedCount]).toEqual([['a'], 0]);
    guard.noteAccepted(attach('another'));
    expect(guard.queueState.releasedCount).toBe(0);
    guard.noteAccepted(parked);
    expect(guard.queueState.releasedCount).toBe(1);
  });

  test('that the page seemed to ignore but did upload is no longer parked', async () => {
    const guard = guardWith(provenUser);
    const parked = attach('a', { release: () => false });
    guard.takeOverParked([parked]);
    guard.recheckParked();
    await settle();
    expect(guard.queueState.parked).toEqual([parked]);
    guard.noteAccepted(parked);
    expect(guard.queueState).toMatchObject({ parked: [], releasedCount: 1 });
  });
});

test('a blocked form stays blocked when discarded files are forgotten', async () => {
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

  test('stays the same when the files of one input are discarded and restored', async () => {
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
    expect(released).toEqual(['a', 'b', 'c']);
  });

  test('stays the same when the user attaches parked files anyway while a later file is checked', async () => {
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
    expect(released).toEqual(['a', 'b']);
  });

  test('stays the same when only some files can be checked again', async () => {
    let isThere = false;
    const guard = guardWith({ isProven: () => true, ensureAccepted: () => Promise.resolve('keep') });
    guard.takeOverParked([attach('a'), attach('b', { isInPlace: () => isThere })]);
    guard.recheckParked();
    await settle();
    isThere = true;
    expect(guard.end().flatMap(({ files }) => files)).toEqual(['a', 'b']);
  });
});

test('files that were discarded during their check and then restored need a proof', async () => {
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
  expect(released).toEqual([]);
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
  expect(released).toEqual([]);
  expect(guard.changedFiles).toEqual(['a']);
});

test('an attempt whose place can’t be read delays no other, and the UI gets the new state', async () => {
  const broken = (): never => {
    throw new Error('no');
  };
  const states: QueueState[] = [];
  const guard = guardWith({ onChange: (state) => void states.push(state) });
  guard.addAttempt(attach('a', { isInPlace: broken }));
  guard.addAttempt(attach('form', { sending: 'send', files: [], subject: {}, isInPlace: broken }));
  guard.addAttempt(attach('c', { subject: {} }));
  await settle();
  expect(released).toEqual(['c']);
  expect(guard.queueState).toMatchObject({ checking: [], parked: [{ files: ['a'] }], blocked: [{ sending: 'send' }] });
  expect(states.at(-1)).toEqual(guard.queueState);
});

test('an attempt that must be parked is not released if its place can’t be read once', async () => {
  let reads = 0;
  const isInPlace = (): boolean => {
    if (reads++ === 0) throw new Error('no');
    return true;
  };
  const guard = guardWith({ ensureAccepted: () => Promise.resolve('keep') });
  guard.addAttempt(attach('a', { isInPlace }));
  await settle();
  expect(released).toEqual([]);
  expect(guard.queueState.parked).toHaveLength(1);
});

test('an attempt is released although its first task can’t be scheduled', async () => {
  let tries = 0;
  const nextTask = (work: () => void): void => {
    if (tries++ === 0) throw new Error('no');
    setImmediate(work);
  };
  const guard = guardWith({ nextTask });
  guard.addAttempt(attach('a'));
  await settle();
  expect(released).toEqual(['a']);
});

describe('the states of attempts', () => {
  /** The rows of the table in docs/architecture.md: each state, and those that it names as the next. */
  const [, section] = readFileSync('docs/architecture.md', 'utf8').split(/^## (?:Attempts|The banner)$/m);
  const rows = section!.matchAll(/^\| `(\w+)` \| .* \| (.*) \|$/gm);
  const next = new Map([...rows].map(([, state, column]) => [state!, column!.match(/(?<=`)\w+(?=`)/g)!]));
  const states = [...next.keys()].filter((each) => each !== 'new') as State[];
  const entryOf = (state: string): Entry | undefined => (state === 'new' ? undefined : { state: state as State });
  const pairs = [...next].flatMap(([from, allowed]) =>
    states.map((to) => [from, allowed.includes(to) ? 'become' : 'never become', to] as const),
  );

  test('are those of docs/architecture.md', () => {
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

  test('never lead from "released" back to a check', () => {
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

  test('stay as they are if a change is not allowed', async () => {
    const guard = guardWith({ isProven: () => true });
    const parked = attach('a');
    guard.takeOverParked([parked]);
    expect(() => guard.takeOverParked([parked])).toThrow('parked to parked');
    guard.recheckParked();
    expect(() => guard.addAttempt(parked)).toThrow('checking to checking');
    await settle();
    expect(() => guard.addAttempt(parked)).toThrow('released to checking');
    await settle();
    expect(released).toEqual(['a']);
  });
});
