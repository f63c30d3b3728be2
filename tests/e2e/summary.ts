/** The summary of an issue, edited in place. */
import type { Tab } from './browsers/browser.ts';
import { until } from './browsers/until.ts';

export const SUMMARY = '#summary-val input#summary';

/** Opens the field by a click at a point that no banner covers. A banner can appear at any time, so it tries again. */
export async function openSummary(tab: Tab): Promise<void> {
  await until('the summary can be edited', 5_000, async () => {
    if (await tab.page.$(SUMMARY)) return true;
    const place = await tab.page.$eval('#summary-val', (heading) => {
      heading.scrollIntoView({ block: 'center' });
      const { x, y, width, height } = heading.getBoundingClientRect();
      return [0.5, 0.95, 0.05]
        .map((part) => ({ x: x + part * width, y: y + height / 2 }))
        .find((each) => document.elementFromPoint(each.x, each.y) === heading);
    });
    if (place) await tab.page.mouse.click(place.x, place.y);
    return (await tab.page.$(SUMMARY)) !== null;
  });
}
