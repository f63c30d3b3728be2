/**
 * Watches one Jira page: gathers its evidence when something happened, has it judged, and tells the banner and
 * the background. It is still while nothing happens: no timer, no observer but of the meta's own attribute.
 */
import { evidenceOf, type Evidence } from '../../src/evidence.ts';
import { metaOf, readPage, type Page } from '../../src/page.ts';
import { askWhoIsSignedIn, type Proof } from '../../src/proof.ts';
import { renewPage } from '../../src/renewal.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../src/settings.ts';
import { Token, tokenInCookies } from '../../src/token.ts';
import { mayRenew, needsProof, verdictOf, type Verdict } from '../../src/verdict.ts';
import { tellBackground } from './background-line.ts';

/** What a look saw. */
export interface Sight {
  readonly page: Page;
  readonly evidence: Evidence;
  readonly verdict: Verdict;
  readonly settings: Settings;
}

export interface Watch {
  /** Looks now. Gives what it saw, null on a page that is no Jira. */
  look(): Promise<Sight | null>;
  /** Looks soon: at once if nothing was looked at lately, otherwise when the burst has passed. */
  lookSoon(): void;
  /** Reports to the background even if nothing has changed since the last time. */
  reportAgain(): void;
  /** Asks Jira who is signed in, then renews the page if it may be. Gives what it saw afterwards. */
  renew(): Promise<Sight | null>;
}

/** A meta can change a thousand times a second; a look every quarter of one is enough for anybody. */
const BETWEEN_LOOKS_MILLIS = 250;
/** Where a cookie flips all the time, asking each time would be a chatter of our own. */
const BETWEEN_PROOFS_MILLIS = 5_000;

export function watchPage(signal: AbortSignal, onSight: (sight: Sight | null) => void): Watch {
  let settings = DEFAULT_SETTINGS;
  let proof: Proof | undefined;
  let renewedFrom: string | undefined;
  let reported = '';
  let proving: Promise<void> | undefined;
  let lookedAt = -Infinity;
  let lookTimer: ReturnType<typeof setTimeout> | undefined;
  let lastLook: Promise<unknown> = Promise.resolve();

  const observer = new MutationObserver(() => lookSoon());
  signal.addEventListener('abort', () => {
    observer.disconnect();
    clearTimeout(lookTimer);
  });

  /** One look at a time, so that the last to start is the last to speak. */
  function look(): Promise<Sight | null> {
    const next = lastLook.then(lookOnce);
    lastLook = next.catch(() => undefined);
    return next;
  }

  async function lookOnce(): Promise<Sight | null> {
    clearTimeout(lookTimer);
    lookTimer = undefined;
    lookedAt = performance.now();
    const sight = await see();
    if (signal.aborted) return sight;
    onSight(sight);
    if (sight) {
      const meta = metaOf(document);
      if (meta) observer.observe(meta, { attributes: true, attributeFilter: ['content'] });
      await report(sight);
      proveIfNeeded(sight);
    }
    return sight;
  }

  async function see(): Promise<Sight | null> {
    const page = readPage(document, location);
    if (!page) return null;
    const cookie = page.product === 'jira' ? await currentCookie() : null;
    const evidence = evidenceOf(page, cookie, { proof, renewedFrom });
    return { page, evidence, settings, verdict: verdictOf(evidence, settings, Date.now()) };
  }

  function lookSoon(): void {
    if (signal.aborted || lookTimer !== undefined) return;
    const wait = lookedAt + BETWEEN_LOOKS_MILLIS - performance.now();
    lookTimer = setTimeout(() => void look(), Math.max(0, wait));
  }

  async function report({ page, evidence }: Sight): Promise<void> {
    const text = JSON.stringify(evidence);
    if (text === reported) return;
    reported = text;
    const answer = await tellBackground({ kind: 'report', site: page.site, evidence });
    if (answer) settings = answer.settings;
  }

  function proveIfNeeded({ page, evidence }: Sight): void {
    if (signal.aborted || !isUserHere() || !needsProof(evidence, settings, Date.now())) return;
    const wait = proof ? proof.at + BETWEEN_PROOFS_MILLIS - Date.now() : 0;
    if (wait > 0) lookTimer ??= setTimeout(() => void look(), Math.min(wait, BETWEEN_PROOFS_MILLIS));
    else void prove(page).then(look);
  }

  /** One proof at a time: who asks while one is under way gets its answer. */
  function prove(page: Page): Promise<void> {
    proving ??= askWhoIsSignedIn(page.site, page.version, (url, init) => fetch(url, init))
      .then(async (answer) => {
        const cookie = await currentCookie();
        proof = { ...answer, at: Date.now(), cookieDigest: cookie?.traits.digest };
      })
      .finally(() => (proving = undefined));
    return proving;
  }

  async function renew(): Promise<Sight | null> {
    const before = await see();
    if (!before) return null;
    await prove(before.page);
    const cookie = await currentCookie();
    const page = readPage(document, location);
    if (signal.aborted || !page?.token || !cookie) return look();
    const evidence = evidenceOf(page, cookie, { proof, renewedFrom });
    if (mayRenew(evidence, settings, Date.now())) {
      renewPage(document, page.token, cookie);
      renewedFrom = page.token.traits.digest;
    }
    return look();
  }

  return {
    look,
    lookSoon,
    renew,
    reportAgain() {
      reported = '';
      void look();
    },
  };
}

/**
 * The token that this page would send. The page's own jar is the right one by itself, in containers and in
 * private windows; where a proxy has made the cookie HttpOnly, only the background can read it.
 */
async function currentCookie(): Promise<Token | null> {
  return tokenInCookies(document.cookie) ?? Token.parse((await tellBackground({ kind: 'cookie' }))?.value);
}

/** A tab nobody is at makes no request. */
function isUserHere(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}
