/** What the background learns of a session (site and cookie store), and how it is stored. */
import type { Tabs } from 'webextension-polyfill';
import type { Evidence } from '../../src/verdict/evidence.ts';
import { createSerializer } from '../../src/lib/async.ts';
import { withVerdict, type PastVerdict } from '../../src/verdict/verdict-history.ts';
import type { Site } from '../../src/jira/page.ts';
import { isSilent, laterProof } from '../../src/session/proof-request.ts';
import { afterContact, afterProof, timeoutOf, type SessionClock } from '../../src/session/session-clock.ts';
import type { SessionValues } from '../../src/messages/schemas.ts';
import type { Settings } from '../../src/settings/definitions.ts';
import type { TokenTraits } from '../../src/jira/token.ts';
import { withCookieChange } from '../../src/session/cookie-changes.ts';
import { isOvertakenByLogin } from '../../src/verdict/verdict.ts';
import { areaOf, storedValue, storageKeyOf, type SessionKey } from '../shared/storage/sessions.ts';
import { storeOfTab } from './xsrf-cookie.ts';
import { storeOrRemove } from './store-quota.ts';

/** Two tabs that report at once must not overwrite each other's contact. */
export const serialize = createSerializer();

export function sessionKeyOf(site: Site, tab: Tabs.Tab): SessionKey {
  return { site, storeId: storeOfTab(tab), isPrivate: tab.incognito };
}

export async function clockOf(session: SessionKey, settings: Settings): Promise<SessionClock | undefined> {
  const record = await storedValue('session', session);
  if (!record) return undefined;
  const { minutes } = timeoutOf(settings, record.statedMinutes);
  return { lastContact: record.lastContact, timeoutMinutes: minutes };
}

export function noteContact(session: SessionKey, at: number, statedMinutes: number | undefined): Promise<void> {
  return serialize(() => change('session', session, (before) => afterContact(before, at, statedMinutes)));
}

/**
 * Stores a proof if it is new. A request without an answer concerns its own page alone: leaving a page also cuts its
 * request off. An answer that a login has overtaken is not stored: its page asks again. The proof itself is stored
 * last: if the worker dies before that, the proof still counts as new. Takes the timeout that the page states, if any.
 */
export function noteProof(
  session: SessionKey,
  evidence: Evidence,
  statedMinutes: number | undefined,
  now: number,
): Promise<void> {
  return serialize(async () => {
    const { proof } = evidence;
    if (!proof) return;
    if (laterProof(await storedValue('proof', session), proof, now) !== proof) return;
    if (isSilent(proof) || isOvertakenByLogin(evidence) || evidence.isCookieUnreadable) return;
    await change('session', session, (record) => afterProof(record, proof, statedMinutes));
    await change('proof', session, () => proof);
  });
}

/** Records the cookie as a page has it. */
export function noteCookie(session: SessionKey, cookie: TokenTraits, at: number): Promise<void> {
  return serialize(() =>
    change('cookieChanges', session, (before = []) => withCookieChange(before, { ...cookie, at })),
  );
}

/** Records a tab's verdict, if it has changed, for whoever has to find out what happened. */
export function noteVerdict(session: SessionKey, past: PastVerdict): Promise<void> {
  return serialize(() => change('history', session, (before = []) => withVerdict(before, past)));
}

/** Records that a request of ours met a challenge, at which browsers open a login dialog. */
export function noteChallenge(session: SessionKey): Promise<void> {
  return serialize(() => change('challenged', session, () => true));
}

/** Stores the result of `work`, or removes the entry if there is none. An unchanged value is not written again. */
async function change<Kind extends keyof SessionValues>(
  kind: Kind,
  session: SessionKey,
  work: (before: SessionValues[Kind] | undefined) => SessionValues[Kind] | undefined,
): Promise<void> {
  const before = await storedValue(kind, session);
  const after = work(before);
  if (after === before) return;
  const [key, area] = [storageKeyOf(kind, session), areaOf(kind, session)];
  await (after === undefined ? area.remove([key]) : storeOrRemove(area, { [key]: after }));
}
