/** What can go wrong between the browser and Jira; tests set and clear it while the server runs. */
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { StatusCode } from 'hono/utils/http-status';
import type { Ctx, Env, Middleware, Next } from './context.ts';

export type Fault =
  | 'html'
  | 'never'
  | 'bad-gateway'
  | 'sso-redirect'
  | 'hang-up'
  /** Jira does what it was asked, and the connection breaks in the middle of its answer. */
  | 'cut-short'
  /** What a form or an upload sends does not arrive with it, as with Kerberos, some proxies, and limits. */
  | 'empty-body'
  /** An answer that nobody of Jira's has written: a gateway's, or that of a server that is just starting. */
  | { readonly status: StatusCode }
  /** A 429 with `Retry-After` in seconds, as they are or as a date. */
  | { readonly retryAfter: number; readonly asDate?: boolean }
  | { readonly delayMillis: number }
  /** A 401 that wants the browser to ask for a name and a password. */
  | { readonly challenge: 'Basic' | 'Digest' | 'NTLM' | 'Negotiate' }
  /** Sound JSON that names a user and is larger than anybody wants to read. */
  | { readonly answer: 'long' | 'compressed' | 'long name' };

/** One for all requests, or one for each in turn, where the last stays; undefined is a request that goes well. */
export type FaultPlan = Fault | undefined | (Fault | undefined)[];

export interface Faults {
  /** Of the questions who is signed in. */
  proof?: FaultPlan;
  /** Of uploads, before Jira has seen them. */
  upload?: FaultPlan;
  /** Of every request. */
  everything?: FaultPlan;
  /**
   * A sign-in in front of Jira has ended, and this is what every request gets instead of Jira; until a page is opened, which
   * signs in again by itself.
   */
  gateway?: Fault | undefined;
  /** A cluster without sticky sessions: every other request reaches the node that doesn't know the session (case 8). */
  noStickySessions?: boolean;
}

/** What proxies log where they closed a connection without an answer. */
export const HUNG_UP = 444;

/** Does to a request what the fault says; without one, goes on. */
export async function withFault(plan: FaultPlan, c: Ctx, next: Next): Promise<Response | void> {
  const fault = Array.isArray(plan) ? (plan.length > 1 ? plan.shift() : plan[0]) : plan;
  switch (fault) {
    case undefined:
      return next();
    case 'html':
      return c.html('<h1>Welcome to the portal</h1>');
    case 'bad-gateway':
      return strangers(502);
    case 'sso-redirect':
      return c.redirect('http://sso.localhost:1/login');
    case 'hang-up':
      // Over a socket the connection breaks; in memory the status tells the browser.
      c.env?.outgoing?.destroy();
      return new Response(null, { status: HUNG_UP });
    case 'never':
      return new Promise(() => undefined);
    case 'cut-short':
      await next();
      c.res = cutShort(await c.res.text(), c.res, c.env?.outgoing);
      return undefined;
    case 'empty-body':
      c.req.raw = new Request(c.req.url, { method: c.req.method, headers: { Cookie: c.req.header('Cookie') ?? '' } });
      return next();
  }
  if ('status' in fault) return strangers(fault.status);
  if ('retryAfter' in fault) return tooManyRequests(fault.retryAfter, fault.asDate);
  if ('challenge' in fault)
    return c.text('Who are you?', 401, {
      'WWW-Authenticate': fault.challenge + (CHALLENGES[fault.challenge] ?? ''),
    });
  if ('answer' in fault) return largeAnswer(fault.answer);
  await new Promise((done) => setTimeout(done, fault.delayMillis));
  return next();
}

/** What stands in front of Jira: nothing of Jira's is seen through a sign-in that has ended, and a page that is opened mends it. */
export function gatewayIn(faults: Faults): Middleware {
  return async (c, next) => {
    const isOpened = c.req.method === 'GET' && c.req.header('Sec-Fetch-Dest') === 'document';
    if (!faults.gateway || !isOpened) return withFault(faults.gateway, c, next);
    faults.gateway = undefined;
    c.header('Set-Cookie', `gateway=${randomUUID()}; Path=/; HttpOnly`);
    const { pathname, search } = new URL(c.req.url);
    return c.redirect(pathname + search);
  };
}

function strangers(status: StatusCode): Response {
  return new Response(`<h1>${status}</h1>`, { status, headers: { 'Content-Type': 'text/html' } });
}

/** It comes before Jira has looked who asks: no header of Jira's is on it, and no session is renewed. */
function tooManyRequests(seconds: number, asDate = false): Response {
  // A date has no parts of a second, and must not come too soon by that.
  const date = new Date(Math.ceil(Date.now() / 1_000 + seconds) * 1_000).toUTCString();
  const headers = { 'Retry-After': asDate ? date : String(seconds) };
  return Response.json({ message: 'Rate limit exceeded.' }, { status: 429, headers });
}

function cutShort(text: string, { status, headers }: Response, socket: Env['Bindings']['outgoing']): Response {
  const half = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(Buffer.from(text.slice(0, text.length / 2))),
    async pull(controller) {
      if (!socket) return controller.error(new Error('The connection was broken.'));
      // Time for the first half to leave.
      await new Promise((done) => setTimeout(done, 50));
      socket.destroy();
    },
  });
  return new Response(half, { status, headers });
}

const CHALLENGES: Readonly<Record<string, string>> = {
  Basic: ' realm="proxy"',
  Digest: ' realm="proxy", nonce="0123456789abcdef", qop="auth"',
};

function largeAnswer(kind: 'long' | 'compressed' | 'long name'): Response {
  const headers = { 'Content-Type': 'application/json' };
  if (kind === 'long name') return Response.json({ name: 'a'.repeat(1_000_000) });
  if (kind === 'compressed')
    return new Response(gzipSync(Buffer.concat([START, Buffer.alloc(LARGE, 'a'), END]), { level: 1 }), {
      headers: { ...headers, 'Content-Encoding': 'gzip' },
    });
  let left = LARGE / PART.length;
  const parts = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(START),
    pull(controller) {
      controller.enqueue(left > 0 ? PART : END);
      if (left-- <= 0) controller.close();
    },
  });
  return new Response(parts, { headers });
}

const LARGE = 100_000_000;
const PART = Buffer.alloc(1_000_000, 'a');
const [START, END] = ['{"name":"alice","more":"', '"}'].map((text) => Buffer.from(text)) as [Buffer, Buffer];
