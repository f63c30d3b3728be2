/**
 * The session of one page: asks Jira who is signed in, and renews the page if the answer allows it. It uses no browser
 * API: it reads and writes through its dependencies, so that simulations run it too.
 */
import { evidenceOf, type Cookie, type Evidence } from '../verdict/evidence.ts';
import type { Page } from '../jira/page.ts';
import { isSilent, type Proof, type ProofAnswer } from './proof-request.ts';
import type { Settings } from '../settings/definitions.ts';
import type { Token } from '../jira/token.ts';
import type { Renewal } from '../jira/page-renewal.ts';
import {
  isCertainlySignedIn,
  provesOwnToken,
  namesPageUser,
  isProvenFresh,
  hasTokenPerSession,
  isUncertain,
  maySendAnyway,
  mayPass,
  mayRenew,
  outcomeOf,
  proofAfter,
  type AttemptKind,
} from '../verdict/verdict.ts';

export interface SessionDependencies {
  /** The page as it is now; null if it is no Jira, or must not be touched any more. */
  readonly readPage: () => Page | null;
  /** The cookie that the page would send, if the page can see it and tell that it is its own. */
  readonly visibleCookie: () => Token | null;
  /** Takes whether to look for other hosts' cookies too, if the page can't see any. */
  readonly readCookie: (page: Page, includesOtherHosts: boolean) => Promise<Cookie>;
  /** Takes whether the user has pressed a button for it. */
  readonly ask: (page: Page, isPressed: boolean) => Promise<ProofAnswer>;
  readonly pause: (millis: number) => Promise<unknown>;
  /** Replaces the old token on the page by the current one. */
  readonly write: (renewal: Renewal) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Whether the page was seen from its start; otherwise nobody knows where its token is from. */
  readonly isFromStart: boolean;
  /** Changes when the page was left and came back: leaving it cancels a question. */
  readonly currentVisit: () => string | undefined;
}

/** The tokens that would be sent beside the page's own: a form's address and its input can each hold one. */
export type SentTokens = () => readonly Token[];

export class PageSession {
  readonly #dependencies: SessionDependencies;
  #proving: Promise<void> | undefined;
  #proof: Proof | undefined;
  /** How many decisions wait for an answer. */
  #pendingDecisions = 0;
  #renewedFrom: string | undefined;
  /** The cookie as it was read last: the page can't see it at once if a proxy has made it HttpOnly. */
  #cookie: Cookie = { token: null };
  /** The digests of the tokens that are known to be the page's user's. */
  readonly #ownTokens = new Set<string>();
  /** The digests of all tokens seen in the page or its cookie. Any other can be made up, by whoever writes a link. */
  readonly #seenTokens = new Set<string>();
  clock: Evidence['clock'];
  /** The user of a portal that does not name its user. */
  #user: string | undefined;
  /** The digest of the cookie under which the first files of a portal's form were uploaded. */
  #filesUploadedUnder: string | undefined;
  /** Since when the UI says that files named in a portal's form are lost; 0 if it does not. */
  filesLostAt = 0;

  constructor(dependencies: SessionDependencies) {
    this.#dependencies = dependencies;
    if (dependencies.isFromStart) this.#trust(dependencies.readPage()?.token);
  }

