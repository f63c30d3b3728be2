/** The workflows run no action that its owner could replace later. */
import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';

test.each(readdirSync('.github/workflows'))('%s names each action by the full hash of a commit', (file) => {
  const used = readFileSync(`.github/workflows/${file}`, 'utf8').matchAll(/^ *(?:- )?uses: (\S+)/gm);
  const actions = [...used].map(([, action]) => action!);
  expect(actions.length).toBeGreaterThan(0);
  expect(actions.filter((action) => !/^\.\/|@[0-9a-f]{40}$/.test(action))).toEqual([]);
});
