/** How long the renewal of a page with many links blocks it. */
import type { Tab } from '../e2e/browsers/browser.ts';
import { until } from '../e2e/browsers/until.ts';

/** Adds hidden links with the token to a page. */
export async function addLinks({ page }: Tab, count: number): Promise<void> {
  await page.evaluate((wanted) => {
    const { content } = document.querySelector<HTMLMetaElement>('#atlassian-token')!;
    const all = document.createElement('div');
    all.hidden = true;
    for (let n = 0; n < wanted; n++) {
      const link = document.createElement('a');
      link.href = `/secure/Do.jspa?id=${n}&atl_token=${content}`;
      all.append(link);
    }
    document.body.append(all);
  }, count);
}

/**
 * Renews a page whose banner offers it; returns for how many milliseconds that blocks the page, and how many a script
 * of the page takes to write its links.
 */
export async function timeRenewal(tab: Tab): Promise<{ blocked: number; byPage: number }> {
  const { page } = tab;
  const token = (): Promise<string> => page.$eval('#atlassian-token', (meta) => (meta as HTMLMetaElement).content);
  const old = await token();
  const byPage = await page.evaluate(writeLinks);
  await page.evaluate(watchGaps);
  // By the key: to press a button the driver first reads the accessibility tree of the whole page.
  await tab.command('renew-page');
  await until('the page is renewed', 3_000, async () => (await token()) !== old);
  const blocked = await page.evaluate(() => (window as unknown as { longestGap: () => number }).longestGap());
  return { blocked, byPage };
}

/** Runs in the page: writes each link's address again; returns how long that takes, in milliseconds. */
function writeLinks(): number {
  const began = performance.now();
  for (const link of document.querySelectorAll('a')) link.setAttribute('href', `${link.getAttribute('href')}`);
  return performance.now() - began;
}

/** Runs in the page: posts messages to itself, and measures the longest time between two of them. */
function watchGaps(): void {
  const { port1, port2 } = new MessageChannel();
  let [last, longest] = [performance.now(), 0];
  port1.addEventListener('message', () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    port2.postMessage(0);
  });
  port1.start();
  port2.postMessage(0);
  (window as unknown as { longestGap: () => number }).longestGap = () => {
    port1.close();
    return longest;
  };
}
