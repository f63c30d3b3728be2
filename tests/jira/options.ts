/** What an instance of the stand-in can be. */
import type { Clock } from './clock.ts';

/**
 * Version profiles, by what matters here. 7: separator `|`, token bound to the cookie. 8.3: `_`, cookie. 9, 10 and
 * 11: `_`, bound to the session as well. 11 refuses `/rest/auth/1/session`.
 */
export const PROFILES = ['7', '8.3', '9', '10', '11'] as const;
export type Profile = (typeof PROFILES)[number];

interface User {
  readonly name: string;
  readonly password: string;
}

/** Made up, with the password alike. A directory that does not mind the case has let alice in as ALICE too. */
const USERS: readonly User[] = ['alice', 'bob', 'mallory', 'ALICE', 'anna maria', 'jürgen', 'łukasz'].map((name) => ({
  name,
  password: name,
}));

/**
 * How `X-AUSERNAME` writes a name: percent-encoded, with `+` for a blank, in raw Latin-1 with `?` for what that lacks, or in
 * raw UTF-8, which browsers read as Latin-1.
 */
export type NameHeader = 'percent' | 'plus' | 'latin-1' | 'utf-8';

type Jquery = 'none' | '1.7' | '2.2' | '3';

export interface JiraSettings {
  profile: Profile;
  /** The context path: '' or '/jira'. */
  basePath: string;
  serverId: string;
  /** Tomcat's session timeout. */
  timeoutMinutes: number;
  /** Whether a login that asks for it (`os_cookie=true`) is remembered for two weeks; else the wish is ignored. */
  rememberMe: boolean;
  /** With what a Jira 11 answers `/rest/auth/1/session`. */
  sessionRefusal: 401 | 403 | 404;
  /** `jira.xsrf.enabled`. */
  checksTokens: boolean;
  nameHeader: NameHeader;
  /** What `X-Seraph-LoginReason` says to everybody, instead of what is so. */
  loginReason: 'denied' | 'AUTHENTICATED_FAILED' | undefined;
  /** A proxy that makes the token's cookie HttpOnly. */
  httpOnlyCookie: boolean;
  /** The cookie in double quotes, with blanks round the server id, `Version=1` behind it. */
  quotedCookie: boolean;
  /** The session's cookie; administrators of two Jiras on one host rename one, so that only the token's clashes. */
  sessionCookie: string;
  /** Whether answers name their node in `X-ANODEID`. */
  clustered: boolean;
  strictCsp: boolean;
  /** Whether a script in the head listens for drops, pastes and file inputs on the window, and tells what it heard. */
  listensEarly: boolean;
  /** With what the page listens for drops, pastes and file inputs, and where for drops and pastes. */
  jquery: Jquery;
  handlersOn: 'zone' | 'document' | 'window';
  /** The old file input's form: with the token in an input, with an empty one, or with none (then the meta counts). */
  attachFormToken: 'own' | 'empty' | 'none';
  users: readonly User[];
  clock: Clock;
  /** Whether the issue page walks a visitor through what to try. */
  tour: boolean;
  /** Plain pages, or pages that are made of the parts of real ones: AUI's menus and dialogs, and TinyMCE. */
  anatomy: 'plain' | 'real';
  /** The majors of AUI and TinyMCE that the real anatomy is made of. */
  aui: '8' | '9';
  tinymce: '4' | '5' | '6';
  /** Whether editors start in the visual mode. */
  visualEditor: boolean;
  /** Whether the description in the create dialog has an editor too, as the comment has. */
  editorInDialog: boolean;
  /** Whether pages state when the session ends, in `form#jira_request_timing_info`. */
  statesTimeout: boolean;
  /** Whether dashboards rewrite their address while they load. They are then served at `/` too. */
  rewritesAddress: boolean;
  /** Files above it are refused by the real anatomy's drop zones before any request. */
  uploadLimitBytes: number;
  /** Whether the portal's page names the product and its user, as one real page did. */
  portalSaysMore: boolean;
  /** HTML that a user wrote into the description of an issue, shown as it is. */
  userContent: string;
}

export type JiraOptions = Partial<JiraSettings>;

const DEFAULTS: JiraSettings = {
  profile: '9',
  basePath: '',
  serverId: 'BSTA-NDIN-JIRA-0001',
  timeoutMinutes: 300,
  rememberMe: false,
  sessionRefusal: 404,
  checksTokens: true,
  nameHeader: 'percent',
  loginReason: undefined,
  httpOnlyCookie: false,
  quotedCookie: false,
  sessionCookie: 'JSESSIONID',
  clustered: false,
  strictCsp: false,
  listensEarly: false,
  jquery: 'none',
  handlersOn: 'document',
  attachFormToken: 'own',
  users: USERS,
  clock: { now: () => Date.now() },
  tour: false,
  anatomy: 'plain',
  aui: '9',
  tinymce: '5',
  visualEditor: false,
  editorInDialog: false,
  statesTimeout: true,
  rewritesAddress: false,
  uploadLimitBytes: 10_485_760,
  portalSaysMore: false,
  userContent: '',
};

/**
 * Throws on a context path that is none, because '/jira/' and 'jira' would give routes and cookies that never match, and on
 * a jQuery that AUI does not run with. The real anatomy has a jQuery in any case.
 */
export function settingsFrom(options: JiraOptions): JiraSettings {
  const settings = { ...DEFAULTS, ...options };
  if (!/^(\/[\w.~-]+)*$/.test(settings.basePath)) {
    throw new Error(`basePath: expected '' or a path like '/jira', not '${settings.basePath}'`);
  }
  if (settings.anatomy === 'plain') return settings;
  if (settings.jquery === '1.7') throw new Error('jquery: AUI 8 and 9 need 2.2 or 3, not 1.7');
  const jquery = settings.jquery === 'none' ? AUI_JQUERY[settings.aui] : settings.jquery;
  return { ...settings, jquery };
}

/** The jQuery that Jira shipped together with this AUI. */
const AUI_JQUERY = { '8': '2.2', '9': '3' } as const;

export function versionOf(profile: Profile): string {
  return { '7': '7.13.18', '8.3': '8.3.5', '9': '9.12.0', '10': '10.3.2', '11': '11.1.0' }[profile];
}

export function separatorOf(profile: Profile): '|' | '_' {
  return profile === '7' ? '|' : '_';
}

/** From 8.4 on a token is the session's too, so that a new session means a new token. */
export function isBoundToSession(profile: Profile): boolean {
  return profile !== '7' && profile !== '8.3';
}
