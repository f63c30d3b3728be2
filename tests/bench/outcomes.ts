/**
 * `npm run bench -- --outcomes`: what becomes of a file and of a half-written comment in the cases of
 * docs/jira-xsrf.md, with different tools, and how many requests each tool sends in an hour. In Chromium.
 */
import type { Page } from 'puppeteer-core';
import { limited, pause, until } from '../e2e/browsers/until.ts';
import { createClock } from '../fixtures/jira/clock.ts';
import { serveJira, type RunningJira } from '../fixtures/jira/serve.ts';
import type { Arm } from './arms.ts';
import { attachIn, openIssue, signIn } from './instruments.ts';
import { aboutOf, listOf } from './report.ts';
import { launchSubject, type Subject } from './subject.ts';

const CASES = [
  { number: 1, title: 'idle past the timeout' },
  { number: 2, title: 'the same, and another tab has noticed' },
  { number: 4, title: 'logged out and in again in another tab' },
  { number: 5, title: 'logged out in another tab' },
  { number: 6, title: 'logged in as another user in another tab' },
  { number: 12, title: 'back to a page from before a login' },
] as const;
const WAYS = ['drop', 'comment'] as const;

type Case = (typeof CASES)[number]['number'];
type Way = (typeof WAYS)[number];

/** What has become of a file or a comment. */
interface Outcome {
  /** What the user sees at each try. */
  readonly steps: readonly string[];
  /** Whose file or comment Jira has now; null if it has none. */
  readonly user: string | null;
}

/** One row of the table: a case and a way, with what each arm makes of it. */
export interface OutcomeRow {
  readonly title: string;
  /** By the arm's name. */
  readonly cells: Record<string, string>;
}

/**
 * Plays all cases with each arm, the arms at the same time, because nothing is measured and most of it is waiting. What
 * can't be played says so in its cell.
 */
export async function playOutcomes(arms: readonly Arm[], log: (line: string) => void): Promise<OutcomeRow[]> {
  const rows = scenarios().map(({ title, play }) => ({ title, play, cells: {} as Record<string, string> }));
  const playArm = async (arm: Arm): Promise<void> => {
    for (const { title, play, cells } of rows) {
      // A browser that crashes or hangs is launched once more.
      const start = (): Promise<string> => limited(title, LIMIT_MILLIS, withSubject(arm, play));
      cells[arm.name] = await start()
        .catch(start)
        .catch((error: unknown) => `not played: ${String(error)}`);
      log(`${arm.name}, ${title}: ${cells[arm.name]}`);
    }
  };
  await Promise.all(arms.map(playArm));
  return rows.map(({ title, cells }) => ({ title, cells }));
}

const LIMIT_MILLIS = 90_000;

interface Scenario {
  readonly title: string;
  readonly play: (subject: Subject) => Promise<string>;
}

function scenarios(): Scenario[] {
  const ofCases = CASES.flatMap(({ number, title }) =>
    WAYS.map((way) => ({
      title: `${number}: ${title}; ${NAMES[way]}`,
      play: async (subject: Subject) => inWords(await playOnce(subject, number, way)),
    })),
  );
  const ofHours = [true, false].map((isPresent) => ({
    title: `requests in an hour, the user ${isPresent ? 'present' : 'absent'}`,
    play: (subject: Subject) => requestsInAnHour(subject, isPresent),
  }));
  return [...ofCases, ...ofHours];
}

const NAMES: Readonly<Record<Way, string>> = { drop: 'a dropped file', comment: 'a half-written comment' };

/** The table in Markdown, and what there is to say about its tools. */
export function outcomesTable(rows: readonly OutcomeRow[], tools: readonly Arm[]): string {
  const arms = tools.map(({ name }) => name);
  const lineOf = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    lineOf(['case', ...arms]),
    lineOf(['---', ...arms.map(() => '---')]),
    ...rows.map(({ title, cells }) => lineOf([title, ...arms.map((arm) => cells[arm] ?? '')])),
    '',
    ...listOf(aboutOf(tools)),
  ].join('\n');
}

