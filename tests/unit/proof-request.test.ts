import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Site } from '../../src/jira/page.ts';
import { askWhoIsSignedIn, laterProof, requestJira, type Proof } from '../../src/session/proof-request.ts';

const SITE = 'https://example.com/jira' as Site;

describe('the user who is signed in', () => {
  test('is read from the answer of the session resource', async () => {
    expect(await ask(json(200, { name: 'alice' }, { 'X-AUSERNAME': 'alice' }))).toEqual({
      outcome: 'signed-in',
      user: 'alice',
    });
  });

  test('may be named by an e-mail address, which is encoded in the header', async () => {
    const name = 'ann@example.com';
    expect(await ask(json(200, { name }, { 'X-AUSERNAME': 'ann%40example.com' }))).toEqual({
      outcome: 'signed-in',
      user: name,
    });
  });

  test.each([
    ['in other capitals', 'alice', 'ALICE'],
    ['as UTF-8 that is read as Latin-1', 'Å\u0082ukasz', 'łukasz'],
    ['with a plus for a space', 'anna+maria', 'anna maria'],
    ['encoded, with the greatest length', encodeURIComponent('王'.repeat(255)), '王'.repeat(255)],
  ])('is read from the body if the header has the name %s', async (_how, header, name) => {
    expect(await ask(json(200, { name }, { 'X-AUSERNAME': header }))).toEqual({ outcome: 'signed-in', user: name });
  });

  test('is read even if the answer says that a login was denied', async () => {
    const headers = { 'X-AUSERNAME': 'alice', 'X-Seraph-LoginReason': 'AUTHENTICATION_DENIED' };
    expect(await ask(json(200, { name: 'alice' }, headers))).toEqual({ outcome: 'signed-in', user: 'alice' });
  });

  test('is nobody if the answer is a 401 of Jira’s own', async () => {
    expect(await ask(json(401, { errorMessages: ['no'] }))).toEqual({ outcome: 'anonymous' });
    expect(await ask(new Response('', { status: 401, headers: { 'X-AUSERNAME': 'anonymous' } }))).toEqual({
      outcome: 'anonymous',
    });
  });

  test('is nobody if Jira answers 401 and says only why it refused a login', async () => {
    const headers = { 'X-Seraph-LoginReason': 'AUTHENTICATED_FAILED' };
    expect(await ask(new Response('', { status: 401, headers }))).toEqual({ outcome: 'anonymous' });
  });

  test('is read with the hash of the session and the node of the cluster, also if it is nobody', async () => {
    const headers = { 'X-ASESSIONID': 'abc', 'X-ANODEID': 'node-1' };
    const signs = { session: 'abc', node: 'node-1' };
    expect(await ask(json(200, { name: 'alice' }, headers))).toEqual({
      outcome: 'signed-in',
      user: 'alice',
      ...signs,
    });
    expect(await ask(json(401, { errorMessages: [] }, headers))).toEqual({ outcome: 'anonymous', ...signs });
  });

  test('is read from an answer that comes in parts, even if a letter is split between two of them', async () => {
    const bytes = new TextEncoder().encode(JSON.stringify({ name: 'łukasz' }));
    const cut = bytes.findIndex((byte) => byte > 127) + 1;
    const parts = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes.slice(0, cut));
        controller.enqueue(bytes.slice(cut));
        controller.close();
      },
    });
    const headers = { 'Content-Type': 'application/json' };
    expect(await ask(new Response(parts, { headers }))).toEqual({ outcome: 'signed-in', user: 'łukasz' });
  });

  test.each(['text/json', 'application/vnd.acme+json;charset=UTF-8'])('is read from %s', async (type) => {
    expect(await ask(json(200, { name: 'alice' }, { 'Content-Type': type }))).toMatchObject({ user: 'alice' });
  });

  test.each(['application/jsonp', 'application/xjson'])('is not read from %s', async (type) => {
    expect(await ask(json(200, { name: 'alice' }, { 'Content-Type': type }))).toEqual({ outcome: 'gateway' });
  });

  test.each([403, 404, 405])('is read at the second address if the first answers %i', async (status) => {
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

  test('is read at the second address if the first answers 401 in Jira 11', async () => {
    const answer = (url: string) =>
      url.endsWith('/session') ? json(401, { errorMessages: [] }) : json(200, { name: 'alice' });
    expect(await ask(answer, '11.1.0')).toEqual({ outcome: 'signed-in', user: 'alice' });
    expect(await ask(answer, '9.12.0')).toEqual({ outcome: 'anonymous' });
    const asked: string[] = [];
    await ask((url) => (asked.push(url), json(200, { name: 'alice' })), '11.1.0');
    expect(asked).toHaveLength(1);
  });
});

