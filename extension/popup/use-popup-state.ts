/**
 * Keeps what the popup shows up to date: first what is known already, then the result of a refresh, then all changes.
 * The result of the latest read is shown, even if it arrives before an earlier one.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { coalesce, pause } from '../../src/lib/async.ts';
import { browser } from '../shared/browser.ts';
import { reportErrors } from '../shared/errors.ts';
import { stateOfTab } from '../shared/storage/tabs.ts';
import { jiraTabs, type JiraTab } from './other-tabs.ts';
import { refreshedState, storedState, type ReadState, type Tab } from './current-tab.ts';
import { viewOf, type PopupView } from './popup-view.ts';

export interface PopupState {
  readonly view: PopupView;
  readonly tabs: readonly JiraTab[];
}

/**
 * What is known at once. The details, which are closed at first, and the list of tabs take longer, and follow a moment
 * later.
 */
export async function firstPopupState(tab: Tab | null): Promise<PopupState> {
  return { view: await viewOf(tab, storedState, false), tabs: [] };
}

/** Gives what to show now, and two ways to read it again: with a refresh of the page, or as it is known. */
export function usePopupState(
  tab: Tab | null,
  first: PopupState,
): PopupState & { refresh: () => Promise<void>; readAgain: () => Promise<void> } {
  const [shown, show] = useState(first);
  const [started, ended] = [useRef(0), useRef(0)];

  async function read(readState: ReadState): Promise<void> {
    const own = ++started.current;
    // One after the other: a page that is slow to answer must not bring an outdated list with it.
    const view = await viewOf(tab, readState);
    const tabs = await jiraTabs(tab?.incognito ?? false);
    if (own < ended.current) return;
    ended.current = own;
    show({ view, tabs });
  }
  const refresh = (): Promise<void> => read(refreshedState);
  const readAgain = (): Promise<void> => read(storedState);

  /** The background injects the script into the page; its first report comes a moment later. */
  async function refreshAfterGrant(): Promise<void> {
    for (const wait of [150, 350, 700]) {
      await pause(wait);
      await refresh();
      if (tab && (await stateOfTab(tab.id))) return;
    }
  }

  useEffect(() => {
    reportErrors(readAgain());
    reportErrors(refresh());
    browser.permissions.onAdded.addListener(() => reportErrors(refreshAfterGrant()));
    browser.permissions.onRemoved.addListener(() => reportErrors(refresh()));
    // Shows reports of other tabs, and a proof that was under way when the popup opened, when they arrive.
    const follow = coalesce(readAgain, CHANGES_MILLIS);
    browser.storage.onChanged.addListener((_changes, area) => {
      if (area !== 'managed') reportErrors(follow());
    });
  }, []);

  return { ...shown, refresh, readAgain };
}

/** Changes within this time are shown together. */
const CHANGES_MILLIS = 50;
