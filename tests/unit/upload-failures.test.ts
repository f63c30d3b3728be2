// @vitest-environment happy-dom
/** Which requests count as uploads that Jira has accepted or refused. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PageAttempt } from '../../extension/content/guard/attempt.ts';
import { watchFailures, type Failures } from '../../extension/content/guard/upload-failures.ts';

let observe: (entry: object) => void;
let failures: Failures;
let accepted: unknown[];
const parked = new Set<unknown>();
const lifecycle = new AbortController();

beforeEach(() => {
  vi.stubGlobal(
    'PerformanceObserver',
    class {
      constructor(call: (list: { getEntries: () => object[] }) => void) {
        observe = (entry) => call({ getEntries: () => [entry] });
      }
      observe(): void {}
      disconnect(): void {}
    },
  );
  accepted = [];
  parked.clear();
  failures = watchFailures(
    lifecycle.signal,
    () => undefined,
    (attempt) => parked.has(attempt),
    (attempt) => accepted.push(attempt),
  );
  const file = new File(['x'], 'door.log');
  failures.remember({ contents: [file], again: () => null } as unknown as PageAttempt);
});
afterEach(() => vi.unstubAllGlobals());

const upload = (initiatorType: string, responseStatus: number): object => {
  const name = `${location.origin}/rest/internal/2/AttachTemporaryFile?filename=door.log`;
  return { name, initiatorType, responseStatus };
};

function remember(...contents: File[]): PageAttempt {
  const attempt = { contents, files: [], again: () => attempt } as unknown as PageAttempt;
  failures.remember(attempt);
  return attempt;
}

const uploadOf = (name: string, size: number, status: number) => ({
  ...upload('fetch', status),
  name: `${location.origin}/rest/internal/2/AttachTemporaryFile?filename=${name}&size=${size}`,
});

test('only a pasted picture, which the page renames, is recognised by its size and its type', () => {
  const picture = new File(['a picture'], 'image.png');
  remember(picture);
  observe(uploadOf('image-2026-11-27.png', 9, 201));
  expect(accepted).toEqual([]);
  const pasted = { ...remember(picture), isPasted: true };
  failures.remember(pasted);
  observe(uploadOf('image-2026-11-27.png', 8, 201));
  observe(uploadOf('image-2026-11-27.jpg', 9, 201));
  expect(accepted).toEqual([]);
  observe(uploadOf('image-2026-11-27.png', 9, 201));
  expect(accepted).toEqual([pasted]);
});

test('files are accepted when Jira has accepted all of them', () => {
  const attempt = remember(new File(['one'], 'one.log'), new File(['three'], 'three.log'));
  observe(uploadOf('one.log', 3, 201));
  expect(accepted).toEqual([]);
  observe(uploadOf('one.log', 3, 201));
  expect(accepted).toEqual([]);
  observe(uploadOf('three.log', 5, 201));
  expect(accepted).toEqual([attempt]);
});

test.each([0, 400, 403, 413, 503])(
  'an upload that fails with %i is reported if it was parked, and otherwise left to the page',
  (status) => {
    const attempt = remember(new File(['one'], 'one.log'));
    observe(uploadOf('one.log', 3, status));
    expect(failures.names).toEqual([]);
    parked.add(attempt);
    observe(uploadOf('one.log', 3, status));
    expect(failures).toMatchObject({ names: ['one.log'], kind: String(status) });
  },
);

test('an upload whose token is refused again after "Attach again" needs a reload', () => {
  remember(new File(['one'], 'one.log'));
  observe(uploadOf('one.log', 3, 500));
  expect(failures.kind).toBe('token');
  for (const attempt of failures.take()) failures.remember(attempt);
  observe(uploadOf('one.log', 3, 500));
  expect(failures).toMatchObject({ names: ['one.log'], kind: 'again' });
});

test('an upload after "Attach again" is reported whatever its status is', () => {
  remember(new File(['one'], 'one.log'));
  observe(uploadOf('one.log', 3, 500));
  for (const attempt of failures.take()) failures.remember(attempt);
  observe(uploadOf('one.log', 3, 503));
  expect(failures).toMatchObject({ names: ['one.log'], kind: '503' });
});

test('an upload by a script that Jira refuses is reported until it works', () => {
  observe(upload('xmlhttprequest', 500));
  expect(failures.names).toEqual(['door.log']);
  observe(upload('fetch', 201));
  expect(failures.names).toEqual([]);
});

test.each(['img', 'css', 'iframe', 'video', 'other'])(
  'a request by an element that a user wrote is no upload: %s',
  (initiatorType) => {
    observe(upload(initiatorType, 401));
    expect(failures.names).toEqual([]);
  },
);
