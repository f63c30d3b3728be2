/** The text for an administrator: versions, what is known of the page, and what its site's pages went through. */
import { browser } from '../browser.ts';
import { message } from '../i18n.ts';
import { keptIn, type Jar } from '../jar-store.ts';
import { isoOf, type Detail } from './details.ts';

/** Holds no token, and names no user unless `hasNames`. All its times are in UTC, to be held against a server's log. */
export async function diagnosisOf(jar: Jar, details: readonly Detail[], hasNames: boolean): Promise<string> {
  const history = (await keptIn('history', jar)) ?? [];
  const rows = details.filter(({ isPersonal }) => hasNames || !isPersonal);
  return [
    `Freshtoken ${browser.runtime.getManifest().version}`,
    navigator.userAgent,
    isoOf(Date.now()),
    '',
    ...rows.map(({ label, value, plain = value }) => `${label}: ${plain}`),
    '',
    `${message('details_history')}:`,
    ...history.map(({ at, tabId, verdict }) => `${isoOf(at)} #${tabId} ${verdict}`),
    '',
  ].join('\n');
}
