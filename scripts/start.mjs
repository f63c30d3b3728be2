/** `npm start`: sets up, builds, and opens the tour. `npm start -- --browser firefox` for the other browser. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setUp } from './setup.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const { values } = parseArgs({ options: { browser: { type: 'string', default: 'chromium' } } });
const variable = { chromium: 'CHROMIUM', firefox: 'FIREFOX' }[values.browser];
if (!variable) {
  console.error(`--browser: expected chromium or firefox, not ${values.browser}`);
  process.exit(2);
}
const problems = setUp([variable]);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);

const run = (...args) => spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
process.exitCode = run('scripts/build.mjs') || run('--import', 'tsx', 'scripts/tour.ts', values.browser);
