/**
 * A day with many tabs of one Jira. A few of its tabs are kept: they are never left or reloaded, and each has a twin,
 * which is the same page on a host that the extension does not watch. What is done in a kept tab is done in its twin
 * too, so that what only the kept tab gains is the extension's.
 */
import type { Browser, Tab } from '../e2e/browsers/browser.ts';
import { limited, pause, until } from '../e2e/browsers/until.ts';
import { DIALOG_EDITOR, editorReady, switchEditor, typeIn } from '../e2e/editors.ts';
import { makeFile } from '../e2e/files.ts';
import { logIn, logOut, switchTo } from '../e2e/scenario.ts';
import { createClock } from '../fixtures/jira/clock.ts';
import { serveJira, type RunningJira } from '../fixtures/jira/serve.ts';
import type { Random } from './statistics.ts';

/** A kept tab and its twin. */
interface Pair {
  readonly kept: Tab;
  readonly twin: Tab;
}

export interface Day {
  readonly pairs: readonly Pair[];
  /** The requests to the watched Jira so far, and how many of them asked who is signed in. */
  requests(): { all: number; questions: number };
  /** Moves the clocks by a quarter of an hour, then plays some events. The background is killed only if it may be. */
  passQuarter(mayKill: boolean): Promise<void>;
  /** alice signs in, comes to each kept tab, and waits until nothing is parked: so all measurements are alike. */
  settle(): Promise<void>;
  /** What is wrong at the end of the day, in sentences: badges, attachments, errors that the extension has logged. */
  faults(): Promise<string[]>;
  /** Events that could not be played. */
  readonly failures: readonly string[];
  end(): Promise<void>;
}

const JIRA = { anatomy: 'real', editorInDialog: true, rewritesAddress: true } as const;
const ISSUE = '/browse/RAIL-7';
const SPLIT_VIEW = '/issues/?jql=project%3DRAIL';
const DASHBOARD = '/secure/Dashboard.jspa';
/** Split views and dashboards rewrite their address while they load. */
const PAGES = [ISSUE, '/browse/RAIL-8', SPLIT_VIEW, DASHBOARD, '/secure/RapidBoard.jspa?rapidView=1'];
const KEPT_PAGES = [ISSUE, SPLIT_VIEW, DASHBOARD];
export const KEPT_TABS = KEPT_PAGES.length;

const QUARTER_MINUTES = 15;
/** How many events there are in a quarter of an hour, at least and at most. */
const EVENTS = [2, 6] as const;
/** How long an event may take. */
const LIMIT_MILLIS = 60_000;

const FILE_INPUT = '#attachmentmodule input.issue-drop-zone__file';
const VISUAL = '#addcomment [data-mode=wysiwyg]';

