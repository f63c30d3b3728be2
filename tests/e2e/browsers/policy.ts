/** Writes a policy file where an administrator puts it. Only root may write there; CI runs as root. */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Kind } from './browser.ts';

const FILES: Readonly<Record<Kind, string>> = {
  chromium: '/etc/chromium/policies/managed/freshtoken-test.json',
  firefox: '/etc/firefox/policies/policies.json',
};

/** This key marks files that tests have written. */
const MARK = 'freshtokenTest';

/** Why no policy can be set on this machine, for the title of a skipped test; '' if one can. */
export function whyNoPolicy(kind: Kind): string {
  try {
    accessSync('/etc', constants.W_OK);
  } catch {
    return ' (not run: policy files are read from /etc, where this user may not write)';
  }
  const isAnothers = existsSync(FILES[kind]) && !readFileSync(FILES[kind], 'utf8').includes(MARK);
  return isAnothers ? ` (not run: ${FILES[kind]} is an administrator’s own)` : '';
}

/** Writes a policy for the extension with this id, or the ready file of the docs. */
export function setPolicy(kind: Kind, id: string, policy: object | 'the ready file'): void {
  const content = policy === 'the ready file' ? readyFile(kind, id) : contentOf(kind, { [id]: policy });
  mkdirSync(dirname(FILES[kind]), { recursive: true });
  writeFileSync(FILES[kind], JSON.stringify({ ...content, [MARK]: true }));
}

function contentOf(kind: Kind, extensions: object): object {
  return kind === 'chromium'
    ? { '3rdparty': { extensions } }
    : { policies: { '3rdparty': { Extensions: extensions } } };
}

/** The file for administrators, with the extension's id filled in. */
function readyFile(kind: Kind, id: string): object {
  const text = readFileSync(`docs/policy/${kind === 'chromium' ? 'chrome' : kind}.json`, 'utf8');
  return JSON.parse(text.replace('EXTENSION_ID', id)) as object;
}

export function removePolicy(kind: Kind): void {
  rmSync(FILES[kind], { force: true });
}
