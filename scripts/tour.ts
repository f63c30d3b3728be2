/**
 * The tour: a stand-in Jira, and a browser with the extension on one of its issues. With a display, the page itself
 * guides the visitor; without one, the tour runs by itself and prints each step with its verdict.
 */
import { KINDS, launch } from '../tests/e2e/browsers/browser.ts';
import { pause } from '../tests/e2e/browsers/until.ts';
import { makeFile, picture } from '../tests/e2e/files.ts';
import { attachLog, logIn, logOut, switchTo, waitForBanner, watch } from '../tests/e2e/scenario.ts';
import { serveJira } from '../tests/fixtures/jira/serve.ts';

const kind = KINDS.find((each) => each === process.argv[2]) ?? 'chromium';
const hasDisplay = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);

let steps = 0;

const server = await serveJira({ tour: true, anatomy: 'real' });
const browser = await launch(kind, !hasDisplay);
await watch(browser);
const other = await browser.open(`${server.url}/login.jsp`);
await logIn(other, server, 'alice');
const tab = await browser.open(`${server.url}/browse/RAIL-7`);

if (hasDisplay) {
  console.log(`Jira is at ${server.url}; follow the steps on the page. Close the browser, or press Ctrl+C, to end.`);
  await closedByTheVisitor();
} else {
  await tour();
}
await browser.close();
await server.close();
process.exit();

async function tour(): Promise<void> {
  console.log(`No display: the tour drives ${kind} itself.`);
  await pause(500);
  await step('alice opens RAIL-7 and begins a comment');
  await tab.page.type('#comment', 'The sill is bent, see the photo.');

  await other.activate();
  await logOut(other, server);
  await waitForBanner(tab, 'You are signed out', 3_000);
  await step('she logs out in another tab', false);

  await logIn(other, server, 'alice');
  await tab.activate();
  await waitForBanner(tab, 'Renewing mends it in place', 3_000);
  await step('she logs in there again and comes back: this page is stale');

  await tab.press('Renew this page');
  await waitForBanner(tab, 'This page is fresh again', 3_000);
  await step('she presses "Renew this page"');

  await tab.drop('#attachmentmodule [duitype]', [makeFile('door-controller.log').path]);
  const [outcome] = await attachLog(tab, 1);
  const saved = server.jira.attachments.map(({ name, user }) => `${name} by ${user}`).join(', ');
  await step(`she drops a file: ${outcome}; the server has ${saved}`);

  await pause(5_000);
  await switchTo(other, server, 'mallory');
  await tab.activate();
  await waitForBanner(tab, 'mallory is signed in now', 8_000);
  await step('mallory logs in in the other tab: alice’s page is not renewed for her');
}

/** Prints what the tab shows, with a picture if it is in front: a busy browser may not draw a tab that nobody sees. */
async function step(what: string, isInFront = true): Promise<void> {
  const [badge, banner] = [await tab.badge(), await tab.banner()];
  console.log(`\n${++steps}. ${what}\n   badge: ${badge.text || '(none)'}   ${badge.title}`);
  if (banner) console.log(`   banner: ${banner.text} [${banner.buttons.join('] [')}]`);
  if (!isInFront) return;
  const file = picture(`tour-${kind}-${steps}`);
  await tab.screenshot(file);
  console.log(`   picture: ${file}`);
}

async function closedByTheVisitor(): Promise<void> {
  while (tab.page.browser().connected) await pause(500);
}
