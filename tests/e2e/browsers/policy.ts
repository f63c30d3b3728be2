/** A policy file, where an administrator puts it. Only root may write there, as CI is. */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Kind } from './browser.ts';

const FILES: Readonly<Record<Kind, string>> = {
  chromium: '/etc/chromium/policies/managed/freshtoken-test.json',
  firefox: '/etc/firefox/policies/policies.json',
};

/** By this key a file is known that an earlier run, cut off, has left. */
const MARK = 'freshtokenTest';

/** Whether this user may write one, and none is there that is somebody else's. */
export function canSetPolicy(kind: Kind): boolean {
  try {
    accessSync('/etc', constants.W_OK);
    return !existsSync(FILES[kind]) || readFileSync(FILES[kind], 'utf8').includes(MARK);
  } catch {
    return false;
  }
}

/** Writes a policy for the extension; `id` is the one that the browser knows it by. */
export function setPolicy(kind: Kind, id: string, policy: object): void {
  mkdirSync(dirname(FILES[kind]), { recursive: true });
  const marked = { [id]: { ...policy, [MARK]: true } };
  const content =
    kind === 'chromium'
      ? { '3rdparty': { extensions: marked } }
      : { policies: { '3rdparty': { Extensions: marked } } };
  writeFileSync(FILES[kind], JSON.stringify(content));
}

export function removePolicy(kind: Kind): void {
  rmSync(FILES[kind], { force: true });
}
