/**
 * The question who is signed in, and how its answer is read. It is the only request this product makes: a GET to the
 * user's own Jira, with the page's own cookies.
 */
import { parseJson } from '../lib/json.ts';
import { LONGEST_NAME, type Site } from '../jira/page.ts';
import { mayNameUser } from '../jira/user-name.ts';
import { withTimeout } from '../lib/async.ts';

/**
 * Why there is no answer from Jira. In three cases anything sent now would fail too: `gateway` (a sign-in in front of
 * Jira has ended), `offline` (there is no connection, or no Jira behind it) and `busy` (Jira takes no more for now).
 * `unreachable` claims nothing: no answer came in time, or only an unknown one.
 */
export const SILENCES = ['gateway', 'offline', 'busy', 'unreachable'] as const;
export type Silence = (typeof SILENCES)[number];

export type Answer =
  | { readonly outcome: 'signed-in'; readonly user: string }
  | { readonly outcome: 'anonymous' }
  | { readonly outcome: Silence };

/** Whether the answer is not from Jira itself, or there is none. */
export function isSilent<A extends Answer>(answer: A): answer is Extract<A, { readonly outcome: Silence }> {
  return !['signed-in', 'anonymous'].includes(answer.outcome);
}

/**
 * An answer with the time of its question (epoch milliseconds) and the digest of the cookie it left behind: it stands
 * only as long as that cookie does. It is certain if the cookie was the same when the question was asked.
 */
export type Proof = Answer &
  SessionSigns & {
    readonly at: number;
    readonly cookieDigest?: string | undefined;
    readonly isCertain?: boolean | undefined;
    /** When Jira was asked again and did not answer, while it was left open who is signed in. */
    readonly silentAt?: number | undefined;
  };

/** What Jira's headers tell about the session: a hash that changes with it, and the cluster's node. */
interface SessionSigns {
  readonly session?: string | undefined;
  readonly node?: string | undefined;
}

/**
 * The later of a page's own proof and one that another tab has shared. A proof dated more than a minute ahead is
 * ignored: the clock has been set back since.
 */
export function laterProof(own: Proof | undefined, shared: Proof | undefined, now: number): Proof | undefined {
  const time = (proof: Proof | undefined): number => (proof && proof.at <= now + 60_000 ? proof.at : 0);
  return time(shared) > time(own) ? shared : own;
}

/** How long a question may take, including the fallback of Jira 11. */
export const PROOF_LIMIT_MILLIS = 2_000;

/**
 * What an answer says; whether it was a challenge, for which browsers open a login dialog if the page itself asks; and
 * after how many milliseconds a busy Jira wants to be asked again.
 */
export type ProofAnswer = Answer & SessionSigns & { readonly isChallenge?: boolean; readonly retryMillis?: number };

/**
 * Asks a site who is signed in. `version` is the page's (`9.12.0`); `request` sends the question. Never throws, and
 * settles within two seconds, including the fallback of Jira 11.
 */
export async function askWhoIsSignedIn(site: Site, version: string, request: Request): Promise<ProofAnswer> {
  const answer = await withTimeout(PROOF_LIMIT_MILLIS, ask(site, version, request));
  return answer ?? { outcome: 'unreachable' };
}

async function ask(site: Site, version: string, request: Request): Promise<ProofAnswer> {
  const first = await request(`${site}/rest/auth/1/session`);
  const isRefused = [403, 404, 405].includes(first.status) || (first.status === 401 && parseInt(version) >= 11);
  return proofAnswerIn(isRefused ? await request(`${site}/rest/api/2/myself`) : first);
}

export type Request = (url: string) => Promise<JiraResponse>;

/** The part of a response that matters, as plain data, because it can come from a page. */
export interface JiraResponse {
  /** 0 where the connection failed, 302 for any redirect. */
  readonly status: number;
  /** Null if the response has no such header. */
  readonly headers: Readonly<Record<Header, string | null>>;
  /** Empty unless the response is JSON. */
  readonly text: string;
}

type Header =
  'X-AUSERNAME' | 'X-ASESSIONID' | 'X-ANODEID' | 'X-Seraph-LoginReason' | 'WWW-Authenticate' | 'Retry-After';

