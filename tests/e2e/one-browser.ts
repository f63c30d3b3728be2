/** Runs each test in one of the two browsers, to save time; in the long form (`ROWS=all`) in both. */
import { createHash } from 'node:crypto';
import { test, type TestAPI } from 'vitest';
import type { Kind } from './browsers/browser.ts';

const ALL = process.env['ROWS'] === 'all';

/**
 * For tests of a rule that both browsers share, because `src/` decides it: one browser for each test is enough, if
 * each browser runs some tests of the rule. The test's title decides which browser. Whatever depends on the browser
 * must run in both.
 */
export function inOneBrowser(kind: Kind): TestAPI {
  return test.extend<{ skipInOtherBrowser: void }>({
    skipInOtherBrowser: [
      async ({ task, skip }, use) => {
        const title = task.fullTestName.replace(`in ${kind}`, '');
        const [first] = createHash('sha256').update(title).digest();
        skip(!ALL && first! % 2 !== (kind === 'chromium' ? 0 : 1), 'runs in the other browser');
        await use();
      },
      { auto: true },
    ],
  }) as unknown as TestAPI;
}
