/**
 * What the popup shows, kept up with what becomes known: first what is known already, then what one more look finds,
 * and then all news. What was asked for later is shown, though it may come sooner.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { TabState } from '../../src/messages/protocol.ts';
import { coalesce } from '../../src/lib/async.ts';
import { browser } from '../shared/browser.ts';
import { reportErrors } from '../shared/errors.ts';
import { stateOfTab } from '../shared/storage/tabs.ts';
import { jiraTabs, type JiraTab } from './other-tabs.ts';
import { ask, type Tab } from './tab.ts';
import { viewOf, type PopupView } from './view.ts';

export interface Shown {
  readonly view: PopupView;
  readonly tabs: readonly JiraTab[];
}

type Learn = (tab: Tab) => Promise<TabState | null>;

const asKnown: Learn = ({ id }) => stateOfTab(id);

/** What is there at once. The list of tabs comes a moment after: with two hundred of them it takes as long again. */
export async function firstShown(tab: Tab | null): Promise<Shown> {
  return { view: await viewOf(tab, asKnown), tabs: [] };
}

/** Gives what to show now, and two ways to have it read again: with one more look at the page, or as it is known. */
export function useShown(
  tab: Tab | null,
  first: Shown,
): Shown & { refresh: () => Promise<void>; readAgain: () => Promise<void> } {
  const [shown, show] = useState(first);
  const [started, ended] = [useRef(0), useRef(0)];

  async function read(learn: Learn): Promise<void> {
    const own = ++started.current;
    // One after the other: a page that is slow to answer must not bring an old list with it.
    const view = await viewOf(tab, learn);
    const tabs = await jiraTabs(tab?.incognito ?? false);
    if (own < ended.current) return;
    ended.current = own;
    show({ view, tabs });
  }
  const refresh = (): Promise<void> => read(ask);
  const readAgain = (): Promise<void> => read(asKnown);

  /** The background brings the script to the page; its first report comes a moment later. */
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
    // What other tabs report, and a proof that was under way when the popup opened, is shown when it comes.
    const follow = coalesce(readAgain, NEWS_MILLIS);
    browser.storage.onChanged.addListener((_changes, area) => {
      if (area !== 'managed') reportErrors(follow());
    });
  }, []);

  return { ...shown, refresh, readAgain };
}

/** So long the news of a moment are waited for, and shown together. */
const NEWS_MILLIS = 50;
