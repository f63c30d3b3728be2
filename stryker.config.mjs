/**
 * `npm run mutation`: breaks the rules in src/, one place at a time, and runs the unit tests on each mutant. A mutant
 * that no test notices is a rule that nobody tests. CONTRIBUTING.md says how to read the report.
 */
export default {
  // Not rules: a table of selectors, the definitions of settings, and types.
  mutate: ['src/**/*.ts', '!src/jira/selectors.ts', '!src/settings/definitions.ts', '!src/messages/protocol.ts'],
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts' },
  plugins: ['@stryker-mutator/vitest-runner'],
  coverageAnalysis: 'perTest',
  // TypeScript 7 has no API for Stryker to rewrite a tsconfig.json with.
  tsconfigFile: 'none',
  concurrency: 2,
  timeoutMS: 10_000,
  ignorePatterns: ['build', 'dist', '/.*'],
  tempDirName: 'build/mutation-sandbox',
  reporters: ['clear-text', 'html', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, allowEmojis: false },
  htmlReporter: { fileName: 'build/mutation/report.html' },
  jsonReporter: { fileName: 'build/mutation/report.json' },
  thresholds: { high: 100, low: 90, break: 90 },
};
