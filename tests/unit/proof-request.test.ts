import { describe, expect, test } from 'vitest';
import type { Site } from '../../src/jira/page.ts';
import { askWhoIsSignedIn, laterProof, requestJira, type Proof } from '../../src/session/proof-request.ts';

const SITE = 'https://example.com/jira' as Site;

describe('Jira says who is signed in', () => {
  test('in the answer of its session resource', async () => {
    expect(await ask(json(200, { name: 'alice' }, { 'X-AUSERNAME': 'alice' }))).toEqual({
      outcome: 'signed-in',
      user: 'alice',
    });
  });

  test('by a name that can be an e-mail address, encoded in the header', async () => {
    const name = 'ann@example.com';
    expect(await ask(json(200, { name }, { 'X-AUSERNAME': 'ann%40example.com' }))).toEqual({
      outcome: 'signed-in',
      user: name,
    });
  });

  test.each([
    ['in another case', 'alice', 'ALICE'],
    ['as UTF-8 that is read as Latin-1', 'Å\u0082ukasz', 'łukasz'],
    ['with a plus for a blank', 'anna+maria', 'anna maria'],
    ['encoded, as long as it may be', encodeURIComponent('王'.repeat(255)), '王'.repeat(255)],
  ])('by the body’s name, where the header has it %s', async (_how, header, name) => {
    expect(await ask(json(200, { name }, { 'X-AUSERNAME': header }))).toEqual({ outcome: 'signed-in', user: name });
  });

  test('by a name, though a login was denied', async () => {
    const headers = { 'X-AUSERNAME': 'alice', 'X-Seraph-LoginReason': 'AUTHENTICATION_DENIED' };
    expect(await ask(json(200, { name: 'alice' }, headers))).toEqual({ outcome: 'signed-in', user: 'alice' });
  });

  test('or that nobody is, with a 401 of its own', async () => {
    expect(await ask(json(401, { errorMessages: ['no'] }))).toEqual({ outcome: 'anonymous' });
    expect(await ask(new Response('', { status: 401, headers: { 'X-AUSERNAME': 'anonymous' } }))).toEqual({
      outcome: 'anonymous',
    });
  });

  test.each([403, 404, 405])('at the other address, where the first is refused with %i', async (status) => {
    const asked: string[] = [];
    const answer = await ask((url) => {
      asked.push(url);
      return url.endsWith('/session')
        ? new Response('', { status })
        : json(200, { name: 'alice', key: 'JIRAUSER10000' });
    });
    expect(answer).toEqual({ outcome: 'signed-in', user: 'alice' });
    expect(asked).toEqual([`${SITE}/rest/auth/1/session`, `${SITE}/rest/api/2/myself`]);
  });

  test('and a 401 of Jira 11 may be such a refusal', async () => {
    const answers = (url: string) =>
      url.endsWith('/session') ? json(401, { errorMessages: [] }) : json(200, { name: 'alice' });
    expect(await ask(answers, '11.1.0')).toEqual({ outcome: 'signed-in', user: 'alice' });
    expect(await ask(answers, '9.12.0')).toEqual({ outcome: 'anonymous' });
  });
});

describe('a hostile server', () => {
  const long = (letters: number) => json(200, { name: 'alice', more: 'x'.repeat(letters) });

  test('that says more than any answer is not read to its end', async () => {
    expect(await ask(long(60_000))).toMatchObject({ outcome: 'signed-in' });
    expect(await ask(long(70_000))).toEqual({ outcome: 'unreachable' });
  });

  test('that never ends its answer is left', async () => {
    let parts = 0;
    const endless = new ReadableStream({
      pull(controller) {
        parts++;
        controller.enqueue(new Uint8Array(10_000).fill(32));
      },
    });
    const headers = { 'Content-Type': 'application/json' };
    expect(await ask(new Response(endless, { headers }))).toEqual({ outcome: 'unreachable' });
    expect(parts).toBeLessThan(20);
  });

  test('names nobody by more letters than a name has, and its signs are cut', async () => {
    expect(await ask(json(200, { name: 'x'.repeat(255) }))).toMatchObject({ outcome: 'signed-in' });
    expect(await ask(json(200, { name: 'x'.repeat(256) }))).toEqual({ outcome: 'unreachable' });
    const signs = { 'X-ASESSIONID': 's'.repeat(1_000), 'X-ANODEID': 'n'.repeat(1_000) };
    const answer = await ask(json(200, { name: 'alice' }, signs));
    expect([answer.session?.length, answer.node?.length]).toEqual([128, 128]);
  });

  test.each(['Basic realm="x"', 'Digest realm="x"', 'NTLM', 'Negotiate'])('challenges with %s', async (scheme) => {
    const answer = await ask(json(401, {}, { 'WWW-Authenticate': scheme }));
    expect(answer).toEqual({ outcome: 'gateway', isChallenge: true });
  });

  test('challenges by no scheme of Jira’s own', async () => {
    const answer = await ask(json(401, { errorMessages: [] }, { 'WWW-Authenticate': 'JIRA REST POST' }));
    expect(answer).toEqual({ outcome: 'anonymous' });
  });
});

