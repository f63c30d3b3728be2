/**
 * The one question that settles who is signed in, and how its answer is read. It is the only request this
 * product makes: a GET to the user's own Jira, from the page, with the page's own cookies.
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
 * settles within two seconds, the fallback of Jira 11 included.
 */
export async function askWhoIsSignedIn(
  site: Site,
  version: string,
  fetch: Fetch,
): Promise<Answer & SessionSigns> {
  const signal = AbortSignal.timeout(PROOF_LIMIT_MILLIS);
  const first = await request(`${site}/rest/auth/1/session`, fetch, signal);
  const isRefused =
    [403, 404, 405].includes(first.status) || (first.status === 401 && parseInt(version) >= 11);
  return answerIn(isRefused ? await request(`${site}/rest/api/2/myself`, fetch, signal) : first);
}

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
      credentials: 'same-origin',
      redirect: 'manual',
      cache: 'no-store',
      signal,
    });
    const { status, headers } = response;
    const isJson = /\bjson\b/.test(headers.get('Content-Type') ?? '');
    return { status, headers, body: Object(isJson && (await response.json().catch(() => undefined))) };
  } catch {
    // A dead network, the time limit, a server that hung up: all of them the same non-answer.
    return { status: 0, headers: new Headers(), body: {} };
  }
}

/** Both endpoints give the user's `name`, the text that `ajs-remote-user` carries. */
function answerIn({ status, headers, body: { name, errorMessages } }: Reply): Answer & SessionSigns {
  const named = headers.get('X-AUSERNAME');
  const session = headers.get('X-ASESSIONID') ?? undefined;
  const node = headers.get('X-ANODEID') ?? undefined;
  if (status === 200 && typeof name === 'string' && name && agrees(named, name))
    return { outcome: 'signed-in', user: name, session, node };
  // A gateway's own 401 carries neither Jira's headers nor its error list, and must not look like a session's end.
  const isJiras = (named ?? headers.get('X-Seraph-LoginReason') ?? errorMessages ?? null) !== null;
  if (status === 401 && isJiras && agrees(named, 'anonymous')) return { outcome: 'anonymous', session, node };
  return { outcome: 'unreachable' };
}

/** Jira also names the user in a header, percent-encoded. Where the two disagree, neither is believed. */
function agrees(header: string | null, user: string): boolean {
  if (header === null) return true;
  try {
    return decodeURIComponent(header) === user;
  } catch {
    return header === user;
  }
}
