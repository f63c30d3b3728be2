/** The welcome page: the background opens it after the installation, unless an administrator has done its work. */
import { withTimeout } from '../../src/lib/async.ts';
import { browser } from '../shared/browser.ts';
import { grantedPatterns } from '../shared/permissions/granted.ts';
import { isWelcomeWanted, storedPolicy } from '../shared/storage/settings.ts';

/** Opens the page, unless the installation grants sites or a policy says no. */
export async function welcome(): Promise<void> {
  if ((await grantedPatterns()).length > 0) return;
  // Chromium tells a new extension its policy only seconds later. A user who installs it does not wait for one.
  if ((await browser.management.getSelf()).installType === 'admin') await withTimeout(POLICY_MILLIS, arrival());
  if (await isWelcomeWanted()) await browser.tabs.create({ url: browser.runtime.getURL(PAGE) });
}

const PAGE = 'extension/welcome/index.html';
/** Chromium reads files again once they have been the same for five seconds. */
const POLICY_MILLIS = 10_000;

/** Settles once there is a policy. */
async function arrival(): Promise<void> {
  const { onChanged } = browser.storage.managed;
  let onPolicy!: () => void;
  const changed = new Promise<void>((done) => (onPolicy = done));
  onChanged.addListener(onPolicy);
  if (Object.keys(await storedPolicy()).length === 0) await changed;
  onChanged.removeListener(onPolicy);
}
