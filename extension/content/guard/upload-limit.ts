/** The limits for uploads that Jira's zones state. */
import { attributeOf } from '../../../src/jira/site-boundary.ts';
import { ZONE_WITH_LIMIT } from '../../../src/jira/selectors.ts';

/**
 * Whether the page will refuse all of these files for their size, at once and with its own message: no token is needed.
 * Zones state how many bytes they accept per file (field case A20). The largest limit counts: Jira's zones all state
 * the same one, and a smaller one that a user wrote must let nothing pass.
 */
export function areTooLarge(files: readonly File[]): boolean {
  const zones = [...document.querySelectorAll(ZONE_WITH_LIMIT)];
  const limits = zones.map((zone) => Number(attributeOf(zone, 'data-upload-limit')));
  const isOver = ({ size }: File): boolean => limits.every((limit) => limit > 0 && size > limit);
  return limits.length > 0 && files.length > 0 && files.every(isOver);
}
