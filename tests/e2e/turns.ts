/** Which tests a browser plays: all of them in the long form (`ROWS=all`), every second one of a rule's otherwise. */
import { createHash } from 'node:crypto';
import { test, type TestAPI } from 'vitest';
import type { Kind } from './browsers/browser.ts';

const ALL = process.env['ROWS'] === 'all';

/**
 * Tests of a rule that is the same in both browsers: `src/` decides it. It is enough that each test is played in one of
 * them, and that both meet the rule. A test's title chooses its browser. What a browser decides is tested in both.
 */
export function byTurns(kind: Kind): TestAPI {
  return test.extend<{ turn: void }>({
    turn: [
      async ({ task, skip }, use) => {
        const title = task.fullTestName.replace(`in ${kind}`, '');
        const [first] = createHash('sha256').update(title).digest();
        skip(!ALL && first! % 2 !== (kind === 'chromium' ? 0 : 1), 'played in the other browser');
        await use();
      },
      { auto: true },
    ],
  }) as unknown as TestAPI;
}
