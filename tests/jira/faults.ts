/** What can go wrong between the browser and Jira; tests set and clear it while the server runs. */
import { gzipSync } from 'node:zlib';
import type { Ctx, Next } from './context.ts';

export type Fault =
  | 'html'
  | 'never'
  | 'bad-gateway'
  | 'sso-redirect'
  | 'hang-up'
  | { readonly delayMillis: number }
  /** A 401 that wants the browser to ask for a name and a password. */
  | { readonly challenge: 'Basic' | 'Digest' | 'NTLM' | 'Negotiate' }
  /** Sound JSON that names a user and is larger than anybody wants to read. */
  | { readonly answer: 'long' | 'compressed' | 'long name' };

export interface Faults {
  /** Of the questions who is signed in. */
  proof?: Fault | undefined;
  /** Of uploads, before Jira has seen them. */
  upload?: Fault | undefined;
  /** Of every request. */
  everything?: Fault | undefined;
  /** A cluster without sticky sessions: every other request reaches the node that doesn't know the session (case 8). */
  noStickySessions?: boolean;
}

/** What proxies log where they closed a connection without an answer. */
export const HUNG_UP = 444;

/** Does to a request what the fault says; without one, goes on. */
export async function withFault(fault: Fault | undefined, c: Ctx, next: Next): Promise<Response | void> {
  switch (fault) {
    case undefined:
      return next();
    case 'html':
      return c.html('<h1>Welcome to the portal</h1>');
    case 'bad-gateway':
      return c.html('<h1>502 Bad Gateway</h1>', 502);
    case 'sso-redirect':
      return c.redirect('http://sso.localhost:1/login');
    case 'hang-up':
      // Over a socket the connection breaks; in memory the status tells the browser.
      c.env?.outgoing?.destroy();
      return new Response(null, { status: HUNG_UP });
    case 'never':
      return new Promise(() => undefined);
  }
  if ('challenge' in fault)
    return c.text('Who are you?', 401, {
      'WWW-Authenticate': fault.challenge + (CHALLENGES[fault.challenge] ?? ''),
    });
  if ('answer' in fault) return largeAnswer(fault.answer);
  await new Promise((done) => setTimeout(done, fault.delayMillis));
  return next();
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
