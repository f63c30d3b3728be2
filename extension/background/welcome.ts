/** The welcome, for whoever has installed it. */
import { browser } from '../browser.ts';
import { grantedPatterns } from '../granted.ts';

/** Opens the welcome, unless sites come with the installation: an administrator has done what it asks for. */
export async function welcome(): Promise<void> {
  if ((await grantedPatterns()).length > 0) return;
  await browser.tabs.create({ url: browser.runtime.getURL('extension/welcome/index.html') });
}