describe('a hostile server', () => {
  const long = (letters: number) => json(200, { name: 'alice', more: 'x'.repeat(letters) });

  test('that sends more than 64 kB is not read to the end', async () => {
    const rest = json(200, { name: 'alice', more: '' });
    const most = 65_536 - (await rest.text()).length;
    expect(await ask(long(most))).toMatchObject({ outcome: 'signed-in' });
    expect(await ask(long(most + 1))).toEqual({ outcome: 'unreachable' });
  });

  test('has its connection ended as soon as enough is known', async () => {
    const ended: string[] = [];
    const response = (type: string): Response => {
      const endless = new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(10_000).fill(32)),
        cancel: () => void ended.push(type),
      });
      return new Response(endless, { headers: { 'Content-Type': type } });
    };
    for (const type of ['application/json', 'text/html']) await ask(response(type));
    expect(ended).toEqual(['application/json', 'text/html']);
  });

  test('that never ends its answer is not read on', async () => {
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

  test('can’t name a user with more than 255 characters; its headers are cut', async () => {
    expect(await ask(json(200, { name: 'x'.repeat(255) }))).toMatchObject({ outcome: 'signed-in' });
    expect(await ask(json(200, { name: 'x'.repeat(256) }))).toEqual({ outcome: 'unreachable' });
    const headers = { 'X-ASESSIONID': 's'.repeat(1_000), 'X-ANODEID': 'n'.repeat(1_000) };
    const answer = await ask(json(200, { name: 'alice' }, headers));
    expect([answer.session?.length, answer.node?.length]).toEqual([128, 128]);
    const { headers: read } = await requestJira('/', 'cors', async () =>
      json(200, {}, { 'X-AUSERNAME': 'x'.repeat(10_000) }),
    );
    expect(read['X-AUSERNAME']).toBe('x'.repeat(9 * 256));
  });

  test('can’t name a user without a name', async () => {
    expect(await ask(json(200, { name: '' }, { 'X-AUSERNAME': '' }))).toEqual({ outcome: 'unreachable' });
  });

  test.each(['Basic realm="x"', 'Digest realm="x"', 'NTLM', 'Negotiate'])(
    'that challenges with %s counts as a gateway',
    async (scheme) => {
      const answer = await ask(json(401, {}, { 'WWW-Authenticate': scheme }));
      expect(answer).toEqual({ outcome: 'gateway', isChallenge: true });
    },
  );

  test('that challenges is noted whatever else it says', async () => {
    const challenge = { 'WWW-Authenticate': 'Basic realm="x"' };
    expect(await ask(json(401, { errorMessages: [] }, challenge))).toEqual({
      outcome: 'anonymous',
      isChallenge: true,
    });
    expect(await ask(json(401, {}, { ...challenge, 'X-AUSERNAME': 'alice' }))).toEqual({
      outcome: 'unreachable',
      isChallenge: true,
    });
    // No browser opens a dialog for any other status.
    expect(await ask(() => json(403, {}, challenge))).toEqual({ outcome: 'gateway' });
  });

  test('that is Jira may name its own scheme: that is no challenge', async () => {
    const answer = await ask(json(401, { errorMessages: [] }, { 'WWW-Authenticate': 'JIRA REST POST' }));
    expect(answer).toEqual({ outcome: 'anonymous' });
    expect(await ask(json(401, {}, { 'WWW-Authenticate': 'AcmeBasics' }))).toEqual({ outcome: 'gateway' });
  });
});

