/** Answers that any server, proxy or attacker can give to the proof request. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Site } from '../../src/jira/page.ts';
import { askWhoIsSignedIn, requestJira } from '../../src/session/proof-request.ts';
import { anyRecordLike, anyText, anyValue, fuzz } from './fuzz.ts';

const SITE = 'https://jira.example.com' as Site;

const name = fc.oneof(fc.constantFrom('alice', 'anonymous', 'ann@example.com'), anyText);
const json = fc
  .oneof(anyRecordLike({ name, errorMessages: fc.array(anyText, { maxLength: 2 }), loginInfo: fc.object() }), anyValue)
  .map((value) => JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? '' : each)) ?? '');
const body = fc.oneof(
  { weight: 4, arbitrary: json },
  { weight: 1, arbitrary: anyText },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 20_000 }).map((depth) => '['.repeat(depth)) },
);

/** A header contains only Latin-1 characters, and no line break. */
const headerValue = fc
  .oneof(
    name,
    name.map((text) => encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, ''))),
  )
  .map((text) => text.replaceAll(/[^\x20-\xff]/g, ''));
const headers = fc.record(
  {
    'Content-Type': fc.oneof(
      { weight: 6, arbitrary: fc.constant('application/json') },
      { weight: 1, arbitrary: headerValue },
    ),
    'X-AUSERNAME': headerValue,
    'X-ASESSIONID': headerValue,
    'X-ANODEID': headerValue,
    'X-Seraph-LoginReason': headerValue,
    'WWW-Authenticate': fc.oneof(fc.constantFrom('Basic realm="x"', 'JIRA REST POST'), headerValue),
    'Retry-After': fc.oneof(
      fc.constantFrom('0', '7', '1e308', 'Infinity', '-1', 'Fri, 27 Nov 2026 16:00:00 GMT'),
      headerValue,
    ),
  },
  { requiredKeys: [] },
);

/** The usual answers of Jira and of a proxy: random answers are almost never like these. */
const usual = fc.constantFrom(
  { status: 200, headers: { 'Content-Type': 'application/json', 'X-AUSERNAME': 'alice' }, body: '{"name":"alice"}' },
  {
    status: 401,
    headers: { 'Content-Type': 'application/json', 'X-AUSERNAME': 'anonymous' },
    body: '{"errorMessages":[]}',
  },
  { status: 302, headers: {}, body: '' },
  { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="x"' }, body: '' },
);

const unusual = fc.record({
  status: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(200, 302, 401, 403, 404, 405, 429, 503) },
    { weight: 1, arbitrary: fc.integer({ min: 200, max: 599 }) },
  ),
  headers,
  body,
});

/** How the connection ends. */
const end = fc.oneof(
  { weight: 9, arbitrary: fc.constant('complete' as const) },
  { weight: 1, arbitrary: fc.constantFrom('refused' as const, 'cut off' as const) },
);

const reply = fc
  .tuple(fc.oneof(unusual, usual), end)
  .map(([answer, connectionEnd]) => ({ ...answer, end: connectionEnd }));
type Reply = typeof reply extends fc.Arbitrary<infer R> ? R : never;

test('any answer is read as a user, as nobody, or as one of the silences, within the limits', async () => {
  const outcomes = new Set<string>();
  let last: Reply;
  await fuzz(
    fc.tuple(reply, reply, fc.oneof(fc.constantFrom('9.12.0', '11.1.0'), anyText)),
    ([first, second, version]) => {
      const replies = [first, second];
      return askWhoIsSignedIn(SITE, version, (url) =>
        requestJira(url, 'cors', async () => responseOf((last = replies.shift()!))),
      );
    },
    (answer) => {
      outcomes.add(answer.outcome);
      const { retryMillis = 0 } = answer;
      if (answer.outcome === 'busy') expect(Math.min(Math.max(retryMillis, 1_000), 10_000)).toBe(retryMillis);
      else expect(answer).not.toHaveProperty('retryMillis');
      // Only a complete 200 names a user.
      if (answer.outcome !== 'signed-in') return;
      expect([last.status, last.end]).toEqual([200, 'complete']);
      expect((JSON.parse(last.body) as { name?: unknown }).name).toBe(answer.user);
    },
  );
  expect([...outcomes].toSorted()).toEqual(['anonymous', 'busy', 'gateway', 'offline', 'signed-in', 'unreachable']);
});

function responseOf({ status, headers: given, body: text, end: connectionEnd }: Reply): Response {
  if (connectionEnd === 'refused') throw new TypeError('Failed to fetch');
  const bytes = new TextEncoder().encode(text);
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes);
      if (connectionEnd === 'cut off') controller.error(new TypeError('network error'));
      else controller.close();
    },
  });
  const hasBody = ![204, 205, 304].includes(status);
  return new Response(hasBody ? stream : null, { status, headers: given });
}
