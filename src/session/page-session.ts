/**
 * The pageSession of one page: asks Jira who is signed in, and renews the page where the answer allows it. It knows no
 * browser: what it reads and writes goes through the dependencies it is given, so that simulations run it too.
 */
import { evidenceOf, type Cookie, type Evidence } from '../verdict/evidence.ts';
import type { Page } from '../jira/page.ts';
import { isSilent, type Proof, type Reading } from './session-check.ts';
import type { Settings } from '../settings/settings.ts';
import type { Token } from '../jira/token.ts';
import {
  isNamedForSure,
  isOfOwnToken,
  isOwn,
  isProvenFresh,
  isTiedToSession,
  isUncertain,
  mayGoAnyway,
  mayPass,
  mayRenew,
  outcomeOf,
  proofAfter,
  type Sending,
} from '../verdict/verdict.ts';

export interface SessionDependencies {
  /** The page as it is now; null if it is no Jira, or if nothing may be done in it any more. */
  readonly readPage: () => Page | null;
  /** The cookie that the page would send, as far as the page itself can see it and tell that it is its own. */
  readonly glimpseCookie: () => Token | null;
  /** Takes whether to look for other hosts' cookies too, where the page can't see any. */
  readonly readCookie: (page: Page, includesOtherHosts: boolean) => Promise<Cookie>;
  /** Takes whether the user has pressed a button for it. */
  readonly ask: (page: Page, isPressed: boolean) => Promise<Reading>;
  /** Lets some milliseconds pass. */
  readonly pause: (millis: number) => Promise<unknown>;
  /** Writes the current token where the old one stands on the page. */
  readonly write: (page: Page, old: Token, current: Token) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Whether the page was seen from its start: of one that was not, nobody knows where its token is from. */
  readonly isFromStart: boolean;
  /** Another one after the page was left and came back: leaving it cuts a question off. */
  readonly visit: () => string | undefined;
}

/** The tokens that would be sent beside the page's own: a form's address and its input can hold one each. */
export type Sent = () => readonly Token[];

export class PageSession {
  readonly #dependencies: SessionDependencies;
  #proving: Promise<void> | undefined;
  #proof: Proof | undefined;
  /** How many wait for an answer to decide by. */
  #deciding = 0;
  #renewedFrom: string | undefined;
  /** The cookie as it was read last: what a page can't see at once where a proxy has made it HttpOnly. */
  #cookie: Cookie = { token: null };
  /** The digests of the tokens that are known to be the page's user's. */
  readonly #own = new Set<string>();
  /** The digests of all tokens that the page or its cookie was seen with. Any other can be made up, by whoever writes a link. */
  readonly #seen = new Set<string>();
  clock: Evidence['clock'];
  /** Whose a portal is that does not say it. */
  #user: string | undefined;
  /** The digest of the cookie under which the first files of a portal's form were uploaded. */
  #files: string | undefined;
  /** Since when it is said that files are lost which a portal's form names; 0 if it is not. */
  lostAt = 0;

  constructor(dependencies: SessionDependencies) {
    this.#dependencies = dependencies;
    if (dependencies.isFromStart) this.#trust(dependencies.readPage()?.token);
  }

