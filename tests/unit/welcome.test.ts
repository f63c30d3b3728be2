/** When the background opens the welcome page after an installation. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const fake = vi.hoisted(() => ({
  origins: [] as string[],
  installType: 'normal',
  policy: {} as Record<string, unknown>,
  opened: [] as string[],
  listeners: [] as ((changes: object) => void)[],
}));
vi.mock('../../extension/shared/browser.ts', () => ({
  browser: {
    permissions: { getAll: async () => ({ origins: fake.origins }) },
    management: { getSelf: async () => ({ installType: fake.installType }) },
    runtime: { getURL: (path: string) => path, getManifest: () => ({}) },
    tabs: { create: async ({ url }: { url: string }) => void fake.opened.push(url) },
    storage: {
      local: { get: async () => ({}) },
      managed: {
        get: async () => fake.policy,
        onChanged: {
          addListener: (listener: () => void) => void fake.listeners.push(listener),
          removeListener: (listener: () => void) => void fake.listeners.splice(fake.listeners.indexOf(listener), 1),
        },
      },
    },
  },
}));
const { welcome } = await import('../../extension/background/welcome.ts');

const PAGE = 'extension/welcome/index.html';

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(fake, { origins: [], installType: 'normal', policy: {}, opened: [], listeners: [] });
});
afterEach(() => vi.useRealTimers());

/** Sets the policy, and reports the change as the browser does. */
function arrive(policy: Record<string, unknown>): void {
  fake.policy = policy;
  for (const listener of fake.listeners) listener({});
}

test('a user’s own installation opens the page at once', async () => {
  await welcome();
  expect(fake.opened).toEqual([PAGE]);
});

test('a package that grants sites opens none', async () => {
  fake.origins = ['https://jira.example.com/*'];
  await welcome();
  expect(fake.opened).toEqual([]);
});

test.each([
  [true, [PAGE]],
  [false, []],
])('a forced installation waits for its policy, whose “welcomePage” %s decides', async (welcomePage, expected) => {
  fake.installType = 'admin';
  const done = welcome();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(fake.opened).toEqual([]);
  arrive({ welcomePage });
  await done;
  expect(fake.opened).toEqual(expected);
  expect(fake.listeners).toEqual([]);
});

test('a forced installation without a policy opens the page after ten seconds', async () => {
  fake.installType = 'admin';
  const done = welcome();
  await vi.advanceTimersByTimeAsync(9_000);
  expect(fake.opened).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_000);
  await done;
  expect(fake.opened).toEqual([PAGE]);
});
