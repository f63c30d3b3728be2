/**
 * What a page is: a Jira or not, of which site, rendered for whom, holding which token.
 * The marks are those of "Which pages are Jira" in docs/jira-xsrf.md.
 */
import { MOST_TIMEOUT_MINUTES } from '../settings/settings.ts';
import { Token } from './token.ts';

/** One Jira: origin plus context path, with no slash at the end. It is the key of everything kept per site. */
export type Site = string & { readonly brand: 'Site' };

/**
 * Cloud is recognised to be left alone: its upload does not use the token. A customer portal of Jira Service Management has no
 * token: what it uploads is the session's.
 */
export type Product = 'jira' | 'portal' | 'cloud';

export interface Page {
  readonly product: Product;
  readonly site: Site;
  /** The user the page was rendered for: '' is anonymous, undefined where the page does not say. */
  readonly user: string | undefined;
  readonly version: string;
  /** The key of the issue that is shown now. */
  readonly issue: string | undefined;
  /** How long a session lasts, as the server states it; undefined where it doesn't. */
  readonly statedTimeoutMinutes?: number | undefined;
  /** The token that the page's own scripts would send; null where there is none. */
  readonly token: Token | null;
}

/** Addresses are reported without their fragment and without a token, and no longer than this. */
export const LONGEST_ADDRESS = 4096;

export function addressOf({ href }: URL | Location): string {
  return href
    .split('#')[0]!
    .replace(/atl_token=[^&;]*/g, '')
    .slice(0, LONGEST_ADDRESS);
}

/** The parts of a document that this file reads, so that a parsed string serves as well as a live page. */
type Readable = Pick<Document, 'contentType' | 'querySelector'>;

/**
 * Reads a page. Null if it is no Jira; Confluence, Bitbucket and Bamboo are none, nor is a picture or XML that holds Jira's
 * marks. What users write stands on Jira's pages too, and may hold whatever Jira's own parts do: so each mark counts only where
 * no user can write, in the head or as a child of the body itself.
 */
export function readPage(document: Readable, url: URL | Location): Page | null {
  if (document.contentType !== 'text/html') return null;
  const site = siteOfPage(document, url);
  const isPortal = url.href.startsWith(site + PORTAL);
  const plugin = isPortal ? contentOf(document, 'ajs-sdPluginVersion') : undefined;
  const application = document.querySelector(APPLICATION)?.getAttribute('data-version');
  const version = (plugin ?? application)?.slice(0, LONGEST_VERSION);
  if (version === undefined) return null;
  const isCloud = version.startsWith('1001.') || contentOf(document, 'ajs-cloud-id') !== undefined;
  return {
    product: isCloud ? 'cloud' : plugin ? 'portal' : 'jira',
    site,
    user: contentOf(document, 'ajs-remote-user'),
    version,
    issue: issueShown(document, url),
    statedTimeoutMinutes: statedTimeoutIn(document),
    token: plugin ? null : Token.parse(metaOf(document)?.content),
  };
}

/** The site of a page, whether it is a Jira or not. */
export function siteOfPage(document: Readable, url: URL | Location): Site {
  return siteOf(url, contentOf(document, 'ajs-context-path') ?? '');
}

/**
 * The site of an address. The address bar is trusted, not `ajs-base-url`, which is whatever an administrator
 * once typed; a context path that the address does not lie under is not believed either.
 */
export function siteOf(url: URL | Location, contextPath: string): Site {
  const isUnder = /^(\/[\w.~-]+)+$/.test(contextPath) && `${url.pathname}/`.startsWith(`${contextPath}/`);
  return `${url.origin}${isUnder ? contextPath : ''}` as Site;
}

/**
 * The meta tag that page scripts read through `atl_token()`: the first in the document with that id. Jira's own is in the
 * head, before any that an inline dialog or a user brings into the body. Where the head has none, one in the body is no token
 * of Jira's, whatever scripts would send: to compare or renew it would be to believe what a user wrote.
 */
export function metaOf(document: Readable): HTMLMetaElement | null {
  return (
    document.querySelector<HTMLMetaElement>('head > meta#atlassian-token') ??
    document.querySelector<HTMLMetaElement>('head > meta[name="atlassian-token"]')
  );
}

/** Jira's own dialogs are children of the body itself, where no user can write. */
export const DIALOG = 'body > :is(.aui-dialog2, .jira-dialog)';

