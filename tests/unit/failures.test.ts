// @vitest-environment happy-dom
/** Which requests are taken for uploads that Jira has refused. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PageAttempt } from '../../extension/content/attempts.ts';
import { watchFailures, type Failures } from '../../extension/content/failures.ts';

let observe: (entry: object) => void;
let failures: Failures;
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
  failures = watchFailures(life.signal, () => undefined);
  const file = new File(['x'], 'door.log');
  failures.remember({ contents: () => [file], again: () => null } as unknown as PageAttempt);
});
afterEach(() => vi.unstubAllGlobals());

const upload = (initiatorType: string, responseStatus: number): object => {
  const name = `${location.origin}/rest/internal/2/AttachTemporaryFile?filename=door.log`;
  return { name, initiatorType, responseStatus };
};

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
