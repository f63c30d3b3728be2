/**
 * Makes the stores' pictures (store/pictures) and the README's animated picture (docs/images/story.png): the real
 * extension, in Chromium, at the stand-in Jira. `npm run images` calls it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Page, Viewport } from 'puppeteer-core';
import { badgeOf, presentationOf, textKeysOf, usersIn } from '../src/verdict/presentation.ts';
import type { Verdict } from '../src/verdict/verdict.ts';
import { launch, type Tab } from '../tests/e2e/browsers/browser.ts';
import { CHROMIUM } from '../tests/e2e/browsers/chromium.ts';
import { pause, until } from '../tests/e2e/browsers/until.ts';
import { makeFile } from '../tests/e2e/files.ts';
import { attachLog, logIn, logOut, popupPage, switchTo, waitForBadge, waitForBanner } from '../tests/e2e/scenario.ts';
import { serveJira, type RunningJira } from '../tests/fixtures/jira/serve.ts';
import { animate, type Frame } from './apng.ts';
import { textOf, type Messages } from './locales.ts';
import { buttonOfBadge, drawButton, drawPage, drawPromotion, drawWindow, type Shot } from './picture-layout.ts';

const STORE = { width: 1280, height: 800 };
const PROMOTION = { width: 440, height: 280 };
const STORY = { width: 800, height: 732 };
/** What a page has in a window of a store picture, and of the story. */
const WIDE = { width: 933, height: 510, deviceScaleFactor: 1.2 };
const NARROW = { width: 527, height: 557, deviceScaleFactor: 1.1 };
/** The largest popup that Chromium shows. */
const IN_POPUP = { width: 360, height: 600, deviceScaleFactor: 1.15 };
const IN_STORY = { width: 760, height: 560, deviceScaleFactor: 1.5 };

const HOST = 'jira.example.com';
const COMMENT = 'The sill is bent, see the log. ';

const first = await serve();
const { port } = new URL(first.origin);
CHROMIUM.args.push(`--host-resolver-rules=MAP ${HOST} 127.0.0.1:${port}`);
const browser = await launch('chromium');
try {
  await browser.grant(`${withoutPort(first).url}/*`);
  await browser.setScheme('light');
  const tabs = { tab: await browser.open('about:blank'), other: await browser.open('about:blank') };

  const story = await playStory({ ...tabs, server: withoutPort(first) });
  await first.close();
  // Another Jira at the same address, in which nothing has happened yet.
  const second = await serve(Number(port));
  const shots = await shoot({ ...tabs, server: withoutPort(second) });
  await second.close();

  const { page } = await browser.open('about:blank');
  await drawStory(page, story);
  await drawStorePictures(page, shots);
} finally {
  await browser.close();
}
process.exit();

interface Scene {
  /** alice's issue page. */
  readonly tab: Tab;
  /** Another tab of the same Jira, in which alice logs in and out. */
  readonly other: Tab;
  readonly server: RunningJira;
}

function serve(at = 0): Promise<RunningJira> {
  return serveJira({ host: HOST, tls: true, port: at });
}

/** The Jira by its address in the browser, which has no port: pictures do not differ from run to run. */
function withoutPort(jira: RunningJira): RunningJira {
  return { ...jira, url: `https://${HOST}` };
}

/** Opens RAIL-7 as alice, and begins a comment. */
async function begin({ tab, other, server: { url }, server: jira }: Scene, viewport: Viewport): Promise<void> {
  await other.goto(`${url}/login.jsp`);
  await logIn(other, jira, 'alice');
  for (const each of [tab, other]) await each.page.setViewport(viewport);
  await tab.activate();
  await tab.leave(`${url}/browse/RAIL-7`);
  await tab.page.type('#comment', COMMENT);
  await waitForBadge(tab, '4h', 3_000);
}

/** A caption, what is seen, and for how long. */
type Step = readonly [caption: string, shot: Shot, seconds: number];

