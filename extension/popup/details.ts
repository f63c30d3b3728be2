/**
 * What an administrator asks for: the two tokens as digests, the cookie as shown in the browser's own panel, and the
 * session. A digest tells two tokens apart, but cannot be used to act.
 */
import type { TabState } from '../../src/messages/protocol.ts';
import { endOf } from '../../src/session/session-clock.ts';
import { messageKeyOf, usersIn } from '../../src/verdict/presentation.ts';
import { pageCookieIn, tokenCookiesIn } from '../../src/jira/page-cookie.ts';
import { Token, type TokenTraits } from '../../src/jira/token.ts';
import { withoutInvisible } from '../../src/lib/display-name.ts';
import { diagnoseCookieChanges } from '../../src/session/cookie-changes.ts';
import { clockToShow, standingProof, type Verdict } from '../../src/verdict/verdict.ts';
import { browser } from '../shared/browser.ts';
import { message, type MessageKey } from '../shared/i18n.ts';
import { cookiesSent, storedValue, type SessionKey } from '../shared/storage/sessions.ts';
import { numberOf, timeOf } from '../shared/time-format.ts';

export interface Detail {
  readonly label: string;
  /** As shown to the user. */
  readonly value: string;
  /** As an administrator reads it, if different: the product's own names, and times to compare with a server's log. */
  readonly plain?: string;
  /** Names a user: not in a diagnosis unless asked for. */
  readonly isPersonal?: boolean;
}

export async function detailsOf(state: TabState, verdict: Verdict, now: number): Promise<Detail[]> {
  const [cookies, cookieChanges = [], record] = await Promise.all([
    cookieDetails(state),
    storedValue('cookieChanges', state),
    storedValue('session', state),
  ]);
  const { evidence, site } = state;
  const { pageToken, cookieToken, relation, proof, pageUser, version } = evidence;
  const isPortal = evidence.product === 'portal';
  const clock = clockToShow(verdict, evidence, now);
  const standing = standingProof(evidence, now);
  const trouble = diagnoseCookieChanges(cookieChanges);
  const personal = (key: DetailKey, value: string | undefined): Detail[] =>
    row(key, value && withoutInvisible(value)).map((each) => ({ ...each, isPersonal: true }));
  const time = (key: DetailKey, at: number | undefined): Detail[] =>
    at === undefined ? [] : row(key, timeOf(at, now), isoOf(at));
  return [
    ...row('site', site),
    ...(isPortal ? row('portal', version) : row('jira', version || undefined)),
    ...row(
      'verdict',
      message(messageKeyOf('verdict', verdict.name), ...usersIn(verdict, pageUser)),
      verdict.name === 'stale' ? `stale, ${verdict.renewal}` : verdict.name,
    ),
    ...row('page_token', isPortal ? undefined : traitsOf(pageToken)),
    ...row('cookie_token', evidence.isCookieUnreadable ? message('details_unreadable') : traitsOf(cookieToken)),
    ...row('compared', relation && message(messageKeyOf('relation', relation))),
    ...row('server_id', serverIds(pageToken, cookieToken)),
    ...cookies,
    ...row('cookie_changes', cookieChanges.length > 1 ? numberOf(cookieChanges.length - 1) : undefined),
    ...row('cause', trouble && message(messageKeyOf('trouble', trouble))),
    ...personal('page_user', pageUser),
    ...personal('signed_in', standing?.outcome === 'signed-in' ? standing.user : undefined),
    ...(proof
      ? row(
          'proof',
          `${message(messageKeyOf('proof', proof.outcome))}, ${timeOf(proof.at, now)}`,
          `${proof.outcome}, ${isoOf(proof.at)}`,
        )
      : []),
    ...row('node', proof?.node),
    ...time('began', record?.began),
    ...time('contact', evidence.clock?.lastContact),
    ...time('ends', clock && endOf(clock)),
  ].filter(({ value }) => value !== '');
}

function traitsOf(traits: TokenTraits | undefined): string {
  return traits ? `${traits.digest} · ${traits.login}` : message('details_none');
}

function serverIds(page: TokenTraits | undefined, cookie: TokenTraits | undefined): string | undefined {
  const ids = [page?.serverId, cookie?.serverId].filter((id) => id !== undefined);
  return ids.length === 0 ? undefined : [...new Set(ids)].join(' ≠ ');
}

/** A row for each cookie of the name, in the order sent; one row says if another host has set one of them. */
async function cookieDetails({ site, storeId, address }: TabState): Promise<Detail[]> {
  const label = message('details_cookie');
  try {
    const cookies = await cookiesSent(site, address, storeId);
    const isNeighbours = ['crowded', 'neighbour'].includes(pageCookieIn(cookies, site).whose);
    const own = tokenCookiesIn(cookies);
    const rows = own.map(({ value, path, domain, hostOnly, secure, httpOnly, sameSite }, at) => ({
      label: own.length > 1 ? `${label} ${numberOf(at + 1)}` : label,
      value: [
        traitsOf(Token.parse(value)?.traits),
        `Path=${path}`,
        ...(hostOnly ? [] : [`Domain=${domain}`]),
        ...(secure ? ['Secure'] : []),
        ...(httpOnly ? ['HttpOnly'] : []),
        `SameSite=${sameSite}`,
      ].join('; '),
    }));
    return [...row('neighbour', isNeighbours ? message('crowded') : undefined), ...rows];
  } catch {
    // A first-party domain is required, or the cookie store has just closed.
    return [{ label, value: message('details_unreadable') }];
  }
}

type DetailKey<Key = MessageKey> = Key extends `details_${infer Name}` ? Name : never;

function row(key: DetailKey, value: string | undefined, plain?: string): Detail[] {
  return value === undefined ? [] : [{ label: message(`details_${key}`), value, ...(plain && { plain }) }];
}

/**
 * The text for an administrator: versions, what is known of the page, and the history of its site's pages. It contains
 * no token, and names no user unless `hasNames`. All times are in UTC, to compare them with a server's log.
 */
export async function diagnosisOf(
  session: SessionKey,
  details: readonly Detail[],
  hasNames: boolean,
): Promise<string> {
  const history = (await storedValue('history', session)) ?? [];
  const rows = details.filter(({ isPersonal }) => hasNames || !isPersonal);
  return [
    `Freshtoken ${browser.runtime.getManifest().version}`,
    navigator.userAgent,
    isoOf(Date.now()),
    '',
    ...rows.map(({ label, value, plain = value }) => `${label}: ${plain}`),
    '',
    `${message('details_history')}:`,
    ...history.map(({ at, tabId, verdict }) => `${isoOf(at)} #${tabId} ${verdict}`),
    '',
  ].join('\n');
}

/** In UTC, as servers log it. Takes epoch milliseconds. */
function isoOf(at: number): string {
  return new Date(at).toISOString();
}
