/**
 * Reads a page: whether it is a Jira, of which site, rendered for whom, and with which token. The facts are those of
 * "Which pages are Jira" in docs/jira-xsrf.md.
 */
import { MAX_TIMEOUT_MINUTES } from '../settings/definitions.ts';
import * as selectors from './selectors.ts';
import { Token } from './token.ts';

/** One Jira: origin plus context path, without a slash at the end. It is the key of everything stored per site. */
export type Site = string & { readonly brand: 'Site' };

/**
 * Cloud is recognised only to be left alone: its upload does not use the token. A customer portal of Jira Service
 * Management has no token: its uploads belong to the session.
 */
export type Product = 'jira' | 'portal' | 'cloud';

export interface Page {
  readonly product: Product;
  readonly site: Site;
  /** The user the page was rendered for: '' is anonymous, undefined if the page does not say. */
  readonly user: string | undefined;
  readonly version: string;
  /** The key of the issue that is shown now. */
  readonly issue: string | undefined;
  /** How long a session lasts, as the server states it; undefined if it does not. */
  readonly statedTimeoutMinutes?: number | undefined;
  /** The token that the page's own scripts would send; null if there is none. */
  readonly token: Token | null;
}

/** Addresses are reported without fragment and token, and cut to this length. */
export const LONGEST_ADDRESS = 4096;

export function addressOf({ href }: URL | Location): string {
  return href
    .split('#')[0]!
    .replace(/atl_token=[^&;]*/g, '')
    .slice(0, LONGEST_ADDRESS);
}

/** The parts of a document that this file reads: a parsed string serves as well as a live page. */
type Readable = Pick<Document, 'contentType' | 'querySelector'>;

/**
 * Reads a page. Null if it is no Jira: Confluence, Bitbucket, Bamboo, or a picture or XML that holds Jira's marks.
 * User content stands on Jira's pages too, and may imitate any part of Jira's. So each mark counts only where no user
 * can write: in the head, or as a child of the body itself.
 */
export function readPage(document: Readable, url: URL | Location): Page | null {
  if (document.contentType !== 'text/html') return null;
  const site = siteOfPage(document, url);
  const isPortal = url.href.startsWith(site + PORTAL);
  const plugin = isPortal ? metaContent(document, 'ajs-sdPluginVersion') : undefined;
  const application = document.querySelector(selectors.APPLICATION)?.getAttribute('data-version');
  const version = (plugin ?? application)?.slice(0, LONGEST_VERSION);
  if (version === undefined) return null;
  const isCloud = version.startsWith('1001.') || metaContent(document, 'ajs-cloud-id') !== undefined;
  return {
    product: isCloud ? 'cloud' : plugin ? 'portal' : 'jira',
    site,
    user: metaContent(document, 'ajs-remote-user'),
    version,
    issue: issueShown(document, url),
    statedTimeoutMinutes: statedTimeoutIn(document),
    token: plugin ? null : Token.parse(metaOf(document)?.content),
  };
}

/** The site of a page, whether it is a Jira or not. */
export function siteOfPage(document: Readable, url: URL | Location): Site {
  return siteOf(url, metaContent(document, 'ajs-context-path') ?? '');
}

/**
 * The site of an address. It trusts the address bar, not `ajs-base-url`, which is whatever an administrator once
 * typed; it ignores a context path that the address does not lie under.
 */
export function siteOf(url: URL | Location, contextPath: string): Site {
  const isUnder = /^(\/[\w.~-]+)+$/.test(contextPath) && `${url.pathname}/`.startsWith(`${contextPath}/`);
  return `${url.origin}${isUnder ? contextPath : ''}` as Site;
}

/**
 * The meta tag that page scripts read through `atl_token()`: the first in the document with that id. Jira's own is in
 * the head, before any that an inline dialog or a user brings into the body. If the head has none, ignore one in the
 * body, whatever scripts would send: to compare or renew it would be to believe what a user wrote.
 */
export function metaOf(document: Readable): HTMLMetaElement | null {
  return (
    document.querySelector<HTMLMetaElement>(selectors.TOKEN_META) ??
    document.querySelector<HTMLMetaElement>(selectors.metaNamed('atlassian-token'))
  );
}

