/**
 * Attacks on the banner, by the page or by the names on it: the banner stays visible, its sentences stay intact, and
 * only the user can press its buttons.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JiraOptions } from '../../fixtures/jira/options.ts';
import { KINDS, type Browser, type Tab } from '../browsers/browser.ts';
import { pause, until } from '../browsers/until.ts';
import { makeFile, picture } from '../files.ts';
import { inOneBrowser } from '../one-browser.ts';
import {
  launchAndWatch,
  startScenario,
  switchTo,
  waitForBadge,
  waitForBanner,
  withScenario,
  type Scenario,
} from '../scenario.ts';

/** The banner's element in the page; `.page` marks popovers of the page itself. */
const HOST = '[popover]:not(.page)';
/** The character RIGHT-TO-LEFT OVERRIDE. */
const RTL_OVERRIDE = '\u202e';

describe.each(KINDS)('in %s', (kind) => {
  const ruleTest = inOneBrowser(kind);
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchAndWatch(kind);
  });
  afterAll(() => browser.close());

  /** Runs `prepare` in alice's page, makes the page stale, and waits for the banner. */
  const withStalePage = (run: (scenario: Scenario) => Promise<void>, prepare?: () => void): Promise<void> =>
    withScenario(browser, {}, async (scenario) => {
      const { tab, other, server } = scenario;
      await waitForBadge(tab, '4h', 3_000);
      if (prepare) await tab.page.evaluate(prepare);
      await switchTo(other, server, 'alice');
      await tab.activate();
      await waitForBanner(tab, 'Renewing mends it in place', 3_000);
      await run(scenario);
    });

  /** Drops files with these names while another user is signed in, so that they are parked. */
  const withParkedFiles = (
    names: readonly string[],
    run: (scenario: Scenario) => Promise<void>,
    otherUser = 'mallory',
  ): Promise<void> => {
    const users = ['alice', otherUser].map((name) => ({ name, password: name }));
    return withScenario(browser, { users } satisfies JiraOptions, async (scenario) => {
      const { tab, other, server } = scenario;
      await waitForBadge(tab, '4h', 3_000);
      await switchTo(other, server, otherUser);
      await tab.activate();
      await tab.drop(
        '#dropzone',
        names.map((name) => makeFile(name).path),
      );
      await run(scenario);
    });
  };

  /** Whether the page is renewed during this work, or right after it. */
  const isRenewedBy = async ({ page }: Tab, work: Promise<unknown>): Promise<boolean> => {
    const token = (): Promise<string> => page.$eval('#atlassian-token', (meta) => (meta as HTMLMetaElement).content);
    const before = await token();
    await work;
    return until('it is renewed', 200, async () => (await token()) !== before).catch(() => false);
  };

  /** Whether the banner is the topmost element at its place. */
  const isOnTop = ({ page }: Tab): Promise<boolean> =>
    page.$eval(HOST, (host) => {
      const { x, y, width, height } = host.getBoundingClientRect();
      return document.elementFromPoint(x + width / 2, y + height / 2) === host;
    });

  /** The largest difference between the pixels of two screenshots, from 0 to 255. */
  const largestDifference = ({ page }: Tab, pictures: readonly string[]): Promise<number> =>
    page.evaluate(async (sources) => {
      const [one = [], another = []] = await Promise.all(
        sources.map(async (source) => {
          const image = new Image();
          image.src = `data:image/png;base64,${source}`;
          await image.decode();
          const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d')!;
          canvas.drawImage(image, 0, 0);
          return [...canvas.getImageData(0, 0, image.width, image.height).data];
        }),
      );
      return one.reduce((most, value, at) => Math.max(most, Math.abs(value - another[at]!)), 0);
    }, pictures);

  ruleTest.each([true, false])(
    'the page’s custom elements can’t become the banner’s element (with access to their shadow roots: %s)',
    (reaches) =>
      withScenario(browser, {}, async ({ tab, other, server }) => {
        await tab.page.evaluate((isReaching) => {
          class Own extends HTMLElement {
            static readonly disabledFeatures = isReaching ? [] : ['shadow'];
            constructor() {
              super();
              const internals = this.attachInternals();
              setInterval(() => document.body.classList.toggle('reached', internals.shadowRoot !== null));
            }
          }
          customElements.define('freshtoken-banner', Own);
        }, reaches);
        await switchTo(other, server, 'alice');
        await tab.activate();
        await waitForBanner(tab, 'Renewing mends it in place', 3_000);
        await pause(100);
        expect(await tab.page.$('.reached')).toBeNull();
        const names = await tab.page.$eval(HOST, (host) => [host.localName, ...host.getAttributeNames()]);
        expect(names).toEqual(['div', 'popover']);
      }),
  );

  test('the toolbar button’s title names parked files if the page removes the banner', () =>
    withParkedFiles(['door.log'], async ({ tab, other, server }) => {
      await waitForBanner(tab, '1 file is safe here', 3_000);
      await tab.page.evaluate((host) => {
        const remove = (): void => document.querySelectorAll(host).forEach((each) => each.remove());
        document.body.dataset['removing'] = String(setInterval(remove, 5));
      }, HOST);
      await until('the banner is gone', 1_000, async () => (await tab.banner()) === null);
      await until('the title names them', 1_000, async () =>
        (await tab.badge()).title.includes('mallory is signed in now. 1 file is safe here: door.log.'),
      );
      await tab.page.evaluate(() => clearInterval(Number(document.body.dataset['removing'])));
      await other.activate();
      await tab.activate();
      await waitForBanner(tab, '1 file is safe here', 3_000);
      await switchTo(other, server, 'alice');
      await tab.activate();
      await waitForBadge(tab, '4h', 5_000);
      await until('no file is parked', 2_000, async () => !(await tab.badge()).title.includes('safe here'));
    }));

  ruleTest('a page’s styles can’t hide, move or cover the banner', () =>
    withStalePage(async ({ tab, other }) => {
      await pause(500);
      const clip = await tab.page.$eval(HOST, (host) => {
        const { x, y, width, height } = host.getBoundingClientRect();
        // Without the round corners.
        return { x: x + 8, y: y + 8, width: width - 16, height: height - 16 };
      });
      const screenshot = (): Promise<string> => tab.page.screenshot({ clip, encoding: 'base64' });
      const before = await screenshot();
      const hidden = ['all: unset', 'display: none', 'opacity: 0.01', 'clip-path: inset(50%)', 'zoom: 0.1'];
      const moved = ['transform: scale(20)', 'translate: 0 300px', 'filter: opacity(0)', 'inset: 90% 0 0'];
      const style = [...hidden, ...moved].map((each) => `${each} !important`).join(';');
      await tab.page.evaluate(
        (selector, own) => {
          const sheet = document.createElement('style');
          sheet.textContent = `div { ${own} } div::before, div::after { all: unset !important; content: "Click here" !important;
            position: fixed !important; inset: 0 !important; background: #fff !important; pointer-events: none !important }
            html { opacity: 0.1; transform: scale(0.9); clip-path: inset(50%); overflow-y: scroll }`;
          document.head.append(sheet);
          document.querySelector<HTMLElement>(selector)!.style.cssText = own;
        },
        HOST,
        style,
      );
      await pause(100);
      // The antialiasing of text differs a little each time.
      expect(await largestDifference(other, [before, await screenshot()])).toBeLessThan(10);
      expect(await isRenewedBy(tab, tab.press('Renew this page'))).toBe(true);
    }),
  );

  ruleTest('names can’t reverse a sentence, and long ones are cut', () =>
    withParkedFiles(
      [`photo${RTL_OVERRIDE}gnp.exe`],
      async ({ tab }) => {
        const { text } = await waitForBanner(tab, '1 file is safe here', 3_000);
        const cut = `mallory${'o'.repeat(32)}…${'o'.repeat(20)}`;
        expect(text).toContain(`You opened this page as alice, but ${cut} is signed in now.`);
        expect(text).toContain('1 file is safe here: photognp.exe.');
        await until('the title says it', 2_000, async () =>
          (await tab.badge()).title.includes(`as alice, but ${cut} is signed in now.`),
        );
        const popup = await tab.popup();
        await until('the popup says it', 3_000, async () => (await popup.text()).includes(`but ${cut} is`));
        expect(await popup.text()).not.toContain(RTL_OVERRIDE);
        await popup.close();
      },
      `mal${RTL_OVERRIDE}lory${'o'.repeat(100)}`,
    ),
  );

  ruleTest.each([
    [320, 200],
    [640, 400],
    [1_000, 760],
  ])('the buttons stay in a window of %i by %i, even with long file names', (width, height) =>
    withParkedFiles(
      ['a', 'b', 'c', 'd'].map((name) => `${name.repeat(240)}.png`),
      async ({ tab }) => {
        await tab.page.setViewport({ width, height });
        await waitForBanner(tab, '4 files are safe here', 3_000);
        await pause(300);
        for (const scheme of ['dark', 'light'] as const) {
          await browser.setScheme(scheme);
          await tab.screenshot(picture(`${kind}-long-names-${width}-${scheme}`));
        }
        const isInView = await tab.page.$eval(HOST, (host) => {
          const { top, right, bottom, left } = host.getBoundingClientRect();
          return top >= 0 && left >= 0 && right <= innerWidth && bottom <= innerHeight;
        });
        expect(isInView).toBe(true);
        await tab.press('Discard files');
        await waitForBanner(tab, '4 files were discarded');
        await tab.page.setViewport({ width: 1_000, height: 760 });
      },
    ),
  );

  ruleTest('a banner that has just become visible ignores presses', () =>
    withStalePage(async ({ tab }) => {
      // The page covers the banner, and shows it again between pointerdown and click.
      await tab.page.evaluate((selector) => {
        const host = document.querySelector<HTMLElement>(selector)!;
        const cover = document.createElement('p');
        cover.style.cssText = 'position: fixed; inset: 0; z-index: 2147483647; background: #fff; pointer-events: none';
        const hide = (): void => {
          host.hidePopover();
          document.body.append(cover);
          cover.getBoundingClientRect();
        };
        const show = (): void => {
          cover.remove();
          host.showPopover();
        };
        window.addEventListener('pointerdown', hide, { capture: true, once: true });
        window.addEventListener('pointerup', show, { capture: true, once: true });
      }, HOST);
      expect(await isRenewedBy(tab, tab.press('Renew this page'))).toBe(false);
      expect(await isRenewedBy(tab, tab.press('Renew this page'))).toBe(true);
    }),
  );

  ruleTest('a banner that the page has made too small to see ignores presses', () =>
    withStalePage(async ({ tab }) => {
      await tab.page.evaluate(() => (document.documentElement.style.zoom = '0.2'));
      await pause(100);
      expect(await isRenewedBy(tab, tab.press('Renew this page'))).toBe(false);
      await tab.page.evaluate(() => (document.documentElement.style.zoom = ''));
      expect(await isRenewedBy(tab, tab.press('Renew this page'))).toBe(true);
    }),
  );

  ruleTest('the banner moves above an element that the page opens over it', () =>
    withStalePage(async ({ tab }) => {
      await tab.page.evaluate(() => {
        const cover = document.createElement('p');
        cover.className = 'page';
        cover.popover = 'manual';
        cover.style.cssText = 'inset: 0; width: 100%; height: 100%';
        document.body.append(cover);
        cover.showPopover();
      });
      await pause(500);
      expect(await isOnTop(tab)).toBe(true);
      expect(await isRenewedBy(tab, tab.press('Renew this page'))).toBe(true);
    }),
  );

  ruleTest('the banner moves above an element over it, although the page stops all `toggle` events', () =>
    withScenario(
      browser,
      {
        userContent: '<script>addEventListener("toggle", (e) => e.stopImmediatePropagation(), true)</script>',
      },
      async ({ tab, other, server }) => {
        await waitForBadge(tab, '4h', 3_000);
        await switchTo(other, server, 'alice');
        await tab.activate();
        await waitForBanner(tab, 'Renewing mends it in place', 3_000);
        await pause(500);
        await tab.page.evaluate(() => {
          const cover = document.createElement('p');
          cover.className = 'page';
          cover.popover = 'manual';
          cover.style.cssText = 'inset: 0; width: 100%; height: 100%';
          document.body.append(cover);
          cover.showPopover();
        });
        await pause(500);
        expect(await isOnTop(tab)).toBe(true);
      },
    ),
  );

  ruleTest('the page can’t reach the banner’s content by its animations', () =>
    withStalePage(async ({ tab }) => {
      const targets = await tab.page.$eval(HOST, (element) => {
        const host = element as HTMLElement;
        host.hidePopover();
        host.showPopover();
        const all = [...document.getAnimations(), ...host.getAnimations({ subtree: true })];
        return all.map(({ effect }) => (effect as KeyframeEffect).target?.localName);
      });
      expect(targets).toEqual([]);
    }),
  );

  ruleTest('a banner behind a view transition’s snapshot ignores presses', () =>
    withStalePage(async ({ tab }) => {
      await tab.page.evaluate(async () => {
        const sheet = document.createElement('style');
        sheet.textContent = `::view-transition { pointer-events: none }
          ::view-transition-group(root) { animation-duration: 60s; opacity: 0.1 }`;
        document.head.append(sheet);
        const { ready } = document.startViewTransition(() => undefined);
        await ready;
      });
      expect(await isRenewedBy(tab, tab.press('Renew this page'))).toBe(false);
    }),
  );

  ruleTest('a banner that the page has moved into a frame and back ignores presses', () =>
    withStalePage(async ({ tab }) => {
      await tab.page.evaluate((selector) => {
        const host = document.querySelector<HTMLElement>(selector)!;
        const frame = document.createElement('iframe');
        document.body.append(frame);
        frame.contentDocument!.body.append(host);
        document.documentElement.append(host);
        host.style.cssText = 'opacity: 0.01';
        host.showPopover();
      }, HOST);
      expect(await isRenewedBy(tab, tab.press('Renew this page'))).toBe(false);
    }),
  );

  ruleTest('the banner works while a modal dialog is open, and after it has closed', () =>
    withStalePage(async ({ tab }) => {
      await tab.page.evaluate(() => {
        const dialog = document.createElement('dialog');
        dialog.textContent = 'A dialog of the page';
        document.body.append(dialog);
        dialog.showModal();
      });
      await pause(200);
      await waitForBanner(tab, 'Renewing mends it in place');
      await tab.page.evaluate(() => document.querySelector('dialog')!.close());
      await waitForBanner(tab, 'Renewing mends it in place');
      await tab.page.evaluate(() => document.querySelector('dialog')!.showModal());
      // The banner has appeared again, and ignores presses for a moment.
      await pause(600);
      expect(await isRenewedBy(tab, tab.press('Renew this page'))).toBe(true);
      await tab.page.evaluate(() => document.querySelector('dialog')!.close());
      await waitForBanner(tab, 'This page is fresh again');
      expect(await isOnTop(tab)).toBe(true);
    }),
  );

  ruleTest('the banner is above a full-screen element', () =>
    withStalePage(async ({ tab }) => {
      await tab.page.evaluate(() => {
        const title = document.querySelector('h1')!;
        title.addEventListener('click', () => void title.requestFullscreen());
      });
      await tab.page.click('h1');
      await until('the element is full-screen', 3_000, () =>
        tab.page.evaluate(() => document.fullscreenElement !== null),
      );
      await pause(500);
      expect(await isOnTop(tab)).toBe(true);
      expect(await isRenewedBy(tab, tab.press('Renew this page'))).toBe(true);
      await tab.page.evaluate(() => document.exitFullscreen());
    }),
  );

  ruleTest('parks files in a page that has replaced its document', () =>
    withScenario(browser, {}, async ({ tab, other, server }) => {
      await waitForBadge(tab, '4h', 3_000);
      await tab.page.evaluate(async () => {
        const page = await (await fetch(location.href)).text();
        document.open();
        // A window runs a module once for each address.
        document.write(page.replaceAll('.js"', '.js?again"'));
        document.close();
      });
      await until('the document is complete', 3_000, () =>
        tab.page.evaluate(() => document.readyState === 'complete' && !!document.querySelector('#dropzone')),
      );
      await switchTo(other, server, 'mallory');
      await tab.activate();
      await tab.drop('#dropzone', [makeFile('door.log').path]);
      await waitForBanner(tab, '1 file is safe here: door.log', 4_000);
      expect(server.jira.uploads).toEqual([]);
      await switchTo(other, server, 'alice');
      await tab.activate();
      await until('the file arrives in alice’s name', 6_000, async () => server.jira.attachments[0]?.user === 'alice');
    }),
  );

  ruleTest('the banner is not printed', () =>
    withStalePage(async ({ tab }) => {
      const display = (): Promise<string> =>
        tab.page.$eval(HOST, (host) => getComputedStyle(host).getPropertyValue('display'));
      expect(await display()).toBe('block');
      await tab.print();
      await until('the banner is hidden', 1_000, async () => (await display()) === 'none');
      await tab.close();
    }),
  );

  test('an update of the extension leaves one banner', async () => {
    const { tab, other, server } = await startScenario(browser);
    await waitForBadge(tab, '4h', 3_000);
    await switchTo(other, server, 'alice');
    await tab.activate();
    await waitForBanner(tab, 'Renewing mends it in place', 3_000);
    await browser.update();
    await tab.activate();
    const count = (): Promise<number> => tab.page.$$eval(HOST, (hosts) => hosts.length);
    await until('one banner is left', 3_000, async () => (await count()) === 1);
    expect(await isRenewedBy(tab, tab.press('Renew this page'))).toBe(true);
    expect(await count()).toBe(1);
    await server.close();
  });
});
