/** The packages that an administrator builds with the organisation's sites. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { build } from 'vite';

const UPDATES = {
  chrome: 'https://extensions.example/freshtoken/updates.xml',
  firefox: 'https://extensions.example/freshtoken/updates.json',
};
const folder = mkdtempSync(join(tmpdir(), 'freshtoken-fleet-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(['chrome', 'firefox'])('the package for a fleet on %s', (mode) => {
  const outDir = join(folder, mode);
  let manifest: Record<string, unknown>;

  beforeAll(async () => {
    vi.stubEnv('FRESHTOKEN_SITES', 'https://jira.example.com, https://example.com/jira');
    vi.stubEnv('FRESHTOKEN_UPDATES', 'https://extensions.example/freshtoken');
    await build({ mode, logLevel: 'silent', build: { outDir } }).finally(() => vi.unstubAllEnvs());
    manifest = JSON.parse(readFileSync(join(outDir, 'manifest.json'), 'utf8')) as typeof manifest;
  }, 60_000);

  test('requires permission for the organisation’s sites only', () => {
    expect(manifest['host_permissions']).toEqual(['https://example.com/*', 'https://jira.example.com/*']);
  });

  test('is updated from the organisation’s server, which the normal package never names', () => {
    const { chrome, firefox } = UPDATES;
    const own =
      mode === 'chrome' ? { update_url: chrome } : { browser_specific_settings: { gecko: { update_url: firefox } } };
    expect(manifest).toMatchObject(own);
    expect(readFileSync(`dist/${mode}/manifest.json`, 'utf8')).not.toContain('update_url');
  });

  test('is otherwise equal to the normal package', () => {
    const { host_permissions: _hosts, update_url: _updates, ...rest } = manifest;
    const usual = JSON.parse(readFileSync(`dist/${mode}/manifest.json`, 'utf8')) as object;
    delete (rest['browser_specific_settings'] as { gecko: { update_url?: string } } | undefined)?.gecko.update_url;
    expect(rest).toEqual(usual);
  });
});

test('an invalid site fails the build with a message', async () => {
  vi.stubEnv('FRESHTOKEN_SITES', 'https://jira.example.com, jira.example.com');
  const outDir = join(folder, 'none');
  await expect(
    build({ mode: 'chrome', logLevel: 'silent', build: { outDir } }).finally(() => vi.unstubAllEnvs()),
  ).rejects.toThrow('FRESHTOKEN_SITES: "jira.example.com": expected an address like "https://jira.example.com/jira"');
});
