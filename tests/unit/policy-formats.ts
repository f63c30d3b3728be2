/** Policies as Windows' registry editor imports them, and as configuration profiles for macOS. */
import { createHash } from 'node:crypto';

/** Numbers and switches are DWORDs, texts are strings, and a list is a key of its own with numbered values. */
export function registryFile(key: string, values: object): string {
  const sections = Object.entries(values).filter(([, value]) => Array.isArray(value)) as [string, string[]][];
  const lines = [
    'Windows Registry Editor Version 5.00',
    '',
    `[${key}]`,
    ...Object.entries(values).flatMap(([name, value]) => registryValue(name, value)),
    ...sections.flatMap(([name, list]) => [
      '',
      `[${key}\\${name}]`,
      ...list.flatMap((value, at) => registryValue(String(at + 1), value)),
    ]),
  ];
  return `${lines.join('\r\n')}\r\n`;
}

function registryValue(name: string, value: unknown): string[] {
  if (Array.isArray(value)) return [];
  if (typeof value === 'string') return [`"${name}"="${value}"`];
  return [`"${name}"=dword:${Number(value).toString(16).padStart(8, '0')}`];
}

/** The values of each key. Throws at a line that Windows' registry editor could not import. */
export function readRegistryFile(text: string): Record<string, Record<string, string | number>> {
  const [first, ...lines] = text.split('\r\n');
  if (first !== 'Windows Registry Editor Version 5.00') throw new Error(`unexpected ${first}`);
  const keys: Record<string, Record<string, string | number>> = {};
  let values: Record<string, string | number> = {};
  for (const line of lines.filter(Boolean)) {
    const [, key] = /^\[(HKEY_[^\]]+)\]$/.exec(line) ?? [];
    const [, name, string, number] = /^"(\w+)"=(?:"([^"\\]*)"|dword:([0-9a-f]{8}))$/.exec(line) ?? [];
    if (key) keys[key] = values = {};
    else if (name) values[name] = string ?? Number.parseInt(number!, 16);
    else throw new Error(`unexpected ${line}`);
  }
  return keys;
}

/** What each payload of a profile has beside its values. The ids are examples, and always the same. */
export function payloadKeys(type: string, identifier: string): object {
  const hex = createHash('sha256').update(identifier).digest('hex').toUpperCase();
  const uuid = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return { PayloadType: type, PayloadVersion: 1, PayloadIdentifier: identifier, PayloadUUID: uuid.join('-') };
}

export function profile(name: string, domain: string, values: object): string {
  const content = {
    PayloadDisplayName: 'Freshtoken',
    PayloadScope: 'System',
    ...payloadKeys('Configuration', `freshtoken.${name}`),
    PayloadContent: [{ ...payloadKeys(domain, `freshtoken.${name}.policy`), ...values }],
  };
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${propertyList(content, '')}
</plist>
`;
}

function propertyList(value: unknown, indent: string): string {
  const inside = `${indent}  `;
  if (typeof value === 'boolean') return `${indent}<${value}/>`;
  if (typeof value === 'number') return `${indent}<integer>${value}</integer>`;
  if (typeof value === 'string') return `${indent}<string>${value}</string>`;
  if (Array.isArray(value)) {
    return [`${indent}<array>`, ...value.map((each) => propertyList(each, inside)), `${indent}</array>`].join('\n');
  }
  const parts = Object.entries(value as object).map(
    ([key, each]) => `${inside}<key>${key}</key>\n${propertyList(each, inside)}`,
  );
  return [`${indent}<dict>`, ...parts, `${indent}</dict>`].join('\n');
}

/** Reads a property list strictly. Throws if it is not well formed. */
export function readPropertyList(text: string): unknown {
  const body =
    /^<\?xml version="1\.0" encoding="UTF-8"\?>\s*<!DOCTYPE plist [^>]+>\s*<plist version="1\.0">([^]*)<\/plist>\s*$/.exec(
      text,
    );
  const tokens = [...body![1]!.matchAll(/\s*(?:<(key|string|integer)>([^<>&]*)<\/\1>|<(\/?\w+\/?)>)\s*|(.)/g)].map(
    ([whole, element, content, tag]) => {
      if (!element && !tag) throw new Error(`unexpected ${whole}`);
      return { name: element ?? tag!, content: content ?? '' };
    },
  );
  const read = (): unknown => {
    const { name, content } = tokens.shift()!;
    if (name === 'true/' || name === 'false/') return name === 'true/';
    if (name === 'integer') return Number(content);
    if (name === 'string') return content;
    if (name === 'array') return readUntil('/array', read);
    if (name !== 'dict') throw new Error(`unexpected <${name}>`);
    const pairs = readUntil('/dict', () => {
      const key = tokens.shift()!;
      if (key.name !== 'key') throw new Error(`<${key.name}> instead of a key`);
      return [key.content, read()] as const;
    });
    return Object.fromEntries(pairs);
  };
  const readUntil = <T>(end: string, one: () => T): T[] => {
    const found: T[] = [];
    while (tokens[0]?.name !== end) found.push(one());
    tokens.shift();
    return found;
  };
  const value = read();
  if (tokens.length > 0) throw new Error('more after the end');
  return value;
}
