/** What a person or an administrator may set, for all sites or for one. What is not set falls back to the next. */
export interface OwnSettings {
  /** How long before its end a session counts as aging. Short sessions take a tenth of their length instead. */
  readonly warningMinutes?: number;
  /** The site's session timeout, in place of what its pages state. */
  readonly timeoutMinutes?: number;
  /**
   * Whether a session that the user is working in is kept alive: one proof at two thirds of the timeout, when a page
   * is typed or clicked in that sends nothing. Off unless asked for.
   */
  readonly staySignedIn?: boolean;
  /** Whether pages show the banner; the badge speaks either way. */
  readonly banner?: boolean;
  /** Whether attachments and forms are held until it is sure that they will be accepted, and their page is renewed first. */
  readonly guard?: 'on' | 'off';
  /** Whether a stale page waits for a press, or renews itself as soon as its user is at it and proven to be. */
  readonly renew?: 'ask' | 'auto';
}

/** The settings that hold for a site. */
export interface Settings extends Required<Omit<OwnSettings, 'timeoutMinutes'>> {
  /** The timeout that an administrator says holds, and the one that the user has set: both before what pages state. */
  readonly policyTimeoutMinutes?: number | undefined;
  readonly setTimeoutMinutes?: number | undefined;
  /** Whether an administrator says how pages are renewed. */
  readonly isRenewLocked?: boolean | undefined;
}

export const DEFAULT_SETTINGS: Settings = {
  warningMinutes: 30,
  staySignedIn: false,
  banner: true,
  guard: 'on',
  renew: 'ask',
};

/** The timeout believed of a site whose pages state none: Tomcat's as Jira ships it. */
export const DEFAULT_TIMEOUT_MINUTES = 300;

/** The longest that can be set, and that a page is believed to state: a week. */
export const MOST_TIMEOUT_MINUTES = 10_080;
