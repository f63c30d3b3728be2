/** What a person or an administrator may set, with what holds where nothing is set. */
export interface Settings {
  /** How long before its end a session counts as aging. Short sessions take a tenth of their length instead. */
  readonly warningMinutes: number;
  /** The timeout believed of a site of which nothing else is known: Tomcat's as Jira ships it. */
  readonly timeoutMinutes: number;
  /**
   * Whether a session that the user is working in is kept alive: one proof at two thirds of the timeout, when a page
   * is typed or clicked in that sends nothing. Off unless asked for.
   */
  readonly staySignedIn: boolean;
  /** The timeout that an administrator says holds, and the one that the user has set: both before what was learned. */
  readonly policyTimeoutMinutes?: number | undefined;
  readonly setTimeoutMinutes?: number | undefined;
  /** Whether pages show the banner; the badge speaks either way. */
  readonly banner: boolean;
  /**
   * Whether attachments and forms are held until it is sure that they will be accepted: `on` renews the page by itself,
   * `ask` keeps them until the user has pressed "Renew this page", `off` holds nothing.
   */
  readonly guard: 'on' | 'ask' | 'off';
}

export const DEFAULT_SETTINGS: Settings = {
  warningMinutes: 30,
  timeoutMinutes: 300,
  staySignedIn: false,
  banner: true,
  guard: 'on',
};
