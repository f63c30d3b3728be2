/**
 * The one question that settles who is signed in, and how its answer is read. It is the only request this
 * product makes: a GET to the user's own Jira, with the page's own cookies.
 */
import type { Site } from './page.ts';

/** `unreachable` claims nothing: whatever answered, it was not Jira, or not in time. */
export type Answer =
  | { readonly outcome: 'signed-in'; readonly user: string }
  | { readonly outcome: 'anonymous' }
  | { readonly outcome: 'unreachable' };

/**
 * An answer with the time of its question (epoch milliseconds) and the digest of the cookie it left behind: it stands
 * only as long as that cookie does. It is certain if the cookie was the same when the question was asked.
 */
export type Proof = Answer &
  SessionSigns & {
    readonly at: number;
    readonly cookieDigest?: string | undefined;
    readonly isCertain?: boolean | undefined;
    /** When Jira was asked again, and did not answer, where this has left open who is signed in. */
    readonly silentAt?: number | undefined;
  };

/** What Jira's headers tell of the session: a hash that changes with it, and the cluster's node. */
export interface SessionSigns {
  readonly session?: string | undefined;
  readonly node?: string | undefined;
}

/** Of a page's own proof and one that another tab has shared, the one to go by. */
export function laterOf(own: Proof | undefined, shared: Proof | undefined): Proof | undefined {
  return shared && (!own || shared.at > own.at) ? shared : own;
}

/** How long a question may take, the fallback of Jira 11 included. */
export const PROOF_LIMIT_MILLIS = 2_000;
/** For how long to leave the question to another tab of the site: its limit, and a little for the answer to come round. */
export const OTHERS_TURN_MILLIS = PROOF_LIMIT_MILLIS + 500;

/**
 * Asks a site who is signed in. `version` is the page's (`9.12.0`), `fetch` the caller's. Never throws, and
 * settles within two seconds, the fallback of Jira 11 included. What a hostile server sends is bounded.
 */
export async function askWhoIsSignedIn(site: Site, version: string, fetch: Fetch): Promise<Reading> {
  const signal = AbortSignal.timeout(PROOF_LIMIT_MILLIS);
  const first = await request(`${site}/rest/auth/1/session`, fetch, signal);
  const isRefused =
    [403, 404, 405].includes(first.status) || (first.status === 401 && parseInt(version) >= 11);
  return answerIn(isRefused ? await request(`${site}/rest/api/2/myself`, fetch, signal) : first);
}

/** What an answer says, and whether it was a challenge, at which browsers open a login dialog for a page's own request. */
export type Reading = Answer & SessionSigns & { readonly isChallenge?: boolean };

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** As far as it is JSON. */
  readonly body: { readonly name?: unknown; readonly errorMessages?: unknown };
}

/** A redirect is not followed: a login host's page is no answer of Jira's, and must not see the question. */
async function request(url: string, fetch: Fetch, signal: AbortSignal): Promise<Reply> {
  try {
    const response = await fetch(url, {
      headers: { Accept: 'application/json' },
      // The background is of another origin.
      credentials: 'include',
      redirect: 'manual',
      cache: 'no-store',
      signal,
    });
    const { status, headers } = response;
    const isJson = /\bjson\b/.test(headers.get('Content-Type') ?? '');
    return { status, headers, body: Object(isJson && JSON.parse(await textOf(response))) };
  } catch {
    // A dead network, the time limit, a server that hung up, no JSON: all of them the same non-answer.
    return { status: 0, headers: new Headers(), body: {} };
  }
}

/** A body as text. Throws where it is longer than any answer to our question: the rest is not read. */
async function textOf({ body }: Response): Promise<string> {
  const reader = body!.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value, { stream: true });
    if (text.length <= LONGEST_ANSWER) continue;
    await reader.cancel();
    throw new Error('The answer is too long');
  }
}

const LONGEST_ANSWER = 64 * 1024;
/** Of a user's name, as Jira's database has it. */
const LONGEST_NAME = 255;
const LONGEST_SIGN = 128;

/** Both endpoints give the user's `name`, the text that `ajs-remote-user` carries. */
function answerIn({ status, headers, body: { name, errorMessages } }: Reply): Reading {
  const named = headers.get('X-AUSERNAME');
  const [session, node] = ['X-ASESSIONID', 'X-ANODEID'].map(
    (sign) => headers.get(sign)?.slice(0, LONGEST_SIGN) ?? undefined,
  );
  if (
    status === 200 &&
    typeof name === 'string' &&
    name &&
    name.length <= LONGEST_NAME &&
    agrees(named, name)
  )
    return { outcome: 'signed-in', user: name, session, node };
  const challenged = status === 401 && CHALLENGE.test(headers.get('WWW-Authenticate') ?? '');
  const challenge = challenged ? { isChallenge: true } : {};
  // A gateway's own 401 carries neither Jira's headers nor its error list, and must not look like a session's end.
  const isJiras = (named ?? headers.get('X-Seraph-LoginReason') ?? errorMessages ?? null) !== null;
  if (status === 401 && isJiras && agrees(named, 'anonymous'))
    return { outcome: 'anonymous', session, node, ...challenge };
  return { outcome: 'unreachable', ...challenge };
}

/** Jira's own 401 names a scheme that no browser knows, and opens nothing. */
const CHALLENGE = /\b(basic|digest|ntlm|negotiate)\b/i;

/** Jira also names the user in a header, percent-encoded. Where the two disagree, neither is believed. */
function agrees(header: string | null, user: string): boolean {
  if (header === null) return true;
  try {
    return decodeURIComponent(header) === user;
  } catch {
    return header === user;
  }
}