function inWords({ steps, user }: Outcome): string {
  return steps.join(', then ') + (user && user !== 'alice' ? ` **as ${user}**` : '');
}

/** A new browser for each, because what a tool has stored from one case would change the next. */
async function withSubject<T>(arm: Arm, work: (subject: Subject) => Promise<T>): Promise<T> {
  const subject = await launchSubject('chromium', arm);
  try {
    return await work(subject);
  } finally {
    await subject.close();
  }
}

const TIMEOUT_MINUTES = 300;
const HALF = 'The sill is bent';
const REST = ' and the door is ajar.';

/** alice's issue, open in a browser's tab. */
interface Visit {
  readonly subject: Subject;
  readonly tab: Page;
  readonly server: RunningJira;
  readonly pass: (minutes: number) => Promise<void>;
}

async function visit<T>(subject: Subject, work: (visit: Visit) => Promise<T>): Promise<T> {
  const clock = createClock();
  const server = await serveJira({ clock, timeoutMinutes: TIMEOUT_MINUTES });
  const { page: tab } = subject;
  let passed = 0;

  /** Moves the clocks of Jira and of Freshtoken, and brings the alarms of other extensions forward. */
  async function pass(minutes: number): Promise<void> {
    for (let left = minutes; left > 0; left -= STEP_MINUTES) {
      const step = Math.min(STEP_MINUTES, left);
      clock.advance(step);
      passed += step;
      // What an alarm starts, such as a reload, takes a moment.
      if (await subject.inBackground(moveTime, step, passed)) await pause(ALARM_MILLIS);
    }
  }

  try {
    await signIn(tab, server);
    await openIssue(tab, server, 7);
    await pause(500);
    return await work({ subject, tab, server, pass });
  } finally {
    await server.close();
  }
}

const STEP_MINUTES = 5;
const ALARM_MILLIS = 150;

/**
 * Runs in a background: sets Freshtoken's clock, or brings each alarm of another extension forward and fires those that
 * are due; returns whether there were any. The browser would fire alarms at most once in a second.
 */
async function moveTime(step = 0, passed = 0): Promise<boolean> {
  const { alarms, runtime, storage } = chrome;
  if (runtime.getManifest().short_name === 'Freshtoken') {
    await storage.local.set({ aheadMillis: passed * 60_000 });
    return false;
  }
  if (!alarms) return false;
  const { onAlarm } = alarms as unknown as { onAlarm: { dispatch(alarm: chrome.alarms.Alarm): void } };
  let hasFired = false;
  for (const alarm of await alarms.getAll()) {
    const { name, periodInMinutes } = alarm;
    const when = alarm.scheduledTime - step * 60_000;
    const isDue = when <= Date.now();
    if (!isDue) await alarms.create(name, { when, ...(periodInMinutes !== undefined && { periodInMinutes }) });
    else if (periodInMinutes === undefined) await alarms.clear(name);
    else await alarms.create(name, { when: when + periodInMinutes * 60_000, periodInMinutes });
    if (isDue) onAlarm.dispatch(alarm);
    hasFired ||= isDue;
  }
  return hasFired;
}

function playOnce(browser: Subject, number: Case, way: Way): Promise<Outcome> {
  return visit(browser, async (at) => {
    const { tab, server, subject } = at;
    const other = await subject.openTab();
    await other.goto('about:blank');
    await tab.bringToFront();
    if (way === 'comment') await tab.type('#comment', HALF);
    await pause(500);
    await playCase(at, other, number);
    await comeBack(tab);

    const send = way === 'drop' ? sendFile : sendComment;
    const steps = [await send(tab, server)];
    // Jira's refusal of a form offers to repeat it, and users press that at once.
    if (steps[0] === REFUSED && (await tab.$(RETRY))) steps.push(await send(tab, server));
    if (!ENDS.has(steps.at(-1)!)) {
      await signIn(other, server);
      await comeBack(tab);
      // Nothing repeats by itself what Jira has refused. Freshtoken's questions can be ten seconds apart.
      const isSent = steps.at(-1) !== REFUSED && (await isSentWithin(4_000, server, way));
      steps.push(isSent ? 'sent by itself' : await send(tab, server));
    }
    return { steps, user: userOf(server, way) };
  });
}

