/**
 * Runs before any browser starts: removes a policy that an aborted run left behind, and that would apply to all
 * browsers.
 */
import { KINDS } from './browser.ts';
import { removePolicy, whyNoPolicy } from './policy.ts';

export default function removeLeftOvers(): void {
  for (const kind of KINDS) if (whyNoPolicy(kind) === '') removePolicy(kind);
}
