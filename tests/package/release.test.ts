/** What `npm run release` makes, and what it refuses. It runs in copies of the sources, each a git repository. */
import { execFile, execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { extract, unzip } from './unzip.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const folder = mkdtempSync(join(tmpdir(), 'freshtoken-release-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Two places whose paths differ in length and depth. */
const PLACES = [join(folder, 'here'), join(folder, 'and', 'somewhere', 'else')];
const LEFT_OUT = new Set(['.git', 'node_modules', 'dist', 'build']);

/** A copy of the sources, as one commit. Commits of the same sources are the same. */
function copyTo(place: string): void {
  mkdirSync(place, { recursive: true });
  for (const name of readdirSync('.').filter((each) => !LEFT_OUT.has(each)))
    cpSync(name, join(place, name), { recursive: true });
  writeFileSync(join(place, 'CHANGELOG.md'), `# Changelog\n\n## [${version}]\n\n### Added\n\n- All of it.\n`);
  linkDependencies(place);
  execFileSync('git', ['init', '--quiet'], { cwd: place });
  writeFileSync(join(place, '.git/info/exclude'), 'node_modules\n');
  commit(place);
}

function linkDependencies(place: string): void {
  symlinkSync(resolve('node_modules'), join(place, 'node_modules'));
}

function commit(place: string): void {
  const names = ['AUTHOR', 'COMMITTER'].flatMap((role) => [
    [`GIT_${role}_NAME`, 'alice'],
    [`GIT_${role}_EMAIL`, 'alice@example.com'],
    [`GIT_${role}_DATE`, '2026-01-01T00:00:00Z'],
  ]);
  const options = { cwd: place, env: { ...process.env, ...Object.fromEntries(names) } };
  execFileSync('git', ['add', '--all'], options);
  execFileSync('git', ['commit', '--quiet', '--no-gpg-sign', '--message', 'Release'], options);
}

/** Gives what the script printed; rejects with its errors in the message. */
async function run(place: string, ...args: string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, args, { cwd: place })).stdout;
}

const release = (place: string, ...args: string[]): Promise<string> => run(place, 'scripts/release.mjs', ...args);
const made = (place: string, name: string): Buffer => readFileSync(join(place, 'build/release', name));

describe('a release', () => {
  const [one, other] = PLACES as [string, string];
  let printed: string[];
  beforeAll(async () => {
    for (const place of PLACES) copyTo(place);
    printed = await Promise.all(PLACES.map((place) => release(place, '--tag', `v${version}`)));
  }, 240_000);

  test('has an archive for each kind of store, the sources, and files for fleets', () => {
    const archives = ['chrome.zip', 'firefox.xpi', 'sources.zip'];
    expect(readdirSync(join(one, 'build/release')).toSorted()).toEqual([...archives, 'updates.json', 'updates.xml']);
    for (const name of ['updates.json', 'updates.xml']) expect(made(one, name).toString()).toContain(version);
  });

  test('is the same, byte by byte, at another path', () => {
    for (const name of readdirSync(join(one, 'build/release')))
      expect([name, made(one, name).equals(made(other, name))]).toEqual([name, true]);
  });

  test('passes the linter of Mozilla’s store with no error, notice or warning', () => {
    for (const text of printed) expect(text).toContain('web-ext lint: 0 errors, 0 notices, 0 warnings');
  });

  test.each([
    ['chrome.zip', 'chrome'],
    ['firefox.xpi', 'firefox'],
  ])('has in %s exactly the built files, in order, with the version at the top', (name, target) => {
    const files = unzip(made(one, name));
    const built = readdirSync(join(one, 'dist', target), { recursive: true, withFileTypes: true });
    expect(files.size).toBe(built.filter((entry) => entry.isFile()).length);
    expect([...files.keys()]).toEqual([...files.keys()].toSorted());
    for (const [file, content] of files)
      expect([file, readFileSync(join(one, 'dist', target, file)).equals(content)]).toEqual([file, true]);
    expect(JSON.parse(files.get('manifest.json')!.toString())).toMatchObject({ version });
  });

  test('contains no path of the machine that built it', () => {
    for (const name of ['chrome.zip', 'firefox.xpi'])
      for (const [file, content] of unzip(made(one, name)))
        for (const path of [one, resolve('.'), 'node_modules/'])
          expect([name, file, content.includes(path)]).toEqual([name, file, false]);
  });

  test('has sources that build the same firefox.xpi, and say how', async () => {
    const files = unzip(made(one, 'sources.zip'));
    const text = files.get('BUILD.md')!.toString();
    expect(text).toContain('npm run build-for-amo');
    expect(text).toContain(`Node ${readFileSync('.nvmrc', 'utf8').trim()} `);
    expect([...files.keys()].filter((name) => /^(tests|docs\/images)\//.test(name))).toEqual([]);
    const place = join(folder, 'reviewer');
    extract(made(one, 'sources.zip'), place);
    linkDependencies(place);
    await run(place, 'scripts/build-for-amo.mjs');
    expect(made(place, 'firefox.xpi').equals(made(one, 'firefox.xpi'))).toBe(true);
  }, 120_000);
});

describe('there is no release', () => {
  const place = join(folder, 'none');
  beforeAll(() => copyTo(place));
  afterEach(() => vi.unstubAllEnvs());

  test('under a tag of another version', async () => {
    await expect(release(place, '--tag', 'v9.9.9')).rejects.toThrow(
      `The tag is v9.9.9, but package.json has version ${version}.`,
    );
  });

  test('of sources with changes that no commit has', async () => {
    writeFileSync(join(place, 'src/new.ts'), '');
    await expect(release(place)).rejects.toThrow('Commit these changes before the release:\n?? src/new.ts');
    rmSync(join(place, 'src/new.ts'));
  });

  test('if the linter of Mozilla’s store crashes: the release prints what the linter printed', async () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'npx'), '#!/bin/sh\necho Linting\necho "out of memory" >&2\nexit 134\n', { mode: 0o755 });
    vi.stubEnv('PATH', `${bin}${delimiter}${process.env['PATH']}`);
    await expect(release(place)).rejects.toThrow(
      'web-ext did not check the add-on (exit code 134). It printed:\nLinting\nout of memory\n',
    );
  }, 120_000);

  test('without a section in CHANGELOG.md', async () => {
    writeFileSync(join(place, 'CHANGELOG.md'), `# Changelog\n\n## [Unreleased]\n\n- Not yet ${version}.\n`);
    commit(place);
    await expect(release(place)).rejects.toThrow(`CHANGELOG.md has no section [${version}].`);
  });
});