function isSentWithin(millis: number, server: RunningJira, way: Way): Promise<boolean> {
  return until('what waits is sent', millis, async () => userOf(server, way) !== null).catch(() => false);
}

const REFUSED = 'refused';
const LOST = '**text lost**';
const ENDS: ReadonlySet<string> = new Set(['attached', 'saved', LOST]);
const RETRY = '#atl_token_retry_button';

async function playCase({ tab, server, pass }: Visit, other: Page, number: Case): Promise<void> {
  switch (number) {
    case 1:
    case 2:
      await pass(TIMEOUT_MINUTES + 1);
      await pause(500);
      if (number === 2) await other.goto(`${server.url}/secure/Dashboard.jspa`);
      return;
    case 4:
      return signIn(other, server);
    case 5:
      await signIn(other, server);
      await other.evaluate(async (to) => void (await fetch(`${to}/logout`)), server.url);
      return;
    case 6:
      return signIn(other, server, 'mallory');
    case 12:
      await tab.goto(`${server.url}/secure/Dashboard.jspa`);
      await signIn(other, server);
      await tab.bringToFront();
      await tab.evaluate(() => history.back());
      await tab.waitForSelector('#comment');
  }
}

async function comeBack(tab: Page): Promise<void> {
  await tab.bringToFront();
  await tab.mouse.move(300 + Math.random() * 100, 200);
  await pause(1_000);
}

async function sendFile(tab: Page): Promise<string> {
  const before = await tab.$$eval('#attach-log li', (lines) => lines.length).catch(() => 0);
  await attachIn(tab);
  const status = await until('an outcome', 1_000, () =>
    tab.$$eval('#attach-log li', (lines, known) => lines[known]?.dataset['status'], before),
  ).catch(() => 'kept');
  return { ok: 'attached', kept: 'kept in the page' }[status] ?? REFUSED;
}

async function sendComment(tab: Page, { jira }: RunningJira): Promise<string> {
  const requests = jira.requests.length;
  if (await tab.$(RETRY)) {
    await tab.click(RETRY);
  } else {
    const text = await tab.$eval('#comment', (box) => (box as HTMLTextAreaElement).value).catch(() => null);
    if (text === null) return 'the page is gone';
    if (!text.startsWith(HALF)) return LOST;
    if (text === HALF) await tab.type('#comment', REST);
    await tab.click('#comment-submit');
  }
  return until('an outcome', 1_000, async () => {
    if (jira.comments.some(({ body }) => body === HALF + REST)) return 'saved';
    const hasPosted = jira.requests.slice(requests).some(({ method, status }) => method === 'POST' && status > 0);
    return hasPosted && (await tab.$('#xsrf-error').catch(() => null)) ? REFUSED : null;
  }).catch(() => 'blocked, the text is still there');
}

/** The user in whose name Jira has the file or the comment; null if it has none. */
function userOf({ jira }: RunningJira, way: Way): string | null {
  return (way === 'drop' ? jira.attachments : jira.comments)[0]?.user ?? null;
}

const MINUTES_IN_HOUR = 60;

/** Counts the requests while an issue is open for an hour, in front with a user who clicks, or hidden. */
function requestsInAnHour(browser: Subject, isPresent: boolean): Promise<string> {
  return visit(browser, async ({ subject, tab, server, pass }) => {
    if (!isPresent) await (await subject.openTab()).bringToFront();
    const before = server.jira.requests.length;
    for (let passed = 0; passed < MINUTES_IN_HOUR; passed += STEP_MINUTES) {
      await pass(STEP_MINUTES);
      if (isPresent) await tab.mouse.click(300 + passed, 8);
      // A second reload would break the first one off before it is a request.
      await pause(1_000);
    }
    return String(server.jira.requests.length - before);
  });
}
