// @vitest-environment happy-dom
/** Which requests are taken for uploads that Jira has refused. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PageAttempt } from '../../extension/content/guard/attempt.ts';
import { watchFailures, type Failures } from '../../extension/content/guard/upload-failures.ts';

let observe: (entry: object) => void;
let failures: Failures;
let answered: unknown[];
const waited = new Set<unknown>();
const life = new AbortController();

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
  answered = [];
  waited.clear();
  failures = watchFailures(
    life.signal,
    () => undefined,
    (attempt) => waited.has(attempt),
    (attempt) => answered.push(attempt),
  );
  const file = new File(['x'], 'door.log');
  failures.remember({ contents: [file], again: () => null } as unknown as PageAttempt);
});
afterEach(() => vi.unstubAllGlobals());

const upload = (initiatorType: string, responseStatus: number): object => {
  const name = `${location.origin}/rest/internal/2/AttachTemporaryFile?filename=door.log`;
  return { name, initiatorType, responseStatus };
};

function given(...contents: File[]): PageAttempt {
  const attempt = { contents, files: [], again: () => attempt } as unknown as PageAttempt;
  failures.remember(attempt);
  return attempt;
}

const at = (name: string, size: number, status: number) => ({
  ...upload('fetch', status),
  name: `${location.origin}/rest/internal/2/AttachTemporaryFile?filename=${name}&size=${size}`,
});

test('a pasted picture, which the page names anew, is known by its size and its kind; no other file is', () => {
  const picture = new File(['a picture'], 'image.png');
  given(picture);
  observe(at('image-2026-11-27.png', 9, 201));
  expect(answered).toEqual([]);
  const pasted = { ...given(picture), isPasted: true };
  failures.remember(pasted);
  observe(at('image-2026-11-27.png', 8, 201));
  observe(at('image-2026-11-27.jpg', 9, 201));
  expect(answered).toEqual([]);
  observe(at('image-2026-11-27.png', 9, 201));
  expect(answered).toEqual([pasted]);
});

test('files have arrived once Jira has taken all of them', () => {
  const attempt = given(new File(['one'], 'one.log'), new File(['three'], 'three.log'));
  observe(at('one.log', 3, 201));
  expect(answered).toEqual([]);
  observe(at('one.log', 3, 201));
  expect(answered).toEqual([]);
  observe(at('three.log', 5, 201));
  expect(answered).toEqual([attempt]);
});

test.each([0, 400, 403, 413, 503])(
  'an upload’s %i is told of what had waited, and else left to the page',
  (status) => {
    const attempt = given(new File(['one'], 'one.log'));
    observe(at('one.log', 3, status));
    expect(failures.names).toEqual([]);
    waited.add(attempt);
    observe(at('one.log', 3, status));
    expect(failures).toMatchObject({ names: ['one.log'], kind: String(status) });
  },
);

test('what is refused again for its token, after it was offered again, is said to be a matter for a reload', () => {
  given(new File(['one'], 'one.log'));
  observe(at('one.log', 3, 500));
  expect(failures.kind).toBe('token');
  for (const attempt of failures.take()) failures.remember(attempt);
  observe(at('one.log', 3, 500));
  expect(failures).toMatchObject({ names: ['one.log'], kind: 'again' });
});

test('what was offered again is told of, however it fails', () => {
  given(new File(['one'], 'one.log'));
  observe(at('one.log', 3, 500));
  for (const attempt of failures.take()) failures.remember(attempt);
  observe(at('one.log', 3, 503));
  expect(failures).toMatchObject({ names: ['one.log'], kind: '503' });
});

test('a script’s upload that Jira refuses is one', () => {
  observe(upload('xmlhttprequest', 500));
  expect(failures.names).toEqual(['door.log']);
  observe(upload('fetch', 201));
  expect(failures.names).toEqual([]);
});

test.each(['img', 'css', 'iframe', 'video', 'other'])('what a user wrote is none: %s', (initiatorType) => {
  observe(upload(initiatorType, 401));
  expect(failures.names).toEqual([]);
});
