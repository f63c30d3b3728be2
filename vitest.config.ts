import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const BROWSERS = {
  globalSetup: 'tests/e2e/browsers/global-setup.ts',
  // A browser on a busy machine misses a second now and then; what fails three times in a row is no such miss.
  retry: 2,
  // A test waits for a real page, not for a clock.
  testTimeout: 60_000,
  hookTimeout: 240_000,
  // A failure that comes once in many runs says whole what was seen.
  chaiConfig: { truncateThreshold: 0 },
};

/** Tests of the stand-in's pages in bare browsers: they tell nothing of the product, and take ten minutes. */
const STAND_IN = 'tests/e2e/real-parts.test.ts';
/** Builds the packages again and again: only the release and the long form run it. */
const RELEASE = 'tests/package/release.test.ts';
/** Attacks that are played side by side with a bare browser, or flood it: ten minutes too. */
const ATTACKS = ['answers', 'challenge', 'neighbour', 'walls'].map((name) => `tests/e2e/attacks/${name}.test.ts`);

/** What concerns one browser: icons, which one draws for both; an unpacked update; an installed file. */
const IN_ONE = {
  chromium: ['badge-states', 'updated'].map((name) => `tests/e2e/${name}.test.ts`),
  firefox: ['tests/e2e/installed.test.ts'],
};
/** What takes longest, or mostly waits: at the end, all else would wait for it. */
const FIRST = /installed\.test\.ts$|tests\/integration\//;
/** Chromium alone tells of each timer and start. */
const AT_REST = 'tests/serial/at-rest.test.ts';

/** How long pages, badge and popup take: for a machine that does nothing else, in the long form. */
const TIMINGS = 'tests/serial/*-speed.test.ts';

/** A project for each browser, so that the two of them, and their files, run side by side. */
const E2E = (['chromium', 'firefox'] as const).flatMap((browser) => [
  {
    test: {
      name: `e2e-${browser}`,
      include: ['tests/{e2e,visual}/**/*.test.ts'],
      exclude: [STAND_IN, ...ATTACKS, ...IN_ONE[browser === 'chromium' ? 'firefox' : 'chromium']],
      env: { BROWSER: browser },
      // Four browsers at a time take all of two cores. A worker keeps its browser for its next file.
      maxWorkers: 4,
      isolate: false,
      sequence: { groupOrder: 1 },
      ...BROWSERS,
    },
  },
  {
    test: {
      // A policy file holds for every browser of its kind.
      name: `serial-${browser}`,
      include: ['tests/serial/policy.test.ts'],
      env: { BROWSER: browser },
      maxWorkers: 2,
      sequence: { groupOrder: 2 },
      ...BROWSERS,
    },
  },
]);

/** The files of one project after the other, so that a worker seldom changes its project, and with it its browser. */
class ProjectByProject extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- the base class's, which returns a new list
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => this.#order(a).localeCompare(this.#order(b)));
  }

  #order({ project, moduleId }: TestSpecification): string {
    return `${project.name} ${FIRST.test(moduleId) ? 0 : 1}`;
  }
}

/** Quick tests of the rules and of the stand-in, the packages, and the two browsers, which take their time. */
export default defineConfig({
  test: {
    sequence: { sequencer: ProjectByProject },
    projects: [
      {
        test: {
          name: 'unit',
          // Simulations work all of their time, and have less of the machine where others work too.
          testTimeout: 60_000,
          include: ['tests/{unit,integration,fuzz,fixtures}/**/*.test.ts'],
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'package',
          include: ['tests/package/**/*.test.ts'],
          exclude: [RELEASE],
          maxWorkers: 2,
        },
      },
      { test: { name: 'release', include: [RELEASE] } },
      ...E2E,
      { test: { name: 'stand-in', include: [STAND_IN], ...BROWSERS } },
      { test: { name: 'attacks', include: ATTACKS, maxWorkers: 1, ...BROWSERS } },
      // Counted while nothing else runs: a browser on a busy machine is late with what it still has to do.
      { test: { name: 'serial-at-rest', include: [AT_REST], sequence: { groupOrder: 3 }, ...BROWSERS } },
      { test: { name: 'speed', include: [TIMINGS], fileParallelism: false, ...BROWSERS } },
      {
        test: {
          name: 'matrix',
          include: ['tests/matrix/**/*.test.ts'],
          maxWorkers: 2,
          globalSetup: BROWSERS.globalSetup,
          testTimeout: process.env['MATRIX'] ? 3_600_000 : 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
