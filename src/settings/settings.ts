/** What a user or an administrator may set, for all sites or for one. What is not set falls back to the next. */
export interface OwnSettings {
  /** How long before its end a session counts as aging; for a short session, a tenth of its length. */
  readonly warningMinutes?: number;
  /** The site's session timeout, used instead of what its pages state. */
  readonly timeoutMinutes?: number;
  /**
   * Whether to keep a session alive that the user is working in: one proof at two thirds of the timeout, when the user
   * types or clicks in a page that sends nothing. Off by default.
   */
  readonly staySignedIn?: boolean;
  /** Whether pages show the banner; the badge is shown either way. */
  readonly banner?: boolean;
  /** Whether to hold attachments and forms until it is sure that Jira accepts them, and to renew their page first. */
  readonly guard?: 'on' | 'off';
  /** Whether a stale page waits for a press, or renews itself once its user is at it and is proven to be the same. */
  readonly renew?: 'ask' | 'auto';
}

/** The settings that hold for a site. */
export interface Settings extends Required<Omit<OwnSettings, 'timeoutMinutes'>> {
  /** The timeouts set by an administrator and by the user: both take precedence over what pages state. */
  readonly policyTimeoutMinutes?: number | undefined;
  readonly setTimeoutMinutes?: number | undefined;
  /** Whether an administrator has set how pages are renewed. */
  readonly isRenewLocked?: boolean | undefined;
}

export const DEFAULT_SETTINGS: Settings = {
  warningMinutes: 30,
  staySignedIn: false,
  banner: true,
  guard: 'on',
  renew: 'ask',
};

/** The timeout assumed if a site's pages state none: Tomcat's, as Jira ships it. */
export const DEFAULT_TIMEOUT_MINUTES = 300;

/** The longest timeout that can be set, or that is believed if a page states it: a week. */
export const MOST_TIMEOUT_MINUTES = 10_080;
