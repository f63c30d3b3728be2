/** What the popup shows of a tab, as plain data. */
import { matchPatternOf } from '../../src/jira/site-address.ts';
import type { TabState } from '../../src/messages/protocol.ts';
import { readPage, type Product, type Site } from '../../src/jira/page.ts';
import { PRODUCT_MARKS } from '../../src/jira/selectors.ts';
import { presentationOf, usersIn, textKeysOf, type Action, type Tone } from '../../src/verdict/presentation.ts';
import { readPolicy } from '../../src/settings/validation.ts';
import type { Settings } from '../../src/settings/definitions.ts';
import { verdictOf } from '../../src/verdict/verdict.ts';
import { browser } from '../shared/browser.ts';
import { isGranted, isRequired } from '../shared/permissions/granted.ts';
import { message } from '../shared/i18n.ts';
import { currentTime } from '../shared/storage/current-time.ts';
import { storedPolicy, storedSettings } from '../shared/storage/settings.ts';
import { detailsOf, type Detail } from './details.ts';
import { sessionView, type SessionView } from './session-view.ts';
import type { ReadState, Tab } from './current-tab.ts';

export interface PopupView {
  readonly site: string;
  readonly tone: Tone;
  readonly sentence: string;
  readonly meaning: string;
  readonly actions: readonly Action[];
  /** The match pattern to ask for, on a site that could be watched. */
  readonly watch?: string;
  /** The match pattern to revoke, on a site that is watched. */
  readonly stop?: string;
  /** What is shown of a Jira page that is watched. */
  readonly watched?: {
    readonly site: Site;
    /** The names of the files that wait in the page. */
    readonly files: readonly string[];
    readonly session: SessionView;
    /** What the guard does on the site, and whether a policy sets that; absent if the guard has nothing to do. */
    readonly guard?: { readonly value: Settings['guard']; readonly isLocked: boolean };
    readonly details: readonly Detail[];
  };
}

/**
 * Takes the tab, and how to read its state: with a refresh, or as it is known. Without details it does not wait
 * until every cookie is listed.
 */
export async function viewOf(tab: Tab | null, readState: ReadState, hasDetails = true): Promise<PopupView> {
  const url = tab?.url;
  const pattern = url ? matchPatternOf(url) : null;
  if (!tab || !url || !pattern) return quiet('', message('popup_no_page'));
  const { host } = new URL(url);
  if (!(await isGranted(url))) return notWatched(tab, url, pattern);
  const stop = isRequired(pattern) ? {} : { stop: pattern };
  const state = await readState(tab);
  if (!state) return { ...quiet(host, message('popup_watched_no_jira')), ...stop };
  return { ...(await watched(state, hasDetails)), ...stop };
}

async function watched(state: TabState, hasDetails: boolean): Promise<PopupView> {
  const [settingsOf, policy, now] = await Promise.all([storedSettings(), storedPolicy(), currentTime()]);
  const settings = settingsOf(state.site);
  const verdict = verdictOf(state.evidence, settings, now);
  const { tone, actions } = presentationOf(verdict);
  const words = textKeysOf(verdict);
  const users = usersIn(verdict, state.evidence.pageUser);
  const [session, details] = await Promise.all([
    sessionView(state, settings, verdict, now),
    hasDetails ? detailsOf(state, verdict, now) : [],
  ]);
  const isLocked = 'guard' in readPolicy(policy).settings;
  return {
    site: state.site.replace(/^https?:\/\//, ''),
    tone,
    sentence: message(words.sentence, ...users),
    meaning: words.meaning ? message(words.meaning, ...users) : '',
    actions,
    watched: {
      site: state.site,
      files: state.files,
      session,
      details,
      ...(verdict.name !== 'unknown' && { guard: { value: settings.guard, isLocked } }),
    },
  };
}

async function notWatched(tab: Tab, url: string, pattern: string): Promise<PopupView> {
  const { host, hostname, protocol } = new URL(url);
  const product = await productOf(tab, url);
  if (product === 'none') return quiet(host, message('popup_no_jira'));
  if (product === 'cloud') return quiet(host, message('is_cloud'));
  const sentence = message(product === 'unseen' ? 'popup_may_be_jira' : 'popup_is_jira');
  return {
    ...quiet(host, sentence),
    meaning: message('popup_asks_for', `${protocol}//${hostname}`),
    watch: pattern,
  };
}

function quiet(site: string, sentence: string): PopupView {
  return { site, tone: 'none', sentence, meaning: '', actions: [] };
}

/**
 * What a page that is not watched is, by the same rule as watched pages: the click on the toolbar button lets us fetch
 * its marks, which are read here. `unseen` if the browser does not allow it.
 */
async function productOf(tab: Tab, url: string): Promise<Product | 'none' | 'unseen'> {
  try {
    const [result] = await browser.scripting.executeScript({
      target: { tabId: tab.id },
      args: [PRODUCT_MARKS],
      func: (metas: string) =>
        document.contentType === 'text/html'
          ? [...document.querySelectorAll(metas)].map((meta) => meta.outerHTML).join('')
          : '',
    });
    const page = readPage(new DOMParser().parseFromString(String(result?.result), 'text/html'), new URL(url));
    return page?.product ?? 'none';
  } catch {
    return 'unseen';
  }
}
