/** Counts the timers of a page, by a trace of Chromium. */
import type { Page } from 'puppeteer-core';

interface TraceEvent {
  readonly name: string;
  readonly args: { readonly data?: { readonly frame?: string } };
}

/** How many timers fire in a page while `work` runs, those of content scripts included. */
export async function countTimers(page: Page, work: () => Promise<void>): Promise<number> {
  await page.tracing.start({ categories: ['devtools.timeline'] });
  await work();
  const trace = await page.tracing.stop();
  const { traceEvents } = JSON.parse(new TextDecoder().decode(trace)) as { traceEvents: TraceEvent[] };
  const session = await page.createCDPSession();
  const { frame } = (await session.send('Page.getFrameTree')).frameTree;
  await session.detach();
  return traceEvents.filter(({ name, args }) => name === 'TimerFire' && args.data?.frame === frame.id).length;
}