test('of two proofs the later one counts, but none from the future of a clock that was set back', () => {
  const now = 1e12;
  const [first, second, ahead] = [now - 2, now - 1, now + 61_000].map((at): Proof => ({ outcome: 'anonymous', at }));
  expect(laterProof(first, second, now)).toBe(second);
  expect(laterProof(second, first, now)).toBe(second);
  expect(laterProof(undefined, first, now)).toBe(first);
  expect(laterProof(first, { ...second!, at: first!.at }, now)).toBe(first);
  const minuteAhead: Proof = { outcome: 'anonymous', at: now + 60_000 };
  expect(laterProof(first, minuteAhead, now)).toBe(minuteAhead);
  expect(laterProof(first, ahead, now)).toBe(first);
  expect(laterProof(undefined, ahead, now)).toBeUndefined();
  expect(laterProof(ahead, first, now)).toBe(first);
  expect(laterProof(ahead, undefined, now)).toBe(ahead);
});

// Mutation testing adds calls to each function, which a page does not have.
test.skipIf('__stryker__' in globalThis)('the request can run in a page as source text', async () => {
  const fetched = `async () => Response.json({ name: 'alice' })`;
  const text = `(${requestJira.toString()})('${SITE}/rest/auth/1/session', 'cors', ${fetched})`;
  // oxlint-disable-next-line no-eval
  const reply = (await (0, eval)(text)) as { text: string };
  expect(JSON.parse(reply.text)).toEqual({ name: 'alice' });
});