/** Why Jira did not do what a form or a link said: its token, a session that had ended, or a request that arrived empty. */
export type Refusal = 'token' | 'session' | 'empty';

/**
 * Whether a page is what Jira shows instead of doing what a form or a link said: because of its token, or because nobody
 * is signed in any more. Messages are localised; what is read here is structure: the body's class says that the page as a
 * whole is a message, and so holds nothing that a user wrote; and a script shows one in a dialog of its own.
 */
export function refusalOn(document: Readable): Refusal | null {
  const has = (mark: string): boolean =>
    document.querySelector(`body.page-type-message ${mark}, ${DIALOG} ${mark}`) !== null;
  if (has('#xsrf-no-params')) return 'empty';
  if (has('.xsrf-session-expired')) return 'session';
  return has(':is(#xsrf-error, .xsrf-check-failed, #atl_token_retry_form)') ? 'token' : null;
}

/** Whether a page is a step of one of Jira's wizards, which keep what was chosen before in the session (field case B9). */
export function isStep({ pathname }: URL | Location): boolean {
  return /\/(Bulk|Convert|Move|Migrate|\w*Import)\w+[!.]/.test(pathname);
}

/**
 * The key of the issue that is shown. Boards and the issue navigator show one issue after the other without a load: the
 * key in the issue's header says which, the address may be ahead of it, and `ajs-issue-key` may still be the first one's
 * (field cases A2, A3).
 */
export function issueShown(document: Readable, { pathname, search }: URL | Location): string | undefined {
  const inPath = pathname.split('/').at(-1) ?? '';
  const inQuery = new URLSearchParams(search).get('selectedIssue') ?? '';
  const inHeader = document.querySelector('a#key-val')?.getAttribute('data-issue-key') ?? '';
  const ofLoad = contentOf(document, 'ajs-issue-key') ?? '';
  return [inHeader, inPath, inQuery, ofLoad].find((key) => ISSUE_KEY.test(key));
}

const ISSUE_KEY = /^[A-Z][A-Z\d_]{1,30}-\d{1,12}$/;
/** What the paths of customer portals begin with. */
const PORTAL = '/servicedesk/customer/';
const APPLICATION = 'head > meta[name="application-name"][data-name="jira" i][data-version]';

/** Jira's own word, which is no longer than a user's name can be. */
function contentOf(document: Readable, name: string): string | undefined {
  const content = document.querySelector<HTMLMetaElement>(`head > meta[name="${name}"]`)?.content;
  return content && content.length > LONGEST_NAME ? undefined : content;
}

/** As long as a user's name, or a file's, may be in Jira's database. */
export const LONGEST_NAME = 255;
export const LONGEST_VERSION = 64;

/**
 * The session's end less the request's start, both by the server's own clock, in minutes. Anonymous visitors are told `-`. What
 * is shorter than any session is not believed, and more than a week counts as a week.
 */
function statedTimeoutIn(document: Readable): number | undefined {
  const form = document.querySelector('body > form#jira_request_timing_info');
  const millisOf = (title: string): number => {
    const field = form?.querySelector<HTMLInputElement>(`input[type="hidden"][title="jira.${title}"]`);
    return field && /^\d{1,15}$/.test(field.value) ? Number(field.value) : NaN;
  };
  const millis = millisOf('session.expiry.time') - millisOf('request.start.millis');
  return millis >= 60_000 ? Math.min(Math.ceil(millis / 60_000), MOST_TIMEOUT_MINUTES) : undefined;
}

/**
 * Where a user signs in, with the way back to where they are: to the issue, if the page is one's, and never to an address that
 * carries a token, which would be an action done again. Jira's own login page; or the page itself, where what has ended is a sign-in
 * in front of Jira, which stops whoever goes there.
 */
export function signInAddress(site: Site, here: URL | Location, issue: string | undefined, isGateway = false): string {
  const path = here.href.startsWith(`${site}/`) ? here.href.slice(site.length).split('#')[0]! : '/';
  // Who asks for help at a portal need not be let in to the issue.
  const back = issue && !path.startsWith(PORTAL) ? `/browse/${issue}` : path.includes('atl_token') ? '/' : path;
  return site + (isGateway ? back : `/login.jsp?os_destination=${encodeURIComponent(back)}`);
}
