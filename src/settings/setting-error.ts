/** Why something that somebody wrote (a policy, a file of settings) was refused: where it stands, and what was expected there. */

export type Expected =
  | 'minutes'
  | 'boolean'
  | 'guard'
  | 'renew'
  | 'object'
  | 'address'
  | 'addresses'
  | 'by_address'
  | 'json'
  | 'file'
  | 'setting'
  | 'at_most';

export interface SettingFault {
  /** The place, as one writes it: `all.banner`. */
  readonly at: string;
  /** A key of the words, in `_locales` as `expected_…`. */
  readonly expected: Expected;
  /** What the words are filled in with: the names that there are, the most that is read. */
  readonly values?: string;
}
