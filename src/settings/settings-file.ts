/**
 * The settings file (export and import): what is set for all sites and for each. A bad entry is reported with its
 * place and what was expected, and does not affect the others.
 */
import { siteOfAddress } from '../jira/site-address.ts';
import { parseJson } from '../lib/json.ts';
import type { OwnSettings } from './definitions.ts';
import { isObject, MAX_SITES, readOwnSettings, tooMany, type Expected, type SettingFault } from './validation.ts';

export interface SettingsFile {
  readonly all: OwnSettings;
  /** By the site's address. */
  readonly sites: Readonly<Record<string, OwnSettings>>;
}

/** The text of a file, readable by people too. */
export function textOf(file: SettingsFile): string {
  return `${JSON.stringify({ freshtoken: VERSION, ...file }, null, 2)}\n`;
}

/** Larger files are not read: a file that sets everything for as many sites as allowed is far smaller. */
export const MAX_BYTES = 128 * 1024;

/**
 * Reads a file's text; null stands for a file that is too large. Gives the valid settings, and why the others were
 * refused; no settings if the text is no settings file.
 */
export function readFile(text: string | null): { file: SettingsFile; refused: SettingFault[] } {
  if (text === null) return nothing('file', 'at_most', `${MAX_BYTES / 1024} kB`);
  const content = parseJson(text);
  if (content === undefined) return nothing('file', 'json');
  if (!isObject(content) || content['freshtoken'] !== VERSION) return nothing('freshtoken', 'file', String(VERSION));
  const all = readOwnSettings(content['all'] ?? {}, 'all');
  const refused = [...all.refused];
  const sites: Record<string, OwnSettings> = {};
  const given = content['sites'] ?? {};
  if (!isObject(given)) refused.push({ at: 'sites', expected: 'by_address' });
  const entries = isObject(given) ? Object.entries(given) : [];
  refused.push(...tooMany('sites', entries.length));
  for (const [address, value] of entries.slice(0, MAX_SITES)) {
    const site = siteOfAddress(address);
    const own = readOwnSettings(value, `sites["${address}"]`);
    if (site === null) refused.push({ at: `sites["${address.slice(0, 200)}"]`, expected: 'address' });
    else refused.push(...own.refused);
    if (site !== null && Object.keys(own.fields).length > 0) sites[site] = { ...sites[site], ...own.fields };
  }
  return { file: { all: all.fields, sites }, refused };
}

/** Whether a file sets anything at all. */
export function isEmpty({ all, sites }: SettingsFile): boolean {
  return [all, ...Object.values(sites)].every((own) => Object.keys(own).length === 0);
}

/** Merges a file over the current settings, one setting at a time: what the file does not name stays. */
export function mergedOver(before: SettingsFile, file: SettingsFile): SettingsFile {
  const sites = { ...before.sites };
  for (const [site, own] of Object.entries(file.sites)) sites[site] = { ...sites[site], ...own };
  return { all: { ...before.all, ...file.all }, sites };
}

const VERSION = 1;

function nothing(at: string, expected: Expected, values = ''): ReturnType<typeof readFile> {
  return { file: { all: {}, sites: {} }, refused: [{ at, expected, values }] };
}
