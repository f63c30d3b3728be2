/**
 * Keeps what the popup shows up to date: first what is known already, then the result of a refresh, then all changes.
 * The result of the latest read is shown, even if it arrives before an earlier one.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { TabState } from '../../src/messages/protocol.ts';
import { coalesce } from '../../src/lib/async.ts';
import { browser } from '../shared/browser.ts';
import { reportErrors } from '../shared/errors.ts';
import { stateOfTab } from '../shared/storage/tabs.ts';
import { jiraTabs, type JiraTab } from './other-tabs.ts';
import { ask, type Tab } from './current-tab.ts';
import { viewOf, type PopupView } from './popup-view.ts';

export interface Shown {
  readonly view: PopupView;
  readonly tabs: readonly JiraTab[];
}

type Learn = (tab: Tab) => Promise<TabState | null>;

const asKnown: Learn = ({ id }) => stateOfTab(id);

/** What is known at once. The list of tabs follows a moment later: with two hundred tabs it takes as long again. */
export async function firstShown(tab: Tab | null): Promise<Shown> {
  return { view: await viewOf(tab, asKnown), tabs: [] };
}

/** Gives what to show now, and two ways to read it again: with a refresh of the page, or as it is known. */
export function useShown(
  tab: Tab | null,
  first: Shown,
): Shown & { refresh: () => Promise<void>; readAgain: () => Promise<void> } {
  const [shown, show] = useState(first);
  const [started, ended] = [useRef(0), useRef(0)];

  async function read(learn: Learn): Promise<void> {
    const own = ++started.current;
    // One after the other: a page that is slow to answer must not bring an outdated list with it.
    const view = await viewOf(tab, learn);
    const tabs = await jiraTabs(tab?.incognito ?? false);
    if (own < ended.current) return;
    ended.current = own;
    show({ view, tabs });
  }
  const refresh = (): Promise<void> => read(ask);
  const readAgain = (): Promise<void> => read(asKnown);

  /** The background injects the script into the page; its first report comes a moment later. */
  async function lookAfterGrant(): Promise<void> {
    for (const wait of [150, 350, 700]) {
      await new Promise((done) => setTimeout(done, wait));
      await refresh();
      if (tab && (await stateOfTab(tab.id))) return;
    }
  }

  useEffect(() => {
    reportErrors(readAgain());
    reportErrors(refresh());
    browser.permissions.onAdded.addListener(() => reportErrors(lookAfterGrant()));
    browser.permissions.onRemoved.addListener(() => reportErrors(refresh()));
    // Shows reports of other tabs, and a proof that was under way when the popup opened, when they arrive.
    const follow = coalesce(readAgain, NEWS_MILLIS);
    browser.storage.onChanged.addListener((_changes, area) => {
      if (area !== 'managed') reportErrors(follow());
    });
  }, []);

  return { ...shown, refresh, readAgain };
}

/** Changes within this time are shown together. */
const NEWS_MILLIS = 50;