/** Why Jira refused a form or a link: its token, a session that had ended, or a request that arrived empty. */
export type Refusal = (typeof selectors.REFUSALS)[number][0];

/**
 * Whether Jira shows this page instead of doing what a form or a link said, because of its token or because nobody is
 * signed in any more. Messages are localised, so this reads structure: the body's class says that the whole page is a
 * message, and so holds nothing that a user wrote; scripts show such a message in one of Jira's dialogs.
 */
export function refusalOn(document: Readable): Refusal | null {
  const has = (mark: string): boolean =>
    document.querySelector(`${selectors.MESSAGE_PAGE} ${mark}, ${selectors.DIALOG} ${mark}`) !== null;
  return selectors.REFUSALS.find(([, mark]) => has(mark))?.[0] ?? null;
}

/** Whether a page is a step of one of Jira's wizards, which keep earlier choices in the session (field case B9). */
export function isWizardStep({ pathname }: URL | Location): boolean {
  return /\/(Bulk|Convert|Move|Migrate|\w*Import)\w+[!.]/.test(pathname);
}

/**
 * The key of the issue that is shown. Boards and the issue navigator show one issue after the other without a load:
 * the issue's header has the current key, the address may be ahead of it, and `ajs-issue-key` may still be the first
 * one's (field cases A2, A3).
 */
export function issueShown(document: Readable, { pathname, search }: URL | Location): string | undefined {
  const inPath = pathname.split('/').at(-1) ?? '';
  const inQuery = new URLSearchParams(search).get('selectedIssue') ?? '';
  const inHeader = document.querySelector(selectors.ISSUE_IN_HEADER)?.getAttribute('data-issue-key') ?? '';
  const ofLoad = metaContent(document, 'ajs-issue-key') ?? '';
  return [inHeader, inPath, inQuery, ofLoad].find((key) => ISSUE_KEY.test(key));
}

const ISSUE_KEY = /^[A-Z][A-Z\d_]{1,30}-\d{1,12}$/;
/** The start of the paths of customer portals. */
const PORTAL = '/servicedesk/customer/';

/** The content of one of Jira's own metas; none if it is longer than a user's name can be. */
function metaContent(document: Readable, name: string): string | undefined {
  const content = document.querySelector<HTMLMetaElement>(selectors.metaNamed(name))?.content;
  return content && content.length > LONGEST_NAME ? undefined : content;
}

/** The longest name of a user or a file in Jira's database. */
export const LONGEST_NAME = 255;
export const LONGEST_VERSION = 64;

/**
 * The session's end minus the request's start, both by the server's clock, in minutes. Anonymous visitors get `-`.
 * Values too short for any session are ignored; more than a week counts as a week.
 */
function statedTimeoutIn(document: Readable): number | undefined {
  const millisOf = (title: string): number => {
    const field = document.querySelector<HTMLInputElement>(selectors.timingNamed(title));
    return field && /^\d{1,15}$/.test(field.value) ? Number(field.value) : NaN;
  };
  const millis = millisOf('session.expiry.time') - millisOf('request.start.millis');
  return millis >= 60_000 ? Math.min(Math.ceil(millis / 60_000), MAX_TIMEOUT_MINUTES) : undefined;
}

/**
 * Where a user signs in, with the way back: to the issue, if the page shows one, and never to an address with a token,
 * which would repeat an action. It is Jira's login page; or the page itself, if a sign-in in front of Jira has ended,
 * because that sign-in stops whoever goes there.
 */
export function signInAddress(site: Site, here: URL | Location, issue: string | undefined, isGateway = false): string {
  const path = here.href.startsWith(`${site}/`) ? here.href.slice(site.length).split('#')[0]! : '/';
  // A user who asks for help at a portal may have no access to the issue.
  const back = issue && !path.startsWith(PORTAL) ? `/browse/${issue}` : path.includes('atl_token') ? '/' : path;
  return site + (isGateway ? back : `/login.jsp?os_destination=${encodeURIComponent(back)}`);
}
