/** Whether a request's `atl_token` is accepted. */
import { isBoundToSession, type Profile } from './options.ts';
import type { Visit } from './security.ts';

export type TokenCheck = 'accepted' | 'missing-token' | 'not-signed-in';

/**
 * Up to 8.3 the parameter must be the cookie's token; from 8.4 on the session's as well. A `lin` token must come from
 * a signed-in user. A dead session is told apart from a bad token: its page and cookie still agree (cases 1 and 2).
 */
export function checkToken(visit: Visit, given: string | undefined, profile: Profile): TokenCheck {
  if (visit.skipsCheck) return visit.user ? 'accepted' : 'not-signed-in';
  const sent = given?.replaceAll(/["\s]/g, '');
  if (!sent || sent !== visit.sentToken) return 'missing-token';
  if (!visit.user) return 'not-signed-in';
  if (sent.endsWith('lout')) return 'missing-token';
  if (isBoundToSession(profile) && sent !== visit.session.xsrfToken) return 'missing-token';
  return 'accepted';
}
