import { defineConfig } from 'vitest/config';

/** Quick tests of the rules and of the stand-in, the packages, and the two browsers, which take their time. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', testTimeout: 30_000, include: ['tests/{unit,jira,simulation}/**/*.test.ts'] } },
      { test: { name: 'package', include: ['tests/package/**/*.test.ts'] } },
      {
        test: {
          name: 'e2e',
          include: ['tests/{e2e,bench}/**/*.test.ts'],
          // One browser at a time on two cores; a test waits for a real page, not for a clock.
          fileParallelism: false,
          // A browser on a busy machine misses a second now and then; what fails three times in a row is no such miss.
          retry: 2,
          testTimeout: 60_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: 'matrix',
          include: ['tests/matrix/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: process.env['MATRIX'] === 'whole' ? 3_600_000 : 120_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
