/** The packages that an administrator builds with the organisation's sites. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { build } from 'vite';

const folder = mkdtempSync(join(tmpdir(), 'freshtoken-fleet-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(['chrome', 'firefox'])('the package for a fleet on %s', (mode) => {
  const outDir = join(folder, mode);
  let manifest: Record<string, unknown>;

  beforeAll(async () => {
    vi.stubEnv('FRESHTOKEN_SITES', 'https://jira.example.com, https://example.com/jira');
    await build({ mode, logLevel: 'silent', build: { outDir } }).finally(() => vi.unstubAllEnvs());
    manifest = JSON.parse(readFileSync(join(outDir, 'manifest.json'), 'utf8')) as typeof manifest;
  }, 60_000);

  test('requires permission for the organisation’s sites only', () => {
    expect(manifest['host_permissions']).toEqual(['https://example.com/*', 'https://jira.example.com/*']);
  });

  test('is otherwise equal to the normal package', () => {
    const { host_permissions: _hosts, ...rest } = manifest;
    const usual = JSON.parse(readFileSync(`dist/${mode}/manifest.json`, 'utf8')) as object;
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