  /** The page as it is now, with the user added to a portal that does not name its user. */
  get page(): Page | null {
    const page = this.#dependencies.readPage();
    return page && { ...page, user: page.user ?? this.#user };
  }

  /** What is known of a page, by the cookie as it was read last or as it is given. */
  evidenceOf(page: Page, cookie = this.#cookie): Evidence {
    const { clock } = this;
    const [proof, renewedFrom] = [this.#proof, this.#renewedFrom];
    const sent = page.product === 'portal' ? this.#cookie.token : page.token;
    const isTrusted = !sent || this.#ownTokens.has(sent.traits.digest);
    const isAdopted = !isTrusted || (!!renewedFrom && !hasTokenPerSession(page)) || undefined;
    return evidenceOf(page, cookie, { clock, proof, renewedFrom, isAdopted });
  }

  /** The arguments that every rule takes. */
  #ruleArguments(page: Page, cookie: Cookie, settings: Settings): [Evidence, Settings, number] {
    return [this.evidenceOf(page, cookie), settings, this.#dependencies.now()];
  }

  /** Reads the page's cookie. After a silent answer it looks for other hosts' cookies too, as later reads will. */
  async readCookie(page: Page, isSilence = false): Promise<Cookie> {
    // Another host's cookie may have caused an answer that does not name the page's user.
    const isDoubted = isSilence || (this.#proof && !namesPageUser(this.#proof, page.user));
    this.#cookie = await this.#dependencies.readCookie(page, isDoubted || !!this.#renewedFrom);
    const { token } = this.#cookie;
    for (const each of [page.token, token]) if (each) this.#seenTokens.add(each.traits.digest);
    if (page.product === 'portal' && token) {
      const { digest } = token.traits;
      if (this.#ownTokens.size === 0) this.#trust(token);
      const proof = this.#proof;
      const named = isCertainlySignedIn(proof) && proof.cookieDigest === digest ? proof.user : undefined;
      if (this.#ownTokens.has(digest)) this.#user ??= token.login === 'lout' ? '' : named;
    }
    return this.#cookie;
  }

  /** The cookie available at once: as the page sees it, or, if a proxy hides it from pages, as it was read last. */
  #cookieAtHand(): Cookie {
    return { token: this.#dependencies.visibleCookie() ?? this.#cookie.token };
  }

  #trust(token: Token | null | undefined): void {
    if (token) this.#ownTokens.add(token.traits.digest);
  }

  /** Takes a proof that another tab of the site has shared. The background passes on none from the future. */
  takeSharedProof(shared: Proof | undefined): void {
    if (shared && !(this.#proof && this.#proof.at >= shared.at)) this.#proof = shared;
  }

  /** Drops the silence of a cancelled question, unless a decision depends on it. A gateway has answered. */
  forgetSilence(): void {
    if (this.#pendingDecisions > 0) return;
    if (this.#proof && isSilent(this.#proof) && this.#proof.outcome !== 'gateway') this.#proof = undefined;
  }

  /**
   * One proof at a time: a call during a question gets that question's answer. A proof is dated from its question, and
   * certain only if the cookie was the same before and after: a login can happen while the answer is in flight. A busy
   * Jira is asked once more, at the time it names.
   */
  prove(isPressed = false): Promise<void> {
    this.#proving ??= this.#proveNow(isPressed).finally(() => (this.#proving = undefined));
    return this.#proving;
  }

  async #proveNow(isPressed: boolean, isSecond = false): Promise<void> {
    const { ask, now, currentVisit, pause } = this.#dependencies;
    const { page } = this;
    // Jira Cloud is left alone.
    if (!page || page.product === 'cloud') return;
    const before = await this.readCookie(page);
    const [at, visitAtQuestion] = [now(), currentVisit()];
    const { retryMillis, ...answer } = await ask(page, isPressed);
    if (retryMillis && !isSecond) {
      await pause(retryMillis);
      return this.#proveNow(isPressed, true);
    }
    const cookie = await this.readCookie(page, isSilent(answer));
    if (visitAtQuestion !== currentVisit()) return this.#proveNow(isPressed, isSecond);
    const cookieDigest = digestOf(cookie);
    const isCertain = digestOf(before) === cookieDigest && before.changeCount === cookie.changeCount;
    const proof: Proof = { ...answer, at, cookieDigest, isCertain };
    this.#proof = proofAfter(this.#proof, proof, this.evidenceOf(page, cookie));
    if (provesOwnToken(proof, page.user)) this.#trust(cookie.token);
    if (this.clock && answer.outcome === 'signed-in') this.clock = { ...this.clock, lastContact: at };
  }

  /** Whether Jira was asked under this cookie within a second: a page's script can create a thousand drops in one. */
  #isAnswered(cookie: Cookie): boolean {
    const proof = this.#proof;
    if (!proof || proof.cookieDigest !== digestOf(cookie)) return false;
    return !isUncertain(proof, cookie.token?.traits) && Math.abs(this.#dependencies.now() - proof.at) < 1_000;
  }

  /**
   * The cookie may have changed meanwhile, by our own question (a new session of a remembered user) or by a login:
   * then a second question makes certain.
   */
  async #proveForSure(isPressed = false): Promise<void> {
    await this.prove(isPressed);
    if (this.#proof && isUncertain(this.#proof, this.#cookie.token?.traits)) await this.prove(isPressed);
  }

  /**
   * Renews the page if allowed. Asks first unless a current proof is known: of a hundred pages renewed together one
   * asks, and the others receive its proof. Up to Jira 8.3 the user can change while the cookie does not: there each
   * asks. Takes whether the user has pressed a button for it. Gives whether the page was renewed.
   */
  async renew(settings: Settings, isPressed = false): Promise<boolean> {
    const { page } = this;
    if (page && hasTokenPerSession(page) && (await this.#renewAsItIs(settings))) return true;
    await this.#proveForSure(isPressed);
    return this.#renewAsItIs(settings);
  }

  async #renewAsItIs(settings: Settings): Promise<boolean> {
    const before = this.page;
    if (!before) return false;
    const cookie = await this.readCookie(before);
    const { page } = this;
    if (!page || !mayRenew(...this.#ruleArguments(page, cookie, settings))) return false;
    this.#write(page, cookie);
    return true;
  }

  /** Whether an attempt may go as it is, decided at once, without waiting for anything. */
  mayPass(sending: AttemptKind, sent: SentTokens, settings: Settings): boolean {
    const { visibleCookie } = this.#dependencies;
    const { page } = this;
    // Files need the cookie of this moment; for a form or a link what was known a moment ago is enough.
    const cookie = sending === 'attach' ? { token: visibleCookie() } : this.#cookieAtHand();
    const may = (each: Page): boolean => mayPass(...this.#ruleArguments(each, cookie, settings), sending);
    return (
      !page ||
      settings.guard === 'off' ||
      (this.#tokensOf(page, cookie, sending, sent).every(may) && this.#hasFormFiles(page, cookie, sending))
    );
  }

  /** Whether the page is proven fresh now, by the cookie as it was read last: then parked files may go on. */
  isProven(settings: Settings): boolean {
    const { page } = this;
    const cookie = this.#cookieAtHand();
    return !!page && isProvenFresh(...this.#ruleArguments(page, cookie, settings));
  }

  /** Whether the user may send an attempt although nothing gets through to Jira: judged for each token it sends. */
  maySendAnyway(sending: AttemptKind, sent: SentTokens): boolean {
    const { page } = this;
    const cookie = this.#cookieAtHand();
    const tokens = page ? this.#tokensOf(page, cookie, sending, sent) : [];
    return (
      tokens.length > 0 &&
      tokens.every((each) => maySendAnyway(this.evidenceOf(each, cookie), this.#dependencies.now()))
    );
  }

  /** Makes sure that Jira will accept an attempt: asks unless it is known, and renews the page and the tokens sent. */
  ensureAccepted(sending: AttemptKind, sent: SentTokens, settings: Settings): Promise<'release' | 'keep'> {
    this.#pendingDecisions++;
    return this.#decide(sending, sent, settings).finally(() => this.#pendingDecisions--);
  }

  async #decide(sending: AttemptKind, sent: SentTokens, settings: Settings): Promise<'release' | 'keep'> {
    let { page } = this;
    if (!page || settings.guard === 'off') return 'release';
    // If an answer less than a second old says keep (other hosts' cookies were looked for), that is enough.
    const isKnown = this.#cookie.isCrowded !== undefined && this.#isAnswered(this.#cookieAtHand());
    if (isKnown && outcomeOf(...this.#ruleArguments(page, this.#cookie, settings), sending) === 'keep') return 'keep';
    let cookie = await this.readCookie(page);
    const isTied = hasTokenPerSession(page);
    // A question under way can predate another user's login under the same cookie.
    if (!isTied) await this.#proving;
    if (!isTied || (!this.isProven(settings) && !this.#isAnswered(cookie))) {
      await this.#proveForSure();
      cookie = await this.readCookie(page);
    }
    ({ page } = this);
    if (!page) return 'release';
    for (const each of this.#tokensOf(page, cookie, sending, sent)) {
      const outcome = outcomeOf(...this.#ruleArguments(each, cookie, settings), sending);
      if (outcome === 'keep') return 'keep';
      const isMadeUp = each !== page && !this.#seenTokens.has(each.token!.traits.digest);
      if (outcome === 'renew' && !isMadeUp) this.#write(each, cookie);
    }
    if (this.#hasFormFiles(page, cookie, sending)) return 'release';
    this.filesLostAt = this.#dependencies.now();
    return 'keep';
  }

  /**
   * Whether the session still has the files that a portal's form names, or its user was told that they are lost. Notes
   * files that are uploaded to the session; files uploaded after a warning replace the lost ones.
   */
  #hasFormFiles({ product }: Page, cookie: Cookie, sending: AttemptKind): boolean {
    const digest = digestOf(cookie);
    const isWarned = this.filesLostAt > 0 && this.#dependencies.now() - this.filesLostAt > WARNING_MILLIS;
    if (sending === 'send') return !this.#filesUploadedUnder || this.#filesUploadedUnder === digest || isWarned;
    if (product === 'portal' && (!this.#filesUploadedUnder || this.filesLostAt > 0)) {
      this.#filesUploadedUnder = digest;
      this.filesLostAt = 0;
    }
    return true;
  }

  /**
   * The page as its scripts see it, and with each other token that would be sent. A token of a form or a link that was
   * never seen is made up, and Jira refuses it. With a file it can be another user's, from the answer to an upload.
   */
  #tokensOf(page: Page, cookie: Cookie, sending: AttemptKind, sent: SentTokens): Page[] {
    const pages = [page];
    for (const token of sent()) {
      const isSeen = this.#seenTokens.has(token.traits.digest) || (cookie.token?.equals(token) ?? true);
      if ((isSeen || sending === 'attach') && !pages.some((each) => each.token?.equals(token)))
        pages.push({ ...page, token });
    }
    return pages;
  }

  /** Renews a page that may be renewed: then it has a token, and so has the cookie. */
  #write(page: Page, { token }: Cookie): void {
    this.#dependencies.write({ site: page.site, old: page.token!, current: token! });
    // The proof that allowed it names the page's user under this very cookie.
    this.#trust(token);
    this.#renewedFrom = page.token!.traits.digest;
  }
}

/** A second press sooner than this was made before the user could see the warning. */
const WARNING_MILLIS = 1_000;

/** By this two reads of the cookie are compared; undefined if there is none to read. */
function digestOf({ token }: Cookie): string | undefined {
  return token?.traits.digest;
}