  /** The page as it is now, also a portal that does not say whose it is. */
  get page(): Page | null {
    const page = this.#dependencies.readPage();
    return page && { ...page, user: page.user ?? this.#user };
  }

  /** What is known of a page, by the cookie as it was read last or as it is given. */
  evidenceOf(page: Page, cookie = this.#cookie): Evidence {
    const { clock } = this;
    const [proof, renewedFrom] = [this.#proof, this.#renewedFrom];
    const sent = page.product === 'portal' ? this.#cookie.token : page.token;
    const isTrusted = !sent || this.#own.has(sent.traits.digest);
    const isAdopted = !isTrusted || (!!renewedFrom && !isTiedToSession(page)) || undefined;
    return evidenceOf(page, cookie, { clock, proof, renewedFrom, isAdopted });
  }

  /** What every rule judges by. */
  #judged(page: Page, cookie: Cookie, settings: Settings): [Evidence, Settings, number] {
    return [this.evidenceOf(page, cookie), settings, this.#dependencies.now()];
  }

  /** The page's cookie as it is now. Silence is filed under it as it is judged by: with other hosts' looked for. */
  async readCookie(page: Page, isSilence = false): Promise<Cookie> {
    // An answer that does not name the page's user may be what another host's cookie has brought about.
    const isDoubted = isSilence || (this.#proof && !isOwn(this.#proof, page.user));
    this.#cookie = await this.#dependencies.readCookie(page, isDoubted || !!this.#renewedFrom);
    const { token } = this.#cookie;
    for (const each of [page.token, token]) if (each) this.#seen.add(each.traits.digest);
    if (page.product === 'portal' && token) {
      const { digest } = token.traits;
      if (this.#own.size === 0) this.#trust(token);
      const proof = this.#proof;
      const named = isNamedForSure(proof) && proof.cookieDigest === digest ? proof.user : undefined;
      if (this.#own.has(digest)) this.#user ??= token.login === 'lout' ? '' : named;
    }
    return this.#cookie;
  }

  /** The cookie as it can be told at once: as the page sees it, or, where a proxy hides it from pages, as it was read last. */
  #cookieAtHand(): Cookie {
    return { token: this.#dependencies.glimpseCookie() ?? this.#cookie.token };
  }

  #trust(token: Token | null | undefined): void {
    if (token) this.#own.add(token.traits.digest);
  }

  /** Another tab of the site has shared its proof. The background passes on none out of the future. */
  hear(shared: Proof | undefined): void {
    if (shared && !(this.#proof && this.#proof.at >= shared.at)) this.#proof = shared;
  }

  /** A question that was cut off must not read as Jira's silence, but to what is decided by it. A sign-in in front of Jira has answered. */
  forgetSilence(): void {
    if (this.#deciding > 0) return;
    if (this.#proof && isSilent(this.#proof) && this.#proof.outcome !== 'gateway') this.#proof = undefined;
  }

  /**
   * One proof at a time: who asks while one is under way gets its answer. It is dated from its question, and certain
   * only if the cookie was the same before and after: a login can land while the answer travels. A busy Jira is asked once more,
   * when it wants to be.
   */
  prove(isPressed = false): Promise<void> {
    this.#proving ??= this.#proveNow(isPressed).finally(() => (this.#proving = undefined));
    return this.#proving;
  }

  async #proveNow(isPressed: boolean, isSecond = false): Promise<void> {
    const { ask, now, visit, pause } = this.#dependencies;
    const { page } = this;
    // Jira Cloud is left alone.
    if (!page || page.product === 'cloud') return;
    const before = await this.readCookie(page);
    const [at, left] = [now(), visit()];
    const { retryMillis, ...answer } = await ask(page, isPressed);
    if (retryMillis && !isSecond) {
      await pause(retryMillis);
      return this.#proveNow(isPressed, true);
    }
    const cookie = await this.readCookie(page, isSilent(answer));
    if (left !== visit()) return this.#proveNow(isPressed, isSecond);
    const cookieDigest = digestOf(cookie);
    const isCertain = digestOf(before) === cookieDigest && before.changeCount === cookie.changeCount;
    const proof: Proof = { ...answer, at, cookieDigest, isCertain };
    this.#proof = proofAfter(this.#proof, proof, this.evidenceOf(page, cookie));
    if (isOfOwnToken(proof, page.user)) this.#trust(cookie.token);
    if (this.clock && answer.outcome === 'signed-in') this.clock = { ...this.clock, lastContact: at };
  }

  /** Whether Jira was asked under this cookie within the last second: a page's script can make up a thousand drops in one. */
  #isAnswered(cookie: Cookie): boolean {
    const proof = this.#proof;
    if (!proof || proof.cookieDigest !== digestOf(cookie)) return false;
    return !isUncertain(proof, cookie.token?.traits) && Math.abs(this.#dependencies.now() - proof.at) < 1_000;
  }

  /**
   * The cookie may have turned meanwhile, by our own question (a new session of a remembered user) or by somebody who signed
   * in: then one more makes certain.
   */
  async #proveForSure(isPressed = false): Promise<void> {
    await this.prove(isPressed);
    if (this.#proof && isUncertain(this.#proof, this.#cookie.token?.traits)) await this.prove(isPressed);
  }

  /**
   * Renews the page if it may be, and asks first unless a proof of this moment is known: of a hundred pages that are renewed
   * together one asks, and the others have heard. Up to Jira 8.3 another user can sign in without the cookie's turning: there each
   * asks. Takes whether the user has pressed a button for it. Gives whether the page was renewed.
   */
  async renew(settings: Settings, isPressed = false): Promise<boolean> {
    const { page } = this;
    if (page && isTiedToSession(page) && (await this.#renewAsItIs(settings))) return true;
    await this.#proveForSure(isPressed);
    return this.#renewAsItIs(settings);
  }

  async #renewAsItIs(settings: Settings): Promise<boolean> {
    const before = this.page;
    if (!before) return false;
    const cookie = await this.readCookie(before);
    const { page } = this;
    if (!page || !mayRenew(...this.#judged(page, cookie, settings))) return false;
    this.#write(page, cookie);
    return true;
  }

  /** Whether what is about to be sent may go as it is: what can be told at once, without waiting for anything. */
  mayPass(sending: Sending, sent: Sent, settings: Settings): boolean {
    const { glimpseCookie } = this.#dependencies;
    const { page } = this;
    // Files want the cookie of this moment, and a form or a link is believed by what was known a moment ago.
    const cookie = sending === 'attach' ? { token: glimpseCookie() } : this.#cookieAtHand();
    const may = (each: Page): boolean => mayPass(...this.#judged(each, cookie, settings), sending);
    return (
      !page ||
      settings.guard === 'off' ||
      (this.#tokensOf(page, cookie, sending, sent).every(may) && this.#isWhole(page, cookie, sending))
    );
  }

  /** Whether the page is proven fresh at this moment, by the cookie as it was read last: then what waits may go on. */
  isProven(settings: Settings): boolean {
    const { page } = this;
    const cookie = this.#cookieAtHand();
    return !!page && isProvenFresh(...this.#judged(page, cookie, settings));
  }

  /** Whether the user may have something go though nothing gets through to Jira: judged by each token that goes. */
  mayGoAnyway(sending: Sending, sent: Sent): boolean {
    const { page } = this;
    const cookie = this.#cookieAtHand();
    const tokens = page ? this.#tokensOf(page, cookie, sending, sent) : [];
    return (
      tokens.length > 0 && tokens.every((each) => mayGoAnyway(this.evidenceOf(each, cookie), this.#dependencies.now()))
    );
  }

  /** Makes sure that what is held will be accepted: asks unless it is known, and renews the page and what would be sent. */
  makeSure(sending: Sending, sent: Sent, settings: Settings): Promise<'release' | 'keep'> {
    this.#deciding++;
    return this.#decide(sending, sent, settings).finally(() => this.#deciding--);
  }

  async #decide(sending: Sending, sent: Sent, settings: Settings): Promise<'release' | 'keep'> {
    let { page } = this;
    if (!page || settings.guard === 'off') return 'release';
    // What the answer of this second keeps, where other hosts' cookies were looked for, it keeps for all that came within it.
    const isKnown = this.#cookie.isCrowded !== undefined && this.#isAnswered(this.#cookieAtHand());
    if (isKnown && outcomeOf(...this.#judged(page, this.#cookie, settings), sending) === 'keep') return 'keep';
    let cookie = await this.readCookie(page);
    const isTied = isTiedToSession(page);
    // What is being asked already can be of before somebody signed in under the same cookie.
    if (!isTied) await this.#proving;
    if (!isTied || (!this.isProven(settings) && !this.#isAnswered(cookie))) {
      await this.#proveForSure();
      cookie = await this.readCookie(page);
    }
    ({ page } = this);
    if (!page) return 'release';
    for (const each of this.#tokensOf(page, cookie, sending, sent)) {
      const outcome = outcomeOf(...this.#judged(each, cookie, settings), sending);
      if (outcome === 'keep') return 'keep';
      const isMadeUp = each !== page && !this.#seen.has(each.token!.traits.digest);
      if (outcome === 'renew' && !isMadeUp) this.#write(each, cookie);
    }
    if (this.#isWhole(page, cookie, sending)) return 'release';
    this.lostAt = this.#dependencies.now();
    return 'keep';
  }

  /**
   * Whether the session still has the files that a portal's form names, or its user was told that they are lost. Files that
   * go to it are noted; those that go after a warning make up for what is lost.
   */
  #isWhole({ product }: Page, cookie: Cookie, sending: Sending): boolean {
    const digest = digestOf(cookie);
    const isTold = this.lostAt > 0 && this.#dependencies.now() - this.lostAt > TOLD_MILLIS;
    if (sending === 'send') return !this.#files || this.#files === digest || isTold;
    if (product === 'portal' && (!this.#files || this.lostAt > 0)) {
      this.#files = digest;
      this.lostAt = 0;
    }
    return true;
  }

  /**
   * The page as its scripts see it, and with each other token that is about to be sent. Of a form or a link one that was never seen
   * is made up, and Jira's to refuse. With a file it can be another user's, out of Jira's answer to an upload.
   */
  #tokensOf(page: Page, cookie: Cookie, sending: Sending, sent: Sent): Page[] {
    const pages = [page];
    for (const token of sent()) {
      const isSeen = this.#seen.has(token.traits.digest) || (cookie.token?.equals(token) ?? true);
      if ((isSeen || sending === 'attach') && !pages.some((each) => each.token?.equals(token)))
        pages.push({ ...page, token });
    }
    return pages;
  }

  /** Renews a page that may be: it has a token then, and so has the cookie. */
  #write(page: Page, { token }: Cookie): void {
    this.#dependencies.write(page, page.token!, token!);
    // The proof that allowed it names the page's user under this very cookie.
    this.#trust(token);
    this.#renewedFrom = page.token!.traits.digest;
  }
}

/** A second press that comes sooner was made before the first was told of. */
const TOLD_MILLIS = 1_000;

/** What two reads of the cookie are compared by; undefined where there is none to read. */
function digestOf({ token }: Cookie): string | undefined {
  return token?.traits.digest;
}
