/** The documents: links and paths lead to something, lines are short, and imports follow the architecture. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import manifest from '../../manifest.json' with { type: 'json' };

const inDocs = readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));
const ROOT = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'PRIVACY.md', 'SECURITY.md', 'store/README.md'];
const OWN = [...ROOT, ...inDocs.map((file) => join('docs', file))];
const LONGEST_LINE = 119;

/** The text without its code blocks, in which nothing is a link or a heading. */
const proseOf = (file: string): string => readFileSync(file, 'utf8').replaceAll(/^```[^]*?^```$/gm, '');

/** The anchors that GitHub makes of the headings. */
function anchorsIn(file: string): string[] {
  return [...proseOf(file).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function brokenLinksIn(file: string): string[] {
  const links = [...proseOf(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
  return links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [path, anchor] = link.split('#');
    const target = path ? join(dirname(file), path) : file;
    return !existsSync(target) || (anchor !== undefined && !anchorsIn(target).includes(anchor));
  });
}

test.each([...OWN, 'tests/fixtures/jira/README.md'])('every link of %s leads somewhere', (file) => {
  expect(brokenLinksIn(file)).toEqual([]);
});

describe.each(OWN)('%s', (file) => {
  test('names only files that exist', () => {
    const paths = [...proseOf(file).matchAll(/`((?:src|extension|tests|scripts|docs|icons)\/[\w./-]+)`/g)];
    expect(paths.map(([, path]) => path!).filter((path) => !existsSync(path))).toEqual([]);
  });

  test(`has no line of more than ${LONGEST_LINE} characters, except in tables`, () => {
    const lines = readFileSync(file, 'utf8').split('\n');
    expect(lines.filter((line) => line.length > LONGEST_LINE && !line.startsWith('|'))).toEqual([]);
  });
});

test('each test that the threat model names exists', () => {
  const [, tables] = /^## Who may attack[^]*?$([^]*?)^## A neighbour, side by side/m.exec(
    readFileSync('docs/threat-model.md', 'utf8'),
  )!;
  const named = [...tables!.matchAll(/`((?:attacks|e2e|fuzz|integration|package|unit)\/[\w-]+)`/g)];
  expect(named.length).toBeGreaterThan(30);
  const files = named.map(([, name]) => `tests/${name!.replace(/^attacks/, 'e2e/attacks')}.test.ts`);
  expect(files.filter((file) => !existsSync(file))).toEqual([]);
});

describe.each(readdirSync('docs/images').filter((file) => file.endsWith('.svg')))('%s', (file) => {
  const svg = readFileSync(`docs/images/${file}`, 'utf8');

  test('has its own background in both colour schemes, and says in words what it shows', () => {
    expect(svg).toMatch(/<rect class="back" width="(\d+)" height="(\d+)" rx/);
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg).toMatch(/<title[^]+<desc/);
  });

  test('has no text of less than 13 pixels', () => {
    const sizes = [...svg.matchAll(/\bfont(?:-size)?: (\d+)px/g)].map(([, size]) => Number(size));
    expect(sizes.length).toBeGreaterThan(0);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(13);
  });
});

test('the description of the UI names the default keys of the manifest', () => {
  const ui = readFileSync('docs/ui.md', 'utf8');
  for (const { suggested_key: key } of Object.values(manifest.commands))
    expect(ui).toContain(`| ${key.default} (on a Mac ${key.mac.replace('MacCtrl', 'Control')}) |`);
});

test('the documents name the oldest browsers that the manifests declare', () => {
  const [, firefox] = /strict_min_version: '(\d+)\.0'/.exec(readFileSync('vite.config.ts', 'utf8'))!;
  const sentence = new RegExp(
    `Chrome and Edge from ${manifest.minimum_chrome_version},? and Firefox from ${firefox}\\b`,
  );
  for (const file of ['README.md', 'CHANGELOG.md', 'docs/admin.md'])
    expect([file, sentence.test(readFileSync(file, 'utf8'))]).toEqual([file, true]);
});

test('the list of decisions has each of them', () => {
  const list = readFileSync('docs/decisions/README.md', 'utf8');
  const linked = [...list.matchAll(/\]\((\d{3}-.+\.md)\)/g)].map(([, file]) => file);
  const files = readdirSync('docs/decisions').filter((file) => file !== 'README.md');
  expect(linked).toEqual(files.toSorted());
});

/** The units of "Parts" in docs/architecture.md, each with those that it may import from. */
const PAGES_IMPORT = ['shared/permissions', 'shared/storage', 'shared', 'src'];
const IMPORTS: Readonly<Record<string, readonly string[]>> = {
  src: [],
  shared: ['src', '_locales'],
  'shared/storage': ['shared', 'src'],
  'shared/permissions': ['shared/storage', 'shared', 'src'],
  content: ['shared', 'src'],
  background: PAGES_IMPORT,
  popup: PAGES_IMPORT,
  options: PAGES_IMPORT,
  welcome: PAGES_IMPORT,
};
/** The two imports that go sideways. */
const SIDEWAYS: Readonly<Record<string, string>> = {
  background: 'extension/content/main.iife.ts?script',
  welcome: 'extension/content/banner/',
};

function unitOf(path: string): string {
  const [top, folder, inShared] = path.split('/');
  if (top === 'src') return 'src';
  return ['permissions', 'storage'].includes(inShared!) ? `shared/${inShared}` : folder!;
}

function isAllowed(file: string, imported: string): boolean {
  const [own, other] = [unitOf(file), unitOf(imported)];
  if (own === other || IMPORTS[own]!.includes(other)) return true;
  return own in SIDEWAYS && imported.startsWith(SIDEWAYS[own]!);
}

test('every import goes in a direction that the architecture allows', () => {
  const files = ['src', 'extension'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  );
  const wrong = files
    .filter((file) => /\.tsx?$/.test(file))
    .flatMap((file) => {
      const paths = [...readFileSync(file, 'utf8').matchAll(/ from '(\.[^']+)'/g)];
      const imported = paths.map(([, path]) => join(dirname(file), path!));
      return imported.filter((each) => !isAllowed(file, each)).map((each) => `${file} -> ${each}`);
    });
  expect(wrong).toEqual([]);
});
