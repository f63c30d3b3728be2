/** The schema that Chrome and Edge check a policy with: its keys are the settings, and `sites`. */
import { readFileSync } from 'node:fs';
import { SETTINGS, type Setting } from '../src/settings/settings.ts';
import { textOf, type Messages } from './locales.ts';

interface Property {
  readonly title: string;
  readonly description: string;
  readonly type: 'array' | 'boolean' | 'number' | 'string';
  readonly items?: { readonly type: 'string' };
  readonly enum?: readonly string[];
}

/**
 * Takes the titles from the English texts and the descriptions from the table of docs/admin.md. Throws, and names the
 * key, if the table has no row for it.
 */
export function managedSchema(): { type: 'object'; properties: Record<string, Property> } {
  const english = JSON.parse(readFileSync('extension/_locales/en/messages.json', 'utf8')) as Messages;
  const rows = readFileSync('docs/admin.md', 'utf8').matchAll(/^\| `(\w+)` \| [^|]+ \| ([^|]+) \| [^|]+ \|$/gm);
  const meanings = new Map([...rows].map(([, key, meaning]) => [key, meaning!.replaceAll('`', '"')]));
  const property = (key: string, title: string, type: Omit<Property, 'title' | 'description'>): [string, Property] => {
    const description = meanings.get(key);
    if (!description) throw new Error(`docs/admin.md has no row for ${key}`);
    return [key, { title, description, ...type }];
  };
  const properties = Object.entries(SETTINGS).map(([key, setting]) =>
    property(key, textOf(english[`setting_${key}`]!), typeOf(setting)),
  );
  const sites = property('sites', "Your organisation's Jiras", { type: 'array', items: { type: 'string' } });
  return { type: 'object', properties: Object.fromEntries([sites, ...properties]) };
}

function typeOf(setting: Setting): Pick<Property, 'type' | 'enum'> {
  if (!('choices' in setting)) return { type: 'number' };
  return setting.choices[0] === true
    ? { type: 'boolean' }
    : { type: 'string', enum: setting.choices as [string, string] };
}
