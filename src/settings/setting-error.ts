/** Why a part of a policy or of a settings file was refused: its place, and what was expected there. */

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
  /** The place in the usual notation: `all.banner`. */
  readonly at: string;
  /** The part after `expected_` of a message key in `_locales`. */
  readonly expected: Expected;
  /** What the message is filled in with: the names that exist, or the limit. */
  readonly values?: string;
}
