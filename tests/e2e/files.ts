/** Makes files to attach, and paths for screenshots. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'freshtoken-files-'));

/** Makes a file of random bytes; returns its path and its digest. */
export function makeFile(name: string, size = 2_000): { path: string; sha256: string } {
  const bytes = randomBytes(size);
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return { path, sha256: digestOf(bytes) };
}

/** Makes a sparse file of this many bytes, which takes no space on the disk; returns its path. */
export function makeLargeFile(name: string, size: number): string {
  const path = join(folder, name);
  writeFileSync(path, '');
  truncateSync(path, size);
  return path;
}

/** The SHA-256 of some bytes, in hexadecimal. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Makes a folder with small files at these paths; returns its path. */
export function makeFolder(name: string, files: readonly string[]): string {
  const path = join(folder, name);
  for (const file of files) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), file);
  }
  return path;
}

/** The path of a screenshot, in build/screenshots. */
export function picture(name: string): string {
  mkdirSync('build/screenshots', { recursive: true });
  return `build/screenshots/${name}.png`;
}