/**
 * Makes the request. Rejects if nothing answers within two seconds. Reads no more than a real answer can have. Follows
 * no redirect: a login host's page is no answer of Jira's, and must not see the question. This function's text also
 * runs in pages: it may use nothing from outside of itself. `same-origin` sends nothing from a page of another site.
 */
export async function requestJira(
  url: string,
  mode: 'cors' | 'same-origin',
  fetch = globalThis.fetch,
): Promise<JiraResponse> {
  const names = 'X-AUSERNAME X-ASESSIONID X-ANODEID X-Seraph-LoginReason WWW-Authenticate Retry-After'.split(' ');
  const reply = (status: number, text: string, header: (name: string) => string | null): JiraResponse => ({
    status,
    headers: Object.fromEntries(names.map((name) => [name, header(name)])) as JiraResponse['headers'],
    text,
  });
  try {
    const response = await fetch(url, {
      headers: { Accept: 'application/json' },
      mode,
      credentials: 'include',
      redirect: 'manual',
      cache: 'no-store',
      signal: AbortSignal.timeout(2_000),
    });
    // Each letter of the longest name takes up to nine characters.
    const header = (name: string): string | null => response.headers.get(name)?.slice(0, 2_304) ?? null;
    const decoder = new TextDecoder();
    let text = '';
    if (response.body && /\bjson\b/.test(header('Content-Type') ?? '')) {
      const reader = response.body.getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        text += decoder.decode(part.value, { stream: true });
        if (text.length <= 65_536) continue;
        text = 'too long';
        break;
      }
      await reader.cancel();
    } else await response.body?.cancel();
    return reply(response.type === 'opaqueredirect' ? 302 : response.status, text, header);
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') throw error;
    return reply(0, '', () => null);
  }
}

/** Both endpoints give the user's `name`, the same text as in `ajs-remote-user`. */
function proofAnswerIn({ status, headers, text }: JiraResponse): ProofAnswer {
  const { name, errorMessages } = Object(parseJson(text)) as { name?: unknown; errorMessages?: unknown };
  const named = headers['X-AUSERNAME'];
  const session = headers['X-ASESSIONID']?.slice(0, LONGEST_SIGN);
  const node = headers['X-ANODEID']?.slice(0, LONGEST_SIGN);
  if (status === 200 && isName(name) && mayNameSameUser(named, name))
    return { outcome: 'signed-in', user: name, session, node };
  const isChallenge = status === 401 && CHALLENGE.test(headers['WWW-Authenticate'] ?? '');
  const challenge = isChallenge ? { isChallenge } : {};
  // A gateway's own 401 has neither Jira's headers nor its error list, and must not look like a session's end.
  const isJiras = (named ?? headers['X-Seraph-LoginReason'] ?? errorMessages ?? null) !== null;
  if (status === 401 && isJiras && mayNameSameUser(named, 'anonymous'))
    return { outcome: 'anonymous', session, node, ...challenge };
  if (status === 429) return { outcome: 'busy', retryMillis: retryMillis(headers['Retry-After']) };
  if ([0, 502, 503, 504].includes(status)) return { outcome: 'offline' };
  const isGateways = !isJiras && ([302, 401, 403].includes(status) || (status === 200 && text === ''));
  return { outcome: isGateways ? 'gateway' : 'unreachable', ...challenge };
}

/** When a busy server wants to be asked again: the header has seconds, or a date. Limited to what a user waits for. */
function retryMillis(header: string | null): number {
  const millis = Number(header ?? 1) * 1_000 || Date.parse(header!) - Date.now();
  return Math.min(Math.max(millis || 0, 1_000), MAX_RETRY_MILLIS);
}

/** The longest wait for a busy Jira. */
export const MAX_RETRY_MILLIS = 10_000;

/** Jira's own 401 names a scheme that no browser knows, so it opens no dialog. */
const CHALLENGE = /\b(basic|digest|ntlm|negotiate)\b/i;

function isName(name: unknown): name is string {
  return typeof name === 'string' && name !== '' && name.length <= LONGEST_NAME;
}

const LONGEST_SIGN = 128;

/** Jira also names the user in a header. If the header names somebody else in every usual notation, trust neither. */
function mayNameSameUser(header: string | null, user: string): boolean {
  return header === null || mayNameUser(header, user);
}
