/** The two built packages: their permissions, their contents and their sizes. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { build, type Plugin } from 'vite';
import { describe, expect, test } from 'vitest';

describe.each(['chrome', 'firefox'])('the package for %s', (target) => {
  const folder = `dist/${target}`;
  const manifest = JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8')) as Record<string, unknown>;

  test('requests only the permissions that it needs, and no site', () => {
    expect(manifest['permissions']).toEqual(['storage', 'alarms', 'scripting', 'cookies', 'activeTab']);
    expect(manifest['optional_host_permissions']).toEqual(['*://*/*']);
    for (const key of ['host_permissions', 'content_scripts', 'optional_permissions'])
      expect(manifest).not.toHaveProperty(key);
  });

  test('can’t be detected by a page', () => {
    expect(manifest).not.toHaveProperty('web_accessible_resources');
    expect(manifest).not.toHaveProperty('externally_connectable');
  });

  test('has a content script of one classic file, at most 17.25 kB gzipped', () => {
    const script = readFileSync(`${folder}/extension/content/main.iife.js`);
    expect(script.toString()).not.toMatch(/\bimport\s*[({"']/);
    expect(gzipSync(script, { level: 9 }).length).toBeLessThanOrEqual(17.25 * 1024);
  });

  test('has a content script that uses no storage', () => {
    const script = readFileSync(`${folder}/extension/content/main.iife.js`, 'utf8');
    expect(script).not.toMatch(/storage|indexedDB|\bcaches\b/i);
  });

  test('has at most 79 kB zipped in one language, without icons, and at most 7 kB for each further language', () => {
    const files = filesIn(folder).filter((file) => !/\/icons\/|\/third-party-licences\.txt$/.test(file));
    const [others, own] = [
      files.filter((file) => /_locales\/(?!en\/)/.test(file)),
      files.filter((file) => !/_locales\/(?!en\/)/.test(file)),
    ];
    expect(own.reduce((sum, file) => sum + zipped(file), 0)).toBeLessThanOrEqual(79 * 1024);
    expect(others).toHaveLength(7);
    for (const file of others) expect([file, zipped(file) <= 7 * 1024]).toEqual([file, true]);
  });

  test('contains no unused script', () => {
    const texts = filesIn(folder)
      .filter((file) => /\.(js|html|json)$/.test(file))
      .map((file) => readFileSync(file, 'utf8'));
    for (const file of filesIn(folder).filter((name) => name.endsWith('.js'))) {
      const name = file.split('/').at(-1)!;
      expect(
        texts.some((text) => text.includes(name)),
        `${file} is used`,
      ).toBe(true);
    }
  });

  test('evaluates no strings, and sets no HTML', () => {
    for (const [file, code] of scripts()) {
      expect(code, file).not.toMatch(/\.innerHTML\s*=(?!=)|insertAdjacentHTML|document\.write/);
      expect(code, file).not.toMatch(/\beval\(|new Function\(/);
    }
  });

  test('sends requests from one place, which is not in the content script', () => {
    // Behind a "|" it is an alternative of a pattern that matches kinds of page requests.
    // A file of the package, such as an icon, is no request.
    const places = scripts().flatMap(([file, code]) =>
      [...code.matchAll(/(?<!\|)\bfetch\b(?!\([\w.]+\.runtime\.getURL\()/g)].map(() => file),
    );
    expect(places).toHaveLength(1);
    expect(places[0]).not.toMatch(/main\.iife\.js$/);
    for (const [file, code] of scripts())
      expect(code, file).not.toMatch(/XMLHttpRequest|sendBeacon|WebSocket|WebTransport|EventSource|importScripts/);
  });

  /** The package's scripts, each with its code. */
  function scripts(): (readonly [string, string])[] {
    const files = filesIn(folder).filter((name) => name.endsWith('.js'));
    return files.map((file) => [file, readFileSync(file, 'utf8')] as const);
  }
});

test('both packages have the version of package.json, its only place', () => {
  const versionIn = (file: string) => (JSON.parse(readFileSync(file, 'utf8')) as { version?: string }).version;
  const version = versionIn('package.json');
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  for (const target of ['chrome', 'firefox']) expect(versionIn(`dist/${target}/manifest.json`)).toBe(version);
  expect(versionIn('manifest.json')).toBeUndefined();
});

test('both packages lead to the project at the address in package.json, which is nowhere else', () => {
  const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const { homepage } = read('package.json');
  expect(homepage).toMatch(/^https:\/\/[^?#]+[^/]$/);
  for (const target of ['chrome', 'firefox'])
    expect(read(`dist/${target}/manifest.json`)).toMatchObject({ homepage_url: homepage });
  expect(read('manifest.json')).not.toHaveProperty('homepage_url');
});

test('both packages have the same content script', () => {
  const read = (target: string, file: string) => readFileSync(`dist/${target}/${file}`, 'utf8');
  expect(read('chrome', 'extension/content/main.iife.js')).toBe(read('firefox', 'extension/content/main.iife.js'));
});

describe('third-party code', () => {
  test.each(['chrome', 'firefox'])(
    'is listed with its licence in the package for %s',
    async (mode) => {
      const packages = await thirdPartyPackagesIn({ mode });
      expect([...packages]).toEqual(expect.arrayContaining(['preact', 'zod']));
      const shipped = readFileSync(`dist/${mode}/third-party-licences.txt`, 'utf8');
      for (const name of packages) {
        const { version, license } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')) as {
          version: string;
          license: string;
        };
        expect(shipped).toContain(`${name} ${version}, ${license}, from https://`);
        expect(shipped).toContain(readFileSync(`node_modules/${name}/LICENSE`, 'utf8').trim());
      }
    },
    60_000,
  );

  test('is not in the content script', async () => {
    const input = 'extension/content/main.iife.ts';
    expect(await thirdPartyPackagesIn({ configFile: false, build: { rolldownOptions: { input } } })).toEqual(
      new Set(),
    );
  }, 60_000);

  test('runs no script during the installation', () => {
    expect(readFileSync('.npmrc', 'utf8')).toMatch(/^ignore-scripts=true$/m);
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object };
    // `ignore-scripts` also disables our own pre and post scripts, so there must be none.
    expect(Object.keys(scripts).filter((name) => /^(pre|post)/.test(name))).toEqual([]);
  });
});

/** The packages whose code a build contains, from the bundler's list of modules. */
async function thirdPartyPackagesIn(config: Parameters<typeof build>[0]): Promise<Set<string>> {
  const found = new Set<string>();
  const collector: Plugin = {
    name: 'collector',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle))
        for (const id of chunk.type === 'chunk' ? Object.keys(chunk.modules) : []) {
          const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id) ?? /^\0(\w+)\//.exec(id) ?? [];
          if (name) found.add(name);
        }
    },
  };
  await build({
    logLevel: 'silent',
    ...config,
    plugins: [collector],
    build: { ...config?.build, write: false },
  });
  return found;
}

/** A zip is its deflated files, with some 120 bytes of names and headers each. */
function zipped(file: string): number {
  return deflateRawSync(readFileSync(file), { level: 9 }).length + 120;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile());
}
