// @vitest-environment happy-dom
/** Which requests are taken for uploads that Jira has refused. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PageAttempt } from '../../extension/content/attempts.ts';
import { watchFailures, type Failures } from '../../extension/content/failures.ts';

let observe: (entry: object) => void;
let failures: Failures;
let uploaded: Parameters<Parameters<typeof watchFailures>[2]>[0][];
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
  uploaded = [];
  failures = watchFailures(
    life.signal,
    () => undefined,
    (isIt) => uploaded.push(isIt),
  );
  const file = new File(['x'], 'door.log');
  failures.remember({ contents: [file], again: () => null } as unknown as PageAttempt);
});
afterEach(() => vi.unstubAllGlobals());

const upload = (initiatorType: string, responseStatus: number): object => {
  const name = `${location.origin}/rest/internal/2/AttachTemporaryFile?filename=door.log`;
  return { name, initiatorType, responseStatus };
};

test('a pasted picture, which the page names anew, is known by its size and its kind; no other file is', () => {
  const picture = new File(['a picture'], 'image.png');
  const own = { files: [], isPasted: true } as unknown as PageAttempt;
  const other = { files: [] } as unknown as PageAttempt;
  const at = (name: string, size: number) => ({
    ...upload('fetch', 201),
    name: `${location.origin}/rest/internal/2/AttachTemporaryFile?filename=${name}&size=${size}`,
  });
  observe(at('image-2026-11-27.png', 9));
  observe(at('image-2026-11-27.png', 8));
  observe(at('image-2026-11-27.jpg', 9));
  expect(uploaded.map((isIt) => [isIt(picture, own), isIt(picture, other)])).toEqual([
    [true, false],
    [false, false],
    [false, false],
  ]);
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
