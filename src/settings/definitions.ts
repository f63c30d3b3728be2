/**
 * What can be set: for all sites, for one site, and by an administrator's policy. `SETTINGS` defines each setting. Its
 * type, its validation, its policy key and its field in the options (with the text `setting_NAME`) are made from that.
 * `POLICY_ONLY` defines what only a policy can set: it has no field and is in no settings file.
 */

/** What applies while nothing is set. */
export const DEFAULT_SETTINGS: Settings = {
  guard: 'on',
  warningMinutes: 30,
  banner: true,
  staySignedIn: false,
  renew: 'ask',
};

/** The timeout assumed if none is set and a site's pages state none: Tomcat's, as Jira ships it. */
export const DEFAULT_TIMEOUT_MINUTES = 300;

/** The longest timeout that can be set, or that is believed if a page states it: a week. */
export const MAX_TIMEOUT_MINUTES = 10_080;

/** Two choices, shown as a switch that is on for the choice `on`; or minutes above 0, with fractions. */
export type Setting =
  | { readonly choices: readonly [string, string] | readonly [true, false]; readonly on: string | true }
  | { readonly maxMinutes: number };

const YES_NO = { choices: [true, false], on: true } as const;
const MINUTES = { maxMinutes: MAX_TIMEOUT_MINUTES };

/** In the order of the options. The content script contains none of this, only the constants above. */
export const SETTINGS = {
  /** Whether to hold attachments and forms until it is sure that Jira accepts them, and to renew their page first. */
  guard: { choices: ['on', 'off'], on: 'on' },
  /** The site's session timeout, used instead of what its pages state. */
  timeoutMinutes: MINUTES,
  /** How long before its end a session counts as aging; for a short session, a tenth of its length. */
  warningMinutes: MINUTES,
  /** Whether pages show the banner; the badge is shown either way. */
  banner: YES_NO,
  /** Whether one proof at two thirds of the timeout keeps a session alive whose user works and sends nothing. */
  staySignedIn: YES_NO,
  /** Whether a stale page waits for a press, or renews itself once its user is at it and is proven to be the same. */
  renew: { choices: ['ask', 'auto'], on: 'auto' },
} as const satisfies Readonly<Record<string, Setting>>;

/** Each concerns a time at which no user could have set it. */
export const POLICY_ONLY = {
  /** Whether the welcome page opens after the installation. */
  welcomePage: YES_NO,
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof SETTINGS;

type Value<Of extends Setting> = Of extends { choices: readonly (infer Choice)[] } ? Choice : number;

/** What a user or an administrator has set, for all sites or for one. What is not set falls back to the next. */
export type OwnSettings = { readonly [Name in SettingName]?: Value<(typeof SETTINGS)[Name]> };

/** What an administrator has set beside the settings. */
export type PolicyOnly = { readonly [Name in keyof typeof POLICY_ONLY]?: Value<(typeof POLICY_ONLY)[Name]> };

/** The settings that hold for a site. */
export interface Settings extends Required<Omit<OwnSettings, 'timeoutMinutes'>> {
  /** The timeouts set by an administrator and by the user: both take precedence over what pages state. */
  readonly policyTimeoutMinutes?: number | undefined;
  readonly setTimeoutMinutes?: number | undefined;
  /** Whether an administrator has set how pages are renewed. */
  readonly isRenewLocked?: boolean | undefined;
}
