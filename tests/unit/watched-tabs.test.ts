/** What a background that lives long remembers of documents that have left their tab. */
import { expect, test, vi } from 'vitest';
import { hasLeft, noteLeft } from '../../extension/background/watched-tabs.ts';

vi.mock('../../extension/shared/browser.ts', () => ({
  browser: { storage: { session: { get: async () => ({}) } } },
}));

test('knows the documents that left last, whose reports may come late, but not all of a long day', async () => {
  const documents = Array.from({ length: 5_000 }, (_each, n) => `document ${n}`);
  for (const document of documents) await noteLeft(1, document);
  expect(documents.slice(-500).every(hasLeft)).toBe(true);
  expect(documents.filter(hasLeft).length).toBeLessThanOrEqual(1_000);
});
