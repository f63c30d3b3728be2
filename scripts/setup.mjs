/**
 * Prepares a fresh clone for building and testing: the dependencies of the lock file, and Debian's browsers where they
 * may be installed. Plain JavaScript without imports of its own, because it runs before anything is installed.
 * `node scripts/setup.mjs` runs it alone; start and test call it first.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Where each browser may be. An environment variable of the same name takes precedence. */
const BROWSERS = {
  CHROMIUM: {
    package: 'chromium',
    paths: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
  },
  FIREFOX: { package: 'firefox-esr', paths: ['/usr/bin/firefox-esr', '/usr/bin/firefox'] },
};

/**
 * Installs what is missing. Takes which browsers are wanted; sets `process.env.CHROMIUM` and `.FIREFOX` to their
 * paths. Gives a sentence for each thing that could not be installed; an empty list means success.
 */
export function setUp(wanted = ['CHROMIUM', 'FIREFOX']) {
  installDependencies();
  return installBrowsers(wanted);
}

function installDependencies() {
  const installed = `${root}/node_modules/.package-lock.json`;
  const fresh = existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${root}/package-lock.json`).mtimeMs;
  if (fresh) return;
  console.log('Installing the dependencies of package-lock.json …');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: 'inherit' });
}

function installBrowsers(wanted) {
  const missing = wanted.filter((name) => !find(name));
  if (missing.length > 0 && mayInstall()) {
    const packages = missing.map((name) => BROWSERS[name].package);
    console.log(`Installing ${packages.join(' and ')} …`);
    const quiet = {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    };
    spawnSync('apt-get', ['update', '-qq'], quiet);
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages, 'fonts-dejavu-core'], quiet);
  }
  return wanted
    .filter((name) => !find(name))
    .map(
      (name) =>
        `No ${BROWSERS[name].package} found: install it (on Debian: apt-get install ${BROWSERS[name].package}) or set ${name} to its path.`,
    );
}

function find(name) {
  const path = [process.env[name], ...BROWSERS[name].paths].find((each) => each && existsSync(each));
  if (path) process.env[name] = path;
  return path;
}

function mayInstall() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = setUp();
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
