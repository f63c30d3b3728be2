/** What a browser holds after its garbage was collected, for the soak test. */
import type { Page } from 'puppeteer-core';
import { POPUP_PATH, type Browser, type Kind, type Tab } from '../e2e/browsers/browser.ts';
import { connectPrivileged } from '../e2e/browsers/firefox-privileged.ts';
import { until } from '../e2e/browsers/until.ts';
import { memoryOf, processesOf } from './processes.ts';

/** What a tab holds. */
export interface TabGauge {
  /** Bytes: in Chromium of the JavaScript heap, in Firefox of all that belongs to the page. */
  readonly heap: number;
  readonly listeners: number;
  readonly nodes: number;
}

export interface Gauges {
  tab(tab: Tab): Promise<TabGauge>;
  /** The same of the background, in bytes; null if it does not run. */
  background(): Promise<number | null>;
  /** Bytes of all of the browser's processes. */
  total(): number;
  /** Bytes of what is stored, as JSON, the number of keys, and the number of alarms. */
  stored(): Promise<{ session: number; local: number; entries: number; alarms: number }>;
}

/** `page` is any page of the browser. */
export async function createGauges(browser: Browser, page: Page): Promise<Gauges> {
  const pid = page.browser().process()!.pid!;
  const ownPage = await browser.extensionPage(`${POPUP_PATH}?tab=-1`);
  const alarms = (): Promise<number> =>
    ownPage.evaluate(async () => {
      const api = (globalThis as unknown as { browser?: typeof chrome }).browser ?? chrome;
      return (await api.alarms.getAll()).length;
    });
  return {
    ...(await GAUGES[browser.kind](page)),
    total: () => memoryOf(processesOf(pid)),
    async stored() {
      const [local, session] = JSON.parse(await browser.storage()) as [object, object];
      return {
        session: JSON.stringify(session).length,
        local: JSON.stringify(local).length,
        entries: Object.keys(session).length + Object.keys(local).length,
        alarms: await alarms(),
      };
    },
  };
}

const GAUGES: Readonly<Record<Kind, (page: Page) => Promise<Pick<Gauges, 'tab' | 'background'>>>> = {
  chromium: async (page) => ({ tab: chromiumTab, background: () => chromiumBackground(page) }),
  firefox: firefoxGauges,
};

async function chromiumTab({ page }: Tab): Promise<TabGauge> {
  const session = await page.createCDPSession();
  // What the first collection finalizes, such as a closed frame, the second one frees.
  for (let n = 0; n < 2; n++) await session.send('HeapProfiler.collectGarbage');
  await session.detach();
  const { JSHeapUsedSize, JSEventListeners, Nodes } = await page.metrics();
  return { heap: JSHeapUsedSize!, listeners: JSEventListeners!, nodes: Nodes! };
}

/** The worker may end while it is measured; one that was killed stays listed for a moment beside the next one. */
async function chromiumBackground(page: Page): Promise<number | null> {
  const measure = async (): Promise<{ size: number } | null> => {
    const targets = page.browser().targets();
    const worker = await targets.findLast((each) => each.type() === 'service_worker')?.worker();
    if (!worker) return null;
    for (let n = 0; n < 2; n++) await worker.client.send('HeapProfiler.collectGarbage');
    return { size: (await worker.client.send('Runtime.getHeapUsage')).usedSize };
  };
  const measured = await until('the background is measured', 1_000, measure).catch(() => null);
  return measured && measured.size;
}

async function firefoxGauges(page: Page): Promise<Pick<Gauges, 'tab' | 'background'>> {
  const privileged = await connectPrivileged(page.browser());
  return {
    async tab(tab) {
      await privileged.collectGarbage();
      const id = (tab.page.mainFrame() as unknown as { _id: string })._id;
      return privileged.inPage<TabGauge>(`tabOf('${id}').linkedBrowser`, GAUGE_IN_FIREFOX);
    },
    async background() {
      await privileged.collectGarbage();
      const isRunning = await privileged.inWindow<boolean>(`!!${BACKGROUND}`);
      return isRunning ? (await privileged.inPage<TabGauge>(BACKGROUND, GAUGE_IN_FIREFOX)).heap : null;
    },
  };
}

/** An expression for the browser element of the background's page. */
const BACKGROUND = `[...extension().views].find(({ viewType }) => viewType === 'background')?.xulBrowser`;

/** The body of a privileged script in a page. */
const GAUGE_IN_FIREFOX = `
  const { value: heap } = (() => {
    const sizes = Array.from({ length: 9 }, () => ({}));
    Cc['@mozilla.org/memory-reporter-manager;1'].getService(Ci.nsIMemoryReporterManager).sizeOfTab(content, ...sizes);
    return sizes[6];
  })();
  const nodes = [...content.document.querySelectorAll('*')];
  const listeners = [content, content.document, ...nodes]
    .reduce((sum, target) => sum + Services.els.getListenerInfoFor(target).length, 0);
  return { heap, listeners, nodes: nodes.length };`;
