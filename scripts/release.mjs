/**
 * `npm run release`: builds, and leaves in build/release what is published: chrome.zip for the stores of Chrome and
 * Edge, firefox.xpi for Mozilla's, which signs it, sources.zip for Mozilla's reviewers, and updates.xml and
 * updates.json for fleets that are updated from a server of their own. The same commit gives the same bytes, wherever
 * it is built. `--tag v1.2.3` also checks that the tag names the version.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { updateFiles } from './updates.mjs';
import { zip, zipOf } from './zip.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const FOLDER = 'build/release';
/** What no build needs: reviewers get neither the tests nor the pictures. */
const NOT_FOR_REVIEWERS = /^(tests|docs\/images|\.github|\.ci)\//;
const TEXT_FOR_REVIEWERS = 'docs/build-for-amo.md';

const { values } = parseArgs({ options: { tag: { type: 'string' } } });
const { version, homepage } = JSON.parse(readFileSync('package.json', 'utf8'));
const problems = [...problemsOfVersion(), ...problemsOfCommit()];
if (problems.length > 0) fail(problems.join('\n'));

rmSync(FOLDER, { recursive: true, force: true });
run(process.execPath, 'scripts/build-for-amo.mjs');
write('chrome.zip', zipOf('dist/chrome'));
write('sources.zip', zip(sources()));
const [chrome, firefox] = ['chrome', 'firefox'].map(manifestOf);
const updates = updateFiles(chrome, firefox, process.env.FRESHTOKEN_EXTENSION_ID);
for (const [name, text] of Object.entries(updates)) write(name, text);
lint();
console.log(`"Report a problem" leads to ${homepage}/issues`);

function problemsOfVersion() {
  const { tag = `v${version}` } = values;
  const section = new RegExp(`^## \\[${version.replaceAll('.', '\\.')}\\]`, 'm');
  return [
    ...(tag === `v${version}` ? [] : [`The tag is ${tag}, but package.json has version ${version}.`]),
    ...(section.test(readFileSync('CHANGELOG.md', 'utf8')) ? [] : [`CHANGELOG.md has no section [${version}].`]),
  ];
}

/** The archives are made of the files on the disk, and must be those of a commit. */
function problemsOfCommit() {
  const changed = git('status', '--porcelain').trimEnd();
  return changed ? [`Commit these changes before the release:\n${changed}`] : [];
}

/** The files of the commit; the text for reviewers is at the top. */
function sources() {
  return git('ls-tree', '-r', '-z', '--name-only', 'HEAD')
    .split('\0')
    .filter((name) => name && !NOT_FOR_REVIEWERS.test(name))
    .map((name) => [name === TEXT_FOR_REVIEWERS ? 'BUILD.md' : name, readFileSync(name)]);
}

function manifestOf(target) {
  return JSON.parse(readFileSync(`dist/${target}/manifest.json`, 'utf8'));
}

/** Fails unless the linter of Mozilla's store finds nothing, not even something to notice. */
function lint() {
  const options = ['--source-dir', `${FOLDER}/firefox.xpi`, '--output', 'json'];
  if (process.env.FRESHTOKEN_UPDATES) options.push('--self-hosted');
  const { summary, ...report } = reportOf(spawnSync('npx', ['web-ext', 'lint', ...options], { encoding: 'utf8' }));
  const counts = Object.entries(summary).map(([kind, count]) => `${count} ${kind}`);
  console.log(`web-ext lint: ${counts.join(', ')}`);
  if (Object.values(summary).some((count) => count > 0)) fail(JSON.stringify(report, null, 2));
}

/** The linter prints its report as JSON, unless it has crashed or does not start. */
function reportOf({ status, stdout, stderr, error }) {
  try {
    return JSON.parse(stdout);
  } catch {
    const printed = error?.message ?? stdout + stderr;
    return fail(`web-ext did not check the add-on (exit code ${status}). It printed:\n${printed}`);
  }
}

function write(name, content) {
  writeFileSync(`${FOLDER}/${name}`, content);
  console.log(`${FOLDER}/${name}`);
}

function git(...args) {
  return execFileSync('git', args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
}

function run(command, ...args) {
  if (spawnSync(command, args, { stdio: 'inherit' }).status !== 0) fail(`Failed: ${args.join(' ')}`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