async function playStory(scene: Scene): Promise<Step[]> {
  const { tab, other, server: jira } = scene;
  const steps: Step[] = [];
  const step = async (caption: string, seen = tab, seconds = 2.5): Promise<void> => {
    steps.push([caption, await shotOf(seen, 'description'), seconds]);
  };
  await begin(scene, IN_STORY);
  await step('You write a comment, and leave it for later.');

  await logOut(other, jira);
  await other.activate();
  await other.goto(`${jira.url}/login.jsp`);
  await other.page.type('[name=os_username]', 'alice');
  await other.page.type('[name=os_password]', 'alice');
  await waitForBadge(tab, 'out', 3_000);
  await step('Your session ends.<br>You sign in again in another tab.', other);

  await logIn(other, jira, 'alice');
  await tab.activate();
  await waitForBanner(tab, 'Renewing mends it in place', 3_000);
  await step('Back at your page,<br>Freshtoken warns you: it is stale.', tab, 3);

  await tab.press('Renew this page');
  await waitForBanner(tab, 'This page is fresh again', 3_000);
  await step('One click renews it in place. Nothing is reloaded.', tab, 3);

  await tab.drop('#dropzone', [makeFile('door-controller.log').path]);
  await attachLog(tab, 1);
  await until('the banner is gone', 8_000, async () => (await tab.banner()) === null);
  await step('A file that you drop is attached.');

  await tab.page.type('#comment', 'It has the times too.');
  await step('Your comment is still there. You finish it …');

  await Promise.all([tab.page.waitForNavigation(), tab.page.click('#comment-submit')]);
  await waitForBadge(tab, '4h', 3_000);
  await step('… and Jira takes it.', tab, 4);
  return steps;
}

type Shots = Readonly<Record<'stale' | 'popup' | 'parked' | 'attached' | 'options', Shot>>;

async function shoot(scene: Scene): Promise<Shots> {
  const { tab, other, server: jira } = scene;
  await begin(scene, WIDE);
  // With more tabs the popup would hide the button below them.
  const further = await browser.open(`${jira.url}/browse/RAIL-8`);
  await switchTo(other, jira, 'alice');
  await other.leave('about:blank');
  for (const each of [further, tab]) {
    await each.activate();
    await waitForBanner(each, 'Renewing mends it in place', 3_000);
  }
  const stale = await shotOf(tab);

  const popup = await popupPage(browser, tab);
  await popup.setViewport(IN_POPUP);
  await popup.evaluateOnNewDocument(showTimesAs, Date.now(), new Date().setHours(9, 0, 30, 0));
  await popup.reload();
  await popup.waitForSelector('#sentence');
  await until('the popup lists the other tab', 5_000, () => popup.$('.tab'));
  await pause(500);
  const popupShot = { ...stale, png: await popup.screenshot() };
  await popup.close();
  await further.close();

  await other.goto(`${jira.url}/login.jsp`);
  await tab.activate();
  await tab.press('Renew this page');
  await waitForBanner(tab, 'This page is fresh again', 3_000);
  await tab.press('Dismiss');
  await tab.page.setViewport(NARROW);
  await logOut(other, jira);
  await waitForBanner(tab, 'You are signed out', 3_000);
  await tab.drop('#dropzone', [makeFile('door-controller.log').path]);
  await waitForBanner(tab, 'door-controller.log', 3_000);
  const parked = await shotOf(tab);
  await logIn(other, jira, 'alice');
  await tab.activate();
  await attachLog(tab, 1);
  await waitForBanner(tab, 'handed to Jira', 3_000);
  const attached = await shotOf(tab);

  const options = await browser.extensionPage('extension/options/index.html');
  await browser.setScheme('dark');
  await options.setViewport(WIDE);
  await options.waitForSelector('[role=switch], input');
  await pause(500);
  const button = { tone: 'none', badge: '' } as const;
  const optionsShot = { png: await options.screenshot(), address: 'Freshtoken options', button };
  await options.close();
  return { stale, popup: popupShot, parked, attached, options: optionsShot };
}

/** Runs in the popup: shows the time `now` as another one, so that a picture does not differ from run to run. */
function showTimesAs(now: number, shown: number): void {
  const { format } = Object.getOwnPropertyDescriptors(Intl.DateTimeFormat.prototype);
  Object.defineProperty(Intl.DateTimeFormat.prototype, 'format', {
    get(this: Intl.DateTimeFormat) {
      const original = format.get!.call(this) as Intl.DateTimeFormat['format'];
      return (at: number) => original(at - now + shown);
    },
  });
}

