import { readFileSync, readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** A rule needs an example of its own, so the tests of the extension's parts, which use many rules, do not count. */
const ofRules = readdirSync('tests/unit')
  .map((name) => `tests/unit/${name}`)
  .filter((path) => path.endsWith('.test.ts') && !readFileSync(path, 'utf8').includes('/extension/'));

/** The tests that stryker.config.mjs runs. */
export default defineConfig({ test: { include: ofRules } });
