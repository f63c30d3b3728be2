/**
 * Validates settings that come from outside (storage, a policy, a settings file). Each is validated by itself: a bad
 * one is refused with its place and what was expected, and does not affect the others.
 */
import { siteOfAddress } from '../jira/site-address.ts';
import type { Site } from '../jira/page.ts';
import {
  DEFAULT_SETTINGS,
  POLICY_ONLY,
  SETTINGS,
  type OwnSettings,
  type PolicyOnly,
  type Setting,
  type Settings,
} from './definitions.ts';

/**
 * The settings that apply: the policy's; else those of the last narrower layer; else those for all sites. A bad field
 * falls back to the next layer. Unknown fields are ignored.
 */
export function readSettings(stored: unknown, policy: unknown = {}, ...narrower: unknown[]): Settings {
  const layers = [stored, ...narrower].map((layer) => readOwnSettings(layer ?? {}, 'settings').fields);
  const { timeoutMinutes: setTimeoutMinutes, ...set }: OwnSettings = Object.assign({}, ...layers);
  const { timeoutMinutes: policyTimeoutMinutes, ...locked } = readOwnSettings(policy ?? {}, 'policy').fields;
  const isRenewLocked = 'renew' in locked || undefined;
  return { ...DEFAULT_SETTINGS, ...set, ...locked, policyTimeoutMinutes, setTimeoutMinutes, isRenewLocked };
}

/**
 * Settings that somebody wrote, at the place `where`: the valid ones, and why each of the others was refused. One that
 * is undefined, which Firefox keeps in its storage, counts as not set. `others` are the names of what else may be there.
 */
export function readOwnSettings(
  value: unknown,
  where: string,
  others: readonly string[] = [],
): { fields: OwnSettings; refused: SettingFault[] } {
  return readFields(value, where, others, SETTINGS);
}

function readFields(
  value: unknown,
  where: string,
  others: readonly string[],
  definitions: Readonly<Record<string, Setting>>,
): { fields: OwnSettings & PolicyOnly; refused: SettingFault[] } {
  if (!isObject(value)) return { fields: {}, refused: [{ at: where, expected: 'object' }] };
  const fields: Record<string, unknown> = {};
  const refused: SettingFault[] = [];
  for (const [field, setting] of Object.entries(definitions)) {
    if (!Object.hasOwn(value, field) || value[field] === undefined) continue;
    const at = `${where}.${field}`;
    if (isValid(value[field], setting)) fields[field] = value[field];
    else if ('choices' in setting) refused.push({ at, expected: 'choice', values: setting.choices });
    else refused.push({ at, expected: 'minutes', values: String(setting.maxMinutes) });
  }
  const known = [...Object.keys(definitions), ...others];
  const values = known.join(', ');
  for (const field of Object.keys(value).filter((name) => !known.includes(name)))
    refused.push({ at: `${where}.${field.slice(0, 200)}`, expected: 'setting', values });
  return { fields, refused };
}

function isValid(value: unknown, setting: Setting): boolean {
  if ('choices' in setting) return setting.choices.some((choice) => choice === value);
  return typeof value === 'number' && value > 0 && value <= setting.maxMinutes;
}

/**
 * An administrator's settings, what else only a policy can set, and the organisation's Jiras, which a policy can name
 * but only the user can grant.
 */
export function readPolicy(value: unknown): Policy {
  const { fields, refused } = readFields(value, 'policy', ['sites'], { ...SETTINGS, ...POLICY_ONLY });
  const { welcomePage, ...settings } = fields;
  const named = readSites(isObject(value) ? value['sites'] : undefined);
  return { settings, welcomePage, sites: named.sites, refused: [...refused, ...named.refused] };
}

interface Policy {
  readonly settings: OwnSettings;
  readonly welcomePage: boolean | undefined;
  readonly sites: Site[];
  readonly refused: SettingFault[];
}

function readSites(value: unknown): { sites: Site[]; refused: SettingFault[] } {
  if (value === undefined) return { sites: [], refused: [] };
  if (!Array.isArray(value)) return { sites: [], refused: [{ at: 'policy.sites', expected: 'addresses' }] };
  const read = value.slice(0, MAX_SITES).map(siteOfAddress);
  const refused = tooMany('policy.sites', value.length);
  for (const [index, site] of read.entries())
    if (site === null) refused.push({ at: `policy.sites[${index}]`, expected: 'address' });
  return { sites: [...new Set(read.filter((site) => site !== null))], refused };
}

/** The most sites that one file or one policy can set. */
export const MAX_SITES = 200;

export function tooMany(at: string, sites: number): SettingFault[] {
  return sites > MAX_SITES ? [{ at, expected: 'at_most', values: String(MAX_SITES) }] : [];
}

/** Why a part of a policy or of a settings file was refused: its place, and what was expected there. */
export interface SettingFault {
  /** The place in the usual notation: `all.banner`. */
  readonly at: string;
  /** The part after `expected_` of a message key in `_locales`. */
  readonly expected: Expected;
  /** What the message is filled in with: the limit, the names that exist, or the choices, one of which is expected. */
  readonly values?: string | readonly (string | boolean)[];
}

export type Expected =
  'choice' | 'minutes' | 'object' | 'address' | 'addresses' | 'by_address' | 'json' | 'file' | 'setting' | 'at_most';

/** Whether a value has fields: it is neither a list nor null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
