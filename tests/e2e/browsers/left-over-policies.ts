/** Before any browser starts: a run that was cut off may have left a policy, which would hold for all of them. */
import { KINDS } from './browser.ts';
import { removePolicy, whyNoPolicy } from './policy.ts';

export default function removeLeftOvers(): void {
  for (const kind of KINDS) if (whyNoPolicy(kind) === '') removePolicy(kind);
}
