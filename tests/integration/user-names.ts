/** Names of users, and how servers encode them in a header. */

/** A user's name, the same name in another case, and another user's name, which Jira distinguishes from both. */
export const NAMES = [
  ['alice', 'Alice', 'mallory'],
  ['a.lice+jira@example.com', 'A.Lice+Jira@Example.com', 'a.lice jira@example.com'],
  ['Zoë Müller', 'zoË mÜLLER', 'Zoe Müller'],
  ['Zoë', 'ZOË', 'Zoe\u0308'],
  ['groß', 'GROß', 'gross'],
  ['İpek', 'i̇PEK', 'ipek'],
  ['Σωκράτης', 'σωκράτης', 'Σωκράτησ'],
  ['山田 太郎', '山田 太郎', '山田 次郎'],
  ['%41lice', '%41LICE', 'alice'],
] as const;

const percent = (name: string): string => encodeURIComponent(name);
const asUtf8 = (name: string): string => Buffer.from(name).toString('latin1');

/** A header holds bytes: each is one character of the text that `fetch` gives. */
export const HEADER_ENCODINGS: Readonly<Record<string, (name: string) => string>> = {
  'percent-encoded': percent,
  'with + for a blank': (name) => percent(name).replaceAll('%20', '+'),
  'as Latin-1': (name) => (/^[\0-\xff]*$/.test(name) ? name : asUtf8(name)),
  'as UTF-8': asUtf8,
};