describe('an answer that does not tell who is signed in', () => {
  const html = { 'Content-Type': 'text/html' };

  test.each<[string, Response]>([
    ['a page of HTML', new Response('<h1>Welcome</h1>', { headers: html })],
    ['a proxy’s own 401', new Response('Who are you?', { status: 401, headers: html })],
    ['a proxy’s own 403', new Response('No', { status: 403 })],
    [
      'a redirect to a login host',
      new Response(null, { status: 302, headers: { Location: 'https://sso.example.com' } }),
    ],
    ['a redirect that the browser does not describe', opaqueRedirect()],
    ['an empty answer', new Response('', { headers: { 'Content-Type': 'application/json' } })],
    ['a proxy’s own 401 in JSON', json(401, { error: 'unauthorized' })],
  ])('%s means a sign-in in front of Jira', async (_name, response) =>
    expect(await ask(response)).toEqual({ outcome: 'gateway' }),
  );

  test.each([502, 503, 504])('a %i of a proxy means that Jira is offline', async (status) =>
    expect(await ask(new Response('Sorry', { status }))).toEqual({ outcome: 'offline' }),
  );

  test('a refused connection means that Jira is offline', async () => {
    const down = (): never => {
      throw new TypeError('Failed to fetch');
    };
    expect(await ask(down)).toEqual({ outcome: 'offline' });
  });

  test('a connection that breaks during the answer means that Jira is offline', async () => {
    const broken = new ReadableStream({
      pull(controller) {
        controller.error(new TypeError('network error'));
      },
    });
    const headers = { 'Content-Type': 'application/json' };
    expect(await ask(new Response(broken, { headers }))).toEqual({ outcome: 'offline' });
  });

  test('a connection that takes two seconds is left to whoever waits for it', async () => {
    const timeout = Object.assign(new Error('too long'), { name: 'TimeoutError' });
    await expect(requestJira('/', 'cors', () => Promise.reject(timeout))).rejects.toBe(timeout);
    expect(await requestJira('/', 'cors', () => Promise.reject(new Error('refused')))).toEqual({
      status: 0,
      text: '',
      headers: {
        'X-AUSERNAME': null,
        'X-ASESSIONID': null,
        'X-ANODEID': null,
        'X-Seraph-LoginReason': null,
        'WWW-Authenticate': null,
        'Retry-After': null,
      },
    });
  });

  test('a busy Jira that names a time of the day may be asked again then', async () => {
    const headers = { 'Retry-After': new Date(Date.now() + 6_000).toUTCString() };
    const { retryMillis } = await ask(json(429, {}, headers));
    expect(retryMillis).toBeGreaterThan(4_000);
    expect(retryMillis).toBeLessThanOrEqual(6_000);
  });

  test.each([
    [undefined, 1_000],
    ['0', 1_000],
    ['7', 7_000],
    ['3600', 10_000],
    [new Date(Date.now() - 60_000).toUTCString(), 1_000],
    [new Date(Date.now() + 3_600_000).toUTCString(), 10_000],
    ['soon', 1_000],
  ])('a busy Jira with the Retry-After “%s” may be asked again after %i ms', async (after, retryMillis) => {
    const headers = after === undefined ? undefined : { 'Retry-After': after };
    expect(await ask(json(429, {}, headers))).toEqual({ outcome: 'busy', retryMillis });
  });

  test.each<[string, Response]>([
    ['JSON without a name', json(200, { names: 'alice' })],
    ['invalid JSON', new Response('{"name":', { headers: { 'Content-Type': 'application/json' } })],
    ['an answer whose header names another user', json(200, { name: 'alice' }, { 'X-AUSERNAME': 'mallory' })],
    ['a name with a header that says anonymous', json(200, { name: 'alice' }, { 'X-AUSERNAME': 'anonymous' })],
    ['a name with an empty header', json(200, { name: 'alice' }, { 'X-AUSERNAME': '' })],
    ['a 401 whose header names a user', json(401, {}, { 'X-AUSERNAME': 'alice' })],
    ['a 403 that denies a login', new Response('', { status: 403, headers: { 'X-Seraph-LoginReason': 'DENIED' } })],
    ['a 500 of Jira’s', new Response('', { status: 500 })],
    ['a 500 with a name', json(500, { name: 'alice' })],
    ['a 400 with Jira’s list of errors', json(400, { errorMessages: ['no'] })],
    ['a 404 at both addresses', new Response('', { status: 404 })],
    ['a name that is no text', json(200, { name: 7 })],
    ['null', json(200, null)],
  ])('%s means that Jira is unreachable', async (_name, response) =>
    expect(await ask(response)).toEqual({ outcome: 'unreachable' }),
  );

  test('a server that has not answered after two seconds is unreachable', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const never = (): Promise<never> => new Promise(() => undefined);
    const settled = vi.fn();
    const answer = askWhoIsSignedIn(SITE, '9.12.0', never).finally(settled);
    await vi.advanceTimersByTimeAsync(1_999);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(await answer).toEqual({ outcome: 'unreachable' });
  });
});

test('the request is a GET to the site itself, and follows no redirect', async () => {
  let init: RequestInit = {};
  await askWhoIsSignedIn(SITE, '9.12.0', (url) => {
    expect(url.startsWith(`${SITE}/`)).toBe(true);
    return requestJira(url, 'cors', async (_url, given) => {
      init = given!;
      return json(200, { name: 'alice' });
    });
  });
  expect(init.method ?? 'GET').toBe('GET');
  expect(init).toMatchObject({ mode: 'cors', redirect: 'manual', credentials: 'include', cache: 'no-store' });
  expect(new Headers(init.headers).get('Accept')).toBe('application/json');
  expect(JSON.stringify(init.headers)).not.toMatch(/token/i);
});

function ask(answer: Response | ((url: string) => Response), version = '9.12.0') {
  return askWhoIsSignedIn(SITE, version, (url) =>
    requestJira(url, 'cors', async () => (typeof answer === 'function' ? answer(url) : answer)),
  );
}

/** What `fetch` gives instead of a redirect that it does not follow. */
function opaqueRedirect(): Response {
  return Object.defineProperty(Response.error(), 'type', { value: 'opaqueredirect' });
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
  });
}
