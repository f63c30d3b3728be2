/** The evidence of a page for each verdict, as a tab reports it: for tests of popup and banner. */
import { evidenceOf, type Evidence } from '../../src/verdict/evidence.ts';
import type { Page, Site } from '../../src/jira/page.ts';
import type { Proof, Silence } from '../../src/session/proof-request.ts';
import { Token } from '../../src/jira/token.ts';
import type { VerdictName } from '../../src/verdict/verdict.ts';

const MINUTE = 60_000;
const SERVER = 'B2K4-J9ZM-7QWE-1RTY';

const token = (letter: string, login: 'lin' | 'lout' = 'lin', server = SERVER): Token =>
  Token.parse(`${server}|${letter.repeat(40)}|${login}`)!;
const [OWN, NEW, OUT] = [token('a'), token('b'), token('c', 'lout')];

export interface State {
  /** The verdict, and a variant of it. */
  readonly name: string;
  readonly verdict: VerdictName;
  readonly evidence: Evidence;
  readonly page: Page;
}

/** All states of a page of this site, at a time in epoch milliseconds. */
export function statesAt(now: number, site: Site): State[] {
  const page: Page = { product: 'jira', site, user: 'alice', version: '9.12.0', issue: 'RAIL-7', token: OWN };
  const by = (cookie: Token | null, user = 'alice'): Proof => ({
    outcome: 'signed-in',
    user,
    at: now - 4 * MINUTE,
    cookieDigest: cookie?.traits.digest,
    isCertain: true,
    node: 'node1',
  });
  const silence = (cookie: Token | null, outcome: Silence = 'unreachable'): Proof => ({
    outcome,
    at: now - 1_000,
    cookieDigest: cookie?.traits.digest,
  });
  const contact = (minutesAgo: number): Evidence['clock'] => ({
    lastContact: now - minutesAgo * MINUTE,
    timeoutMinutes: 300,
  });
  const state = (
    name: string,
    cookie: Token | null,
    known: Pick<Evidence, 'clock' | 'proof' | 'renewedFrom' | 'isCrowded'>,
    own: Partial<Page> = {},
  ): State => {
    const of = { ...page, ...own };
    const [verdict] = name.split(', ') as [VerdictName];
    return {
      name,
      verdict,
      page: of,
      evidence: { ...evidenceOf(of, { token: cookie }, { clock: contact(4) }), ...known },
    };
  };
  return [
    state('fresh', OWN, { proof: by(OWN) }),
    state('aging', OWN, { clock: contact(288) }),
    state('lapsed', OWN, { clock: contact(420) }),
    state('stale, possible', NEW, { proof: by(NEW) }),
    state('stale, undone', NEW, { proof: by(NEW), renewedFrom: OWN.traits.digest }),
    state('stale, unproven', NEW, {}),
    state('stale, unanswered', NEW, { proof: silence(NEW) }),
    state('stale, impossible', NEW, { proof: by(NEW) }, { user: undefined }),
    state('stale, crowded', NEW, { isCrowded: true }),
    state('signed-out', OUT, {}),
    state('signed-in', NEW, {}, { user: '', token: OUT }),
    state('other-user', NEW, { proof: by(NEW, 'mallory') }),
    state('other-jira', token('d', 'lin', 'C3L5-K8YN-6PVD-2SUX'), {}),
    state('no-cookie', null, {}),
    state('gateway', OWN, { clock: contact(288), proof: silence(OWN, 'gateway') }),
    state('offline', OWN, { proof: silence(OWN, 'offline') }),
    state('busy', NEW, { proof: silence(NEW, 'busy') }),
    state('unreachable', OWN, { proof: silence(OWN) }),
    state('unknown', OWN, {}, { token: null }),
  ];
}
