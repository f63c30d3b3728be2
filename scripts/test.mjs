/**
 * `npm test`: sets up, builds, and runs every check, the quick ones first. Goes on after a failure, so that one
 * run tells all; it ends with what failed or took a second try, and its last line is the true sum. `npm test -- unit`
 * runs the steps whose names are given, and `npm run test:all` the long forms of all of them, which take hours.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { setUp } from './setup.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

/** A step either counts as one check, by its exit code, or is a run of tests, which counts its own. */
const BUILD = { name: 'build', check: ['node', 'scripts/build.mjs'] };
const CHECKS = [
  { name: 'types', check: ['npx', 'tsc', '--noEmit'] },
  { name: 'lint', check: ['npx', 'oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'format', check: ['npx', 'prettier', '--check', '.', '--log-level', 'warn'] },
  { name: 'unused', check: ['npx', 'knip'] },
  {
    name: 'store',
    check: ['npx', 'web-ext', 'lint', '--source-dir', 'dist/firefox', '--warnings-as-errors'],
  },
];
const TESTS = [
  { name: 'unit', projects: ['unit', 'package'] },
  { name: 'e2e', projects: ['e2e-*'] },
  { name: 'serial', projects: ['serial-*'] },
];

const LONG = {
  MATRIX: 'whole',
  VISUAL: 'whole',
  PAGES: 'whole',
  ROWS: 'all',
  EDITORS: 'all',
  REST: 'long',
  TABS: '200',
  TRIALS: '200',
  RUNS: '5000',
  KILLS: '5000',
  STEPS: '120000',
  FUZZ: '100000',
};

const isLong = process.argv.includes('--all');
if (isLong) {
  Object.assign(process.env, LONG);
  const names = ['release', 'matrix', 'speed', 'stand-in', 'attacks'];
  TESTS.push(...names.map((name) => ({ name, projects: [name] })));
}
const wanted = process.argv.slice(2).filter((argument) => argument !== '--all');
const results = [];

for (const problem of setUp()) {
  console.error(problem);
  results.push({ name: problem, passed: 0, failed: 1, seconds: 0 });
}
rmSync('build/results', { recursive: true, force: true });
mkdirSync('build/results', { recursive: true });
// The checks run side by side; tests have the machine for themselves.
for (const stage of [[BUILD], CHECKS, ...TESTS.map((step) => [step])]) {
  const steps = stage.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  results.push(...(await Promise.all(steps.map(run))));
}

console.log('');
for (const { name, passed, failed, seconds, troubles = [] } of results) {
  console.log(
    `${failed === 0 ? 'ok  ' : 'FAIL'} ${name}: ${passed} passed, ${failed} failed, ${seconds.toFixed(1)} s`,
  );
  for (const each of troubles) console.log(`     ${each}`);
}
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') > 0 ? 1 : 0;

async function run(step) {
  const began = Date.now();
  const result = await (step.check ? runCheck(step) : runTests(step));
  return { name: step.name, ...result, seconds: (Date.now() - began) / 1000 };
}

/** Its output comes in one piece, when it has ended. */
async function runCheck({ name, check: [command, ...args] }) {
  const output = [];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => output.push(data));
  const status = await new Promise((done) => child.on('error', done).on('close', done));
  console.log(`\n== ${name}\n${Buffer.concat(output)}`);
  return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1 };
}

function runTests({ name, projects }) {
  console.log(`\n== ${name}`);
  const file = `build/results/${name}.json`;
  const args = [
    'vitest',
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
    ...(isLong && name === 'unit' ? ['--testTimeout=600000'] : []),
  ];
  const { status } = spawnSync('npx', args, { stdio: 'inherit' });
  try {
    const {
      numPassedTests: passed,
      numFailedTests,
      numTotalTests,
      testResults,
    } = JSON.parse(readFileSync(file, 'utf8'));
    // A file that doesn't load, or a hook that throws, fails without counting a test of its own.
    const broken = testResults.filter(isBroken).length;
    const failed = numFailedTests + broken;
    return {
      passed,
      failed: failed === 0 && (status !== 0 || numTotalTests === 0) ? 1 : failed,
      troubles: testResults.flatMap(troublesOf),
    };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

/** A line for each test that failed, be it only at first: where it is, its sentence, and what was wrong in short. */
function troublesOf({ name, status, message, assertionResults }) {
  const file = relative(process.cwd(), name);
  const broken = `failed: ${file}: ${inShort(message) || 'something before or after its tests'}`;
  const ofTests = assertionResults
    .filter((test) => test.failureMessages.length > 0)
    .map((test) => {
      const outcome = test.status === 'failed' ? 'failed' : 'not at once';
      return `${outcome}: ${file}: ${test.fullName}: ${inShort(test.failureMessages[0])}`;
    });
  return isBroken({ status, assertionResults }) ? [broken, ...ofTests] : ofTests;
}

function isBroken({ status, assertionResults }) {
  return status === 'failed' && !assertionResults.some((test) => test.status === 'failed');
}

function inShort(message = '') {
  return stripVTControlCharacters(message).split('\n', 1)[0].slice(0, 300);
}