/** Opens the tabs; `tabs` is how many of them the extension watches. */
export async function startDay(browser: Browser, tabs: number, random: Random): Promise<Day> {
  const clock = createClock();
  const server = await serveJira({ ...JIRA, clock });
  // Its time does not pass: nobody is ever signed out there.
  const twinServer = await serveJira({ ...JIRA, host: 'localhost' });
  const failures: string[] = [];
  const parked = new Set<Tab>();
  const changing: Tab[] = [];
  let signedIn: string | null = null;
  let aheadMinutes = 0;
  let numbers = 0;

  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  /** An address that no other tab has: in Chromium the popup's tab is found by it. */
  const addressOf = ({ url }: RunningJira, path: string): string =>
    `${url}${path}${path.includes('?') ? '&' : '?'}tab=${++numbers}`;

  const other = await browser.open('about:blank');
  await signIn('alice');
  await logIn(other, twinServer, 'alice');
  const pairs: Pair[] = [];
  for (const path of KEPT_PAGES) {
    const kept = await browser.open(addressOf(server, path));
    pairs.push({ kept, twin: await browser.open(addressOf(twinServer, path)) });
  }
  while (pairs.length + changing.length < tabs) changing.push(await browser.open(addressOf(server, pick(PAGES))));
  const [issuePair, splitViewPair] = pairs as [Pair, Pair];

  async function signIn(user: string): Promise<void> {
    await switchTo(other, server, user);
    signedIn = user;
  }

  /** Does the same in a kept tab and in its twin, each in front. */
  async function inBoth(pair: Pair, work: (tab: Tab, jira: RunningJira) => Promise<unknown>): Promise<void> {
    for (const [tab, jira] of [
      [pair.kept, server],
      [pair.twin, twinServer],
    ] as const) {
      await comeTo(tab);
      await work(tab, jira);
    }
  }

  async function comeTo(tab: Tab): Promise<void> {
    await tab.activate();
    await tab.page.mouse.move(300 + 100 * random(), 4);
  }

  /** Attaches a file, and waits until Jira has it or it is parked. */
  async function attach(tab: Tab, { jira }: RunningJira): Promise<void> {
    const before = jira.attachments.length;
    // Each file has a name of its own: one that changes while it is parked is not released.
    await tab.pick(FILE_INPUT, [makeFile(`soak-${++numbers}.log`).path]);
    await until('the file is attached or parked', 4_000, async () => {
      if (jira.attachments.length > before) return true;
      if (!(await tab.banner())?.text.includes('safe here')) return false;
      parked.add(tab);
      return true;
    });
  }

  async function releaseAll(): Promise<void> {
    if (signedIn !== 'alice') await signIn('alice');
    for (const tab of parked) {
      await comeTo(tab);
      await until('the parked file is released', 5_000, async () => !(await tab.banner())?.text.includes('safe here'));
      parked.delete(tab);
    }
  }

  const events: Readonly<Record<string, () => Promise<unknown>>> = {
    'alice signs in again': () => signIn('alice'),
    'mallory signs in': () => signIn('mallory'),
    'the user signs out': async () => {
      await logOut(other, server);
      signedIn = null;
    },
    'Jira forgets all sessions': async () => {
      server.jira.sessions.dropAll();
      signedIn = null;
    },
    'the address changes': () => {
      const pair = pick([issuePair, pairs[2]!]);
      const [method, number] = [pick(['pushState', 'replaceState'] as const), ++numbers];
      return inBoth(pair, (tab) => tab.page.evaluate((name, n) => history[name]({}, '', `?tab=${n}`), method, number));
    },
    'another issue is shown in the split view': () => {
      const at = Math.floor(random() * 3);
      return inBoth(splitViewPair, async (tab) => {
        await tab.page.evaluate((n) => {
          const links = document.querySelectorAll<HTMLElement>('.issue-list a[data-key]');
          links[n % links.length]!.click();
        }, at);
        await pause(300);
        await until('the issue is shown', 2_000, () => tab.page.$(VISUAL));
      });
    },
    'an editor is opened and closed': () =>
      inBoth(pick([issuePair, splitViewPair]), async (tab) => {
        await switchEditor(tab, 'wysiwyg');
        await typeIn(tab, 'half');
        await switchEditor(tab, 'source');
        await tab.page.$eval('#comment', (text) => ((text as HTMLTextAreaElement).value = ''));
      }),
    'a dialog with an editor is opened and closed': () =>
      inBoth(issuePair, async (tab) => {
        await tab.page.$eval('#create_link', (link) => (link as HTMLElement).click());
        await until('the dialog', 2_000, () => tab.page.$('#create-issue-cancel'));
        await editorReadyIfVisual(tab);
        await tab.page.$eval('#create-issue-cancel', (button) => (button as HTMLElement).click());
        await until('the dialog is closed', 2_000, async () => (await tab.page.$('#create-issue-cancel')) === null);
      }),
    // Not in the split view: there a parked file waits until its own issue is shown again.
    'a file is attached': () => inBoth(issuePair, attach),
    'parked files are released': releaseAll,
    'parked files are discarded': async () => {
      for (const tab of parked) {
        await comeTo(tab);
        await tab.press('Discard files');
        parked.delete(tab);
      }
    },
    'a tab goes to another page': () => pick(changing).leave(addressOf(server, pick(PAGES))),
    'a tab is closed, another is opened': async () => {
      const at = Math.floor(random() * changing.length);
      await changing[at]!.close();
      changing[at] = await browser.open(addressOf(server, pick(PAGES)));
    },
    'the popup is opened and closed': async () => {
      const popup = await pick([issuePair.kept, ...changing]).popup();
      await until('the popup has its text', 3_000, async () => (await popup.text()) !== '');
      await popup.close();
    },
  };

  /** Plays an event. One that fails is recorded, and the day goes on. */
  async function play(name: string, event: () => Promise<unknown>): Promise<void> {
    await limited(name, LIMIT_MILLIS, event()).catch((error: unknown) =>
      failures.push(`after ${aheadMinutes} minutes: ${name}: ${String(error)}`),
    );
  }

  /** What a badge must show, by the page's own user and token and the browser's cookie, while alice is signed in. */
  async function badgeFault(tab: Tab): Promise<string | null> {
    // No named function: tsx would add a call that the page does not know.
    const state = await tab.page.evaluate(() => {
      const [user, token] = ['ajs-remote-user', 'atlassian-token'].map(
        (name) => document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? '',
      );
      const cookie = /(?:^|; )atlassian\.xsrf\.token=([^;]*)/.exec(document.cookie)?.[1] ?? '';
      return { user, isCurrent: token === cookie };
    });
    const { text } = await tab.badge();
    const isRight =
      state.user === ''
        ? text === 'in'
        : state.user !== 'alice'
          ? text === 'user'
          : state.isCurrent
            ? /^\d+[hm]$/.test(text)
            : text === '!';
    return isRight ? null : `${tab.page.url()} of "${state.user}", ${state.isCurrent ? 'fresh' : 'stale'}: "${text}"`;
  }

  async function waitForBadgeToBeRight(tab: Tab): Promise<string[]> {
    let fault: string | null = null;
    await comeTo(tab);
    const isRight = until('the badge is right', 3_000, async () => (fault = await badgeFault(tab)) === null);
    return isRight.then(
      () => [],
      (error: unknown) => [`A badge is wrong: ${fault ?? String(error)}`],
    );
  }

  async function attachmentFaults(tab: Tab): Promise<string[]> {
    const { attachments } = server.jira;
    const before = attachments.length;
    await comeTo(tab);
    try {
      await attach(tab, server);
    } catch (error) {
      return [`Nothing was attached at ${tab.page.url()}: ${String(error)}`];
    }
    return attachments.length === before + 1 ? [] : [`Nothing was attached at ${tab.page.url()}: it was parked`];
  }

  return {
    pairs,
    failures,

    requests() {
      const { requests } = server.jira;
      const questions = requests.filter(({ path }) => /^\/rest\/(auth\/1\/session|api\/2\/myself)$/.test(path));
      return { all: requests.length, questions: questions.length };
    },

    async passQuarter(mayKill) {
      clock.advance(QUARTER_MINUTES);
      aheadMinutes += QUARTER_MINUTES;
      await browser.store('local', { aheadMillis: aheadMinutes * 60_000 });
      if (signedIn !== 'alice' && random() < 0.6) await play('alice is back', () => signIn('alice'));
      const count = EVENTS[0] + Math.floor(random() * (EVENTS[1] - EVENTS[0] + 1));
      for (let n = 0; n < count; n++) {
        const [name, event] = pick(Object.entries(events));
        await play(name, event);
      }
      if (mayKill && random() < 0.5) await play('the background dies', () => browser.killBackground());
    },

    async settle() {
      await play('nothing is parked', releaseAll);
      for (const pair of pairs) await play('the user comes', () => inBoth(pair, () => pause(300)));
      // By now a banner that reports a success is gone.
      await pause(7_000);
      // The background must run to be measured.
      await browser.refreshAllTabs();
    },

    async faults() {
      const faults: string[] = [];
      await signIn('alice');
      const kept = pairs.map((pair) => pair.kept);
      for (const tab of [...kept, ...changing]) faults.push(...(await waitForBadgeToBeRight(tab)));
      for (const tab of kept.slice(0, 2)) faults.push(...(await attachmentFaults(tab)));
      const others = server.jira.attachments.filter(({ user }) => user !== 'alice');
      if (others.length > 0) faults.push(`${others.length} files were attached by another user than the page's.`);
      const errors = (await browser.loggedErrors()).filter((error) => error.startsWith('extension:'));
      return [...faults, ...errors.map((error) => `An error was logged by the ${error}`)];
    },

    async end() {
      await server.close();
      await twinServer.close();
    },
  };
}

/** Waits for the dialog's editor if it starts in Visual. */
async function editorReadyIfVisual(tab: Tab): Promise<void> {
  const button = await tab.page.$('#create-issue-dialog [data-mode=wysiwyg]');
  if (!button) return;
  await button.evaluate((found) => (found as HTMLElement).click());
  await editorReady(tab, DIALOG_EDITOR);
}