/**
 * What a tab shows, once the banner has come to rest: an issue from its description on, or up to the comment that is
 * being written.
 */
async function shotOf(tab: Tab, part: 'description' | 'comment' = 'comment'): Promise<Shot> {
  await tab.activate();
  // A caret blinks, and a short page does not scroll far enough.
  await tab.page.addStyleTag({ content: '* { caret-color: transparent } body { padding-bottom: 300px }' });
  await tab.page.evaluate((isComment) => {
    const { top = 0 } = document.querySelector('h2')?.getBoundingClientRect() ?? {};
    const { bottom = 0 } = document.querySelector('#comment')?.getBoundingClientRect() ?? {};
    scrollBy(0, isComment ? bottom - innerHeight + 16 : top - 20);
  }, part === 'comment');
  await pause(700);
  return {
    png: await tab.page.screenshot({ captureBeyondViewport: false }),
    address: tab.page.url().replace('https://', ''),
    button: buttonOfBadge(await tab.badge()),
  };
}

async function drawStory(page: Page, steps: readonly Step[]): Promise<void> {
  await page.setViewport({ ...STORY, deviceScaleFactor: IN_STORY.deviceScaleFactor });
  const frames: Frame[] = [];
  for (const [caption, shot, seconds] of steps) {
    frames.push({ png: await draw(page, drawPage(caption, drawWindow(shot, IN_STORY.width))), seconds });
  }
  writeFileSync('docs/images/story.png', animate(frames));
  // For those who want no motion: the warning, which is the third step.
  writeFileSync('docs/images/story-still.png', frames[2]!.png);
}

async function drawStorePictures(page: Page, shots: Shots): Promise<void> {
  mkdirSync('store/pictures', { recursive: true });
  const save = async (name: string, html: string): Promise<void> =>
    writeFileSync(`store/pictures/${name}.png`, await draw(page, html));
  const window = (shot: Shot): string => drawWindow(shot, 1120);
  await page.setViewport(STORE);
  await save('1-banner', drawPage('A stale Jira page? One click renews it in place.', window(shots.stale)));
  const popup = drawWindow(shots.popup, IN_POPUP.width * IN_POPUP.deviceScaleFactor);
  const inPopup = 'The popup says what is wrong, and renews all your Jira tabs with one click.';
  await save('2-popup', drawPage(inPopup, popup, 'side'));
  await save('3-button', drawPage('The toolbar button shows the state of each page.', drawStates()));
  const both = drawWindow(shots.parked, 580) + drawWindow(shots.attached, 580);
  await save('4-files', drawPage('Signed out? Your file waits until you are back.', both));
  await save('5-options', drawPage('Each Jira has its own settings, in light or dark.', window(shots.options)));
  await page.setViewport(PROMOTION);
  await save('promotion', drawPromotion('Freshtoken for Jira', 'Stale pages renewed in place. What you typed stays.'));
}

/** The states of the toolbar button that users meet most, each with the product's sentence. */
function drawStates(): string {
  const now = Date.UTC(2026, 0, 5, 9);
  const states: Verdict[] = [
    { name: 'fresh', endsAt: now + 299 * 60_000 },
    { name: 'aging', endsAt: now + 12 * 60_000 },
    { name: 'stale', renewal: 'possible' },
    { name: 'signed-out' },
    { name: 'other-user', user: 'mallory' },
    { name: 'signed-in' },
    { name: 'other-jira' },
    { name: 'offline' },
  ];
  const messages = JSON.parse(readFileSync('extension/_locales/en/messages.json', 'utf8')) as Messages;
  const cells = states.map((verdict) => {
    const [user, other] = usersIn(verdict, 'alice');
    const sentence = textOf(messages[textKeysOf(verdict).sentence]!).replace('$1', user).replace('$2', other);
    const button = drawButton({ tone: presentationOf(verdict).tone, badge: badgeOf(verdict, now) }, 64);
    return `<div class="state">${button}<span>${sentence}</span></div>`;
  });
  return `<div class="states">${cells.join('')}</div>`;
}

async function draw(page: Page, html: string): Promise<Uint8Array> {
  await page.setContent(html);
  await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
  return page.screenshot();
}
