/**
 * Runs before any browser starts: removes a policy that an aborted run left behind, and that would apply to all
 * browsers; and makes a folder for all temporary files of the browsers, which a worker that ends kills.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KINDS } from './browser.ts';
import { removePolicy, whyNoPolicy } from './policy.ts';

export default function setUp(): () => void {
  for (const kind of KINDS) if (whyNoPolicy(kind) === '') removePolicy(kind);
  const folder = mkdtempSync(join(tmpdir(), 'freshtoken-'));
  process.env['TMPDIR'] = folder;
  return () => {
    // A browser that is being killed still writes.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  };
}
