/** The schema that Chrome and Edge check a policy with: the settings, `sites`, and what only a policy can set. */
import { readFileSync } from 'node:fs';
import { POLICY_ONLY, SETTINGS, type Setting } from '../src/settings/definitions.ts';
import { textOf, type Messages } from './locales.ts';

interface Property {
  readonly title: string;
  readonly description: string;
  readonly type: 'array' | 'boolean' | 'number' | 'string';
  readonly items?: { readonly type: 'string' };
  readonly enum?: readonly string[];
}

/** Titles of keys that have no text, because no user sees them. */
const TITLES = { sites: "Your organisation's Jiras", welcomePage: 'Open the welcome page' };

/**
 * Takes the titles from the English texts and the descriptions from the table of docs/admin.md. Throws, and names what
 * is missing, if they have none for a key.
 */
export function managedSchema(): { type: 'object'; properties: Record<string, Property> } {
  const english = JSON.parse(readFileSync('extension/_locales/en/messages.json', 'utf8')) as Partial<Messages>;
  const rows = readFileSync('docs/admin.md', 'utf8').matchAll(/^\| `(\w+)` \| [^|]+ \| ([^|]+) \| [^|]+ \|$/gm);
  const meanings = new Map([...rows].map(([, key, meaning]) => [key, meaning!.replaceAll('`', '"')]));
  const descriptionOf = (key: string) => meanings.get(key) ?? missing(`a row for ${key} in docs/admin.md`);
  const properties = Object.entries(SETTINGS).map(([key, setting]): [string, Property] => {
    const title = textOf(english[`setting_${key}`] ?? missing(`setting_${key} in the English texts`));
    return [key, { title, description: descriptionOf(key), ...typeOf(setting) }];
  });
  const sites: Property = {
    title: TITLES.sites,
    description: descriptionOf('sites'),
    type: 'array',
    items: { type: 'string' },
  };
  const welcomePage: Property = {
    title: TITLES.welcomePage,
    description: descriptionOf('welcomePage'),
    ...typeOf(POLICY_ONLY.welcomePage),
  };
  return { type: 'object', properties: { sites, ...Object.fromEntries(properties), welcomePage } };
}

function missing(what: string): never {
  throw new Error(`The policy's schema needs ${what}`);
}

function typeOf(setting: Setting): Pick<Property, 'type' | 'enum'> {
  if (!('choices' in setting)) return { type: 'number' };
  const { choices } = setting;
  return choices[0] === true ? { type: 'boolean' } : { type: 'string', enum: choices };
}