test('of two proofs the later one counts, and none that a clock has dated which was set back since', () => {
  const now = 1e12;
  const [first, second, ahead] = [now - 2, now - 1, now + 61_000].map((at): Proof => ({ outcome: 'anonymous', at }));
  expect(laterProof(first, second, now)).toBe(second);
  expect(laterProof(second, first, now)).toBe(second);
  expect(laterProof(undefined, first, now)).toBe(first);
  expect(laterProof(first, ahead, now)).toBe(first);
  expect(laterProof(undefined, ahead, now)).toBeUndefined();
  expect(laterProof(ahead, first, now)).toBe(first);
  expect(laterProof(ahead, undefined, now)).toBe(ahead);
});

test('the request can run in a page by its text alone', async () => {
  const text = `(${requestJira.toString()})('${SITE}/rest/auth/1/session', 'cors', async () => Response.json({ name: 'alice' }))`;
  // oxlint-disable-next-line no-eval
  const reply = (await (0, eval)(text)) as { text: string };
  expect(JSON.parse(reply.text)).toEqual({ name: 'alice' });
});

describe('what is not Jira’s word', () => {
  const html = { 'Content-Type': 'text/html' };

  test.each<[string, Response]>([
    ['a page of HTML', new Response('<h1>Welcome</h1>', { headers: html })],
    ['a proxy’s own 401', new Response('Who are you?', { status: 401, headers: html })],
    ['a proxy’s own 403', new Response('No', { status: 403 })],
    [
      'a redirect to a login host',
      new Response(null, { status: 302, headers: { Location: 'https://sso.example.com' } }),
    ],
    ['a proxy’s own 401 in JSON', json(401, { error: 'unauthorized' })],
  ])('%s is a sign-in in front of Jira', async (_name, response) =>
    expect(await ask(response)).toEqual({ outcome: 'gateway' }),
  );

  test.each([502, 503, 504])('a proxy’s %i says that no Jira is behind it', async (status) =>
    expect(await ask(new Response('Sorry', { status }))).toEqual({ outcome: 'offline' }),
  );

  test('a connection that is refused says that there is none', async () => {
    const down = (): never => {
      throw new TypeError('Failed to fetch');
    };
    expect(await ask(down)).toEqual({ outcome: 'offline' });
  });

  test('a connection that breaks in the middle of the answer says so too', async () => {
    const broken = new ReadableStream({
      pull(controller) {
        controller.error(new TypeError('network error'));
      },
    });
    const headers = { 'Content-Type': 'application/json' };
    expect(await ask(new Response(broken, { headers }))).toEqual({ outcome: 'offline' });
  });

  test.each([
    [undefined, 1_000],
    ['0', 1_000],
    ['7', 7_000],
    ['3600', 10_000],
    [new Date(Date.now() - 60_000).toUTCString(), 1_000],
    [new Date(Date.now() + 3_600_000).toUTCString(), 10_000],
    ['soon', 1_000],
  ])('a Jira that is too busy, and says “%s”, is asked again after %i ms', async (after, retryMillis) => {
    const headers = after === undefined ? undefined : { 'Retry-After': after };
    expect(await ask(json(429, {}, headers))).toEqual({ outcome: 'busy', retryMillis });
  });

  test.each<[string, Response]>([
    ['JSON without a name', json(200, { names: 'alice' })],
    ['JSON that is none', new Response('{"name":', { headers: { 'Content-Type': 'application/json' } })],
    ['an answer whose header names another', json(200, { name: 'alice' }, { 'X-AUSERNAME': 'mallory' })],
    ['a name beside a header of nobody', json(200, { name: 'alice' }, { 'X-AUSERNAME': 'anonymous' })],
    ['a name beside an empty header', json(200, { name: 'alice' }, { 'X-AUSERNAME': '' })],
    ['a 401 whose header names a user', json(401, {}, { 'X-AUSERNAME': 'alice' })],
    ['a 403 that denies a login', new Response('', { status: 403, headers: { 'X-Seraph-LoginReason': 'DENIED' } })],
    ['a 500 of Jira’s', new Response('', { status: 500 })],
    ['a question that nobody answers here', new Response('', { status: 404 })],
    ['a name that is no text', json(200, { name: 7 })],
    ['null', json(200, null)],
  ])('%s claims nothing', async (_name, response) => expect(await ask(response)).toEqual({ outcome: 'unreachable' }));

  test('a server that has not answered after two seconds claims nothing', async () => {
    const began = performance.now();
    const never = (): Promise<never> => new Promise(() => undefined);
    expect(await askWhoIsSignedIn(SITE, '9.12.0', never)).toEqual({ outcome: 'unreachable' });
    expect(performance.now() - began).toBeLessThan(2_300);
  });
});

test('the question is a GET to the site itself, which no redirect leads astray', async () => {
  let init: RequestInit = {};
  await askWhoIsSignedIn(SITE, '9.12.0', (url) => {
    expect(url.startsWith(`${SITE}/`)).toBe(true);
    return requestJira(url, 'cors', async (_url, given) => {
      init = given!;
      return json(200, { name: 'alice' });
    });
  });
  expect(init.method ?? 'GET').toBe('GET');
  expect(init).toMatchObject({ redirect: 'manual', credentials: 'include', cache: 'no-store' });
  expect(JSON.stringify(init.headers)).not.toMatch(/token/i);
});

function ask(answer: Response | ((url: string) => Response), version = '9.12.0') {
  return askWhoIsSignedIn(SITE, version, (url) =>
    requestJira(url, 'cors', async () => (typeof answer === 'function' ? answer(url) : answer)),
  );
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
  });
}
