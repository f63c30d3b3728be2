/** The hosts that a build for a fleet has built in (docs/policy.md): nobody has to grant them, and nobody can take them back here. */
import { browser } from './browser.ts';

/** Whether a match pattern is one that the package itself demands. */
export function isRequired(pattern: string): boolean {
  return (browser.runtime.getManifest().host_permissions ?? []).includes(pattern);
}
