/**
 * What a page, or whoever chose a name on it, may try with the banner: it is seen all the same, says what it is meant to say,
 * and is pressed by its user alone.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JiraOptions } from '../../fixtures/jira/options.ts';
import { KINDS, type Browser, type Tab } from '../browsers/browser.ts';
import { pause, until } from '../browsers/until.ts';
import { makeFile, picture } from '../files.ts';
import { byTurns } from '../turns.ts';
import { atAnIssue, badgeOf, bannerOf, inWorld, launchWatching, switchTo, type World } from '../scenario.ts';

/** The page's element of the banner, beside those that the page itself opens. */
const HOST = '[popover]:not(.page)';
/** Turns the writing round. */
const ROUND = '\u202e';

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchWatching(kind);
  });
  afterAll(() => browser.close());

  /** alice's page once it is stale, and the banner offers to renew it; before that the page has prepared something. */
  const whenStale = (story: (world: World) => Promise<void>, prepare?: () => void): Promise<void> =>
    inWorld(browser, {}, async (world) => {
      const { tab, other, server } = world;
      await badgeOf(tab, '4h', 3_000);
      if (prepare) await tab.page.evaluate(prepare);
      await switchTo(other, server, 'alice');
      await tab.activate();
      await bannerOf(tab, 'Renewing mends it in place', 3_000);
      await story(world);
    });

  /** alice's page with files of these names kept, because another is signed in. */
  const whenKept = (
    names: readonly string[],
    story: (world: World) => Promise<void>,
    stranger = 'mallory',
  ): Promise<void> => {
    const users = ['alice', stranger].map((name) => ({ name, password: name }));
    return inWorld(browser, { users } satisfies JiraOptions, async (world) => {
      const { tab, other, server } = world;
      await badgeOf(tab, '4h', 3_000);
      await switchTo(other, server, stranger);
      await tab.activate();
      await tab.drop(
        '#dropzone',
        names.map((name) => makeFile(name).path),
      );
      await story(world);
    });
  };

  /** Whether the page is renewed by what is done here, or soon after. */
  const isRenewedBy = async ({ page }: Tab, work: Promise<unknown>): Promise<boolean> => {
    const token = (): Promise<string> => page.$eval('#atlassian-token', (meta) => (meta as HTMLMetaElement).content);
    const before = await token();
    await work;
    return until('it is renewed', 200, async () => (await token()) !== before).catch(() => false);
  };

  /** Whether the banner is what is seen in its place, whatever else is there. */
  const isOnTop = ({ page }: Tab): Promise<boolean> =>
    page.$eval(HOST, (host) => {
      const { x, y, width, height } = host.getBoundingClientRect();
      return document.elementFromPoint(x + width / 2, y + height / 2) === host;
    });

  /** By how much the most different of the pixels of two pictures differ, of 255. */
  const furthestApart = ({ page }: Tab, pictures: readonly string[]): Promise<number> =>
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

  test.each([true, false])(
    'the banner is none of the page’s elements, however the page defines its own (reaching into them: %s)',
    (reaches) =>
      inWorld(browser, {}, async ({ tab, other, server }) => {
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
        await bannerOf(tab, 'Renewing mends it in place', 3_000);
        await pause(100);
        expect(await tab.page.$('.reached')).toBeNull();
        const names = await tab.page.$eval(HOST, (host) => [host.localName, ...host.getAttributeNames()]);
        expect(names).toEqual(['div', 'popover']);
      }),
  );

  test('files that wait are told of by the button’s title where the page keeps the banner away', () =>
    whenKept(['door.log'], async ({ tab, other, server }) => {
      await bannerOf(tab, '1 file is safe here', 3_000);
      await tab.page.evaluate((host) => {
        const remove = (): void => document.querySelectorAll(host).forEach((each) => each.remove());
        document.body.dataset['removing'] = String(setInterval(remove, 5));
      }, HOST);
      await until('it is gone', 1_000, async () => (await tab.banner()) === null);
      await until('the title tells of them', 1_000, async () =>
        (await tab.badge()).title.includes('mallory is signed in now. 1 file is safe here: door.log.'),
      );
      await tab.page.evaluate(() => clearInterval(Number(document.body.dataset['removing'])));
      await other.activate();
      await tab.activate();
      await bannerOf(tab, '1 file is safe here', 3_000);
      await switchTo(other, server, 'alice');
      await tab.activate();
      await badgeOf(tab, '4h', 5_000);
      await until('nothing waits', 2_000, async () => !(await tab.badge()).title.includes('safe here'));
    }));

  test('no style of a page hides, moves or covers the banner', () =>
    whenStale(async ({ tab, other }) => {
      await pause(500);
      const clip = await tab.page.$eval(HOST, (host) => {
        const { x, y, width, height } = host.getBoundingClientRect();
        // Within its round corners.
        return { x: x + 8, y: y + 8, width: width - 16, height: height - 16 };
      });
      const look = (): Promise<string> => tab.page.screenshot({ clip, encoding: 'base64' });
      const before = await look();
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
      // Letters are smoothed a little otherwise each time.
      expect(await furthestApart(other, [before, await look()])).toBeLessThan(10);
      expect(await isRenewedBy(tab, tab.press('Renew this page'))).toBe(true);
    }));

  test('a name turns no sentence round, and none is longer than can be read', () =>
    whenKept(
      [`photo${ROUND}gnp.exe`],
      async ({ tab }) => {
        const { text } = await bannerOf(tab, '1 file is safe here', 3_000);
        const cut = `mallory${'o'.repeat(32)}…${'o'.repeat(20)}`;
        expect(text).toContain(`You opened this page as alice, but ${cut} is signed in now.`);
        expect(text).toContain('1 file is safe here: photognp.exe.');
        await until('the title says it', 2_000, async () =>
          (await tab.badge()).title.includes(`as alice, but ${cut} is signed in now.`),
        );
        const popup = await tab.popup();
        await until('the popup says it', 3_000, async () => (await popup.text()).includes(`but ${cut} is`));
        expect(await popup.text()).not.toContain(ROUND);
        await popup.close();
      },
      `mal${ROUND}lory${'o'.repeat(100)}`,
    ));

  byTurns(kind).each([
    [320, 200],
    [640, 400],
    [1_000, 760],
  ])('the buttons are there in a view of %i by %i, however long the names are', (width, height) =>
    whenKept(
      ['a', 'b', 'c', 'd'].map((name) => `${name.repeat(240)}.png`),
      async ({ tab }) => {
        await tab.page.setViewport({ width, height });
        await bannerOf(tab, '4 files are safe here', 3_000);
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
        await bannerOf(tab, '4 files were discarded');
        await tab.page.setViewport({ width: 1_000, height: 760 });
      },
    ),
  );

  test('a banner that its user has only just come to see takes no press', () =>
    whenStale(async ({ tab }) => {
      // Behind a cover of the page's own, and in sight again before the click is told of.
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
    }));

  test('a banner that is made too small to be seen takes no press', () =>
    whenStale(async ({ tab }) => {
      await tab.page.evaluate(() => (document.documentElement.style.zoom = '0.2'));
      await pause(100);
      expect(await isRenewedBy(tab, tab.press('Renew this page'))).toBe(false);
      await tab.page.evaluate(() => (document.documentElement.style.zoom = ''));
      expect(await isRenewedBy(tab, tab.press('Renew this page'))).toBe(true);
    }));

  test('what the page lays over the banner comes to lie under it', () =>
    whenStale(async ({ tab }) => {
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
    }));

  test('what the page lays over the banner is heard of, though the page lets nobody else hear', () =>
    inWorld(
      browser,
      {
        userContent: '<script>addEventListener("toggle", (e) => e.stopImmediatePropagation(), true)</script>',
      },
      async ({ tab, other, server }) => {
        await badgeOf(tab, '4h', 3_000);
        await switchTo(other, server, 'alice');
        await tab.activate();
        await bannerOf(tab, 'Renewing mends it in place', 3_000);
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
    ));

  test('no animation of the banner leads the page into it', () =>
    whenStale(async ({ tab }) => {
      const targets = await tab.page.$eval(HOST, (element) => {
        const host = element as HTMLElement;
        host.hidePopover();
        host.showPopover();
        const all = [...document.getAnimations(), ...host.getAnimations({ subtree: true })];
        return all.map(({ effect }) => (effect as KeyframeEffect).target?.localName);
      });
      expect(targets).toEqual([]);
    }));

  test('a banner of which the page shows a picture takes no press', () =>
    whenStale(async ({ tab }) => {
      await tab.page.evaluate(async () => {
        const sheet = document.createElement('style');
        sheet.textContent = `::view-transition { pointer-events: none }
          ::view-transition-group(root) { animation-duration: 60s; opacity: 0.1 }`;
        document.head.append(sheet);
        const { ready } = document.startViewTransition(() => undefined);
        await ready;
      });
      expect(await isRenewedBy(tab, tab.press('Renew this page'))).toBe(false);
    }));

  test('a banner that the page has had in a frame of its own takes no press', () =>
    whenStale(async ({ tab }) => {
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
    }));

  test('the banner can be pressed in a modal dialog, and is there once that has closed', () =>
    whenStale(async ({ tab }) => {
      await tab.page.evaluate(() => {
        const dialog = document.createElement('dialog');
        dialog.textContent = 'A dialog of the page';
        document.body.append(dialog);
        dialog.showModal();
      });
      await pause(200);
      await bannerOf(tab, 'Renewing mends it in place');
      await tab.page.evaluate(() => document.querySelector('dialog')!.close());
      await bannerOf(tab, 'Renewing mends it in place');
      await tab.page.evaluate(() => document.querySelector('dialog')!.showModal());
      // It has come anew, and takes no press before it was seen for a moment.
      await pause(600);
      expect(await isRenewedBy(tab, tab.press('Renew this page'))).toBe(true);
      await tab.page.evaluate(() => document.querySelector('dialog')!.close());
      await bannerOf(tab, 'This page is fresh again');
      expect(await isOnTop(tab)).toBe(true);
    }));

  test('the banner is over what fills the screen', () =>
    whenStale(async ({ tab }) => {
      await tab.page.evaluate(() => {
        const title = document.querySelector('h1')!;
        title.addEventListener('click', () => void title.requestFullscreen());
      });
      await tab.page.click('h1');
      await until('it fills the screen', 3_000, () => tab.page.evaluate(() => document.fullscreenElement !== null));
      await pause(500);
      expect(await isOnTop(tab)).toBe(true);
      expect(await isRenewedBy(tab, tab.press('Renew this page'))).toBe(true);
      await tab.page.evaluate(() => document.exitFullscreen());
    }));

  test('files are kept also in a page that has written itself anew', () =>
    inWorld(browser, {}, async ({ tab, other, server }) => {
      await badgeOf(tab, '4h', 3_000);
      await tab.page.evaluate(async () => {
        const page = await (await fetch(location.href)).text();
        document.open();
        // A module runs once in the life of a window; by another address it runs again.
        document.write(page.replaceAll('.js"', '.js?again"'));
        document.close();
      });
      await until('it is written', 3_000, () =>
        tab.page.evaluate(() => document.readyState === 'complete' && !!document.querySelector('#dropzone')),
      );
      await switchTo(other, server, 'mallory');
      await tab.activate();
      await tab.drop('#dropzone', [makeFile('door.log').path]);
      await bannerOf(tab, '1 file is safe here: door.log', 4_000);
      expect(server.jira.uploads).toEqual([]);
      await switchTo(other, server, 'alice');
      await tab.activate();
      await until('it arrives in her name', 6_000, async () => server.jira.attachments[0]?.user === 'alice');
    }));

  test('the banner is not printed', () =>
    whenStale(async ({ tab }) => {
      const display = (): Promise<string> =>
        tab.page.$eval(HOST, (host) => getComputedStyle(host).getPropertyValue('display'));
      expect(await display()).toBe('block');
      await tab.print();
      await until('nothing is left of it', 1_000, async () => (await display()) === 'none');
      await tab.close();
    }));

  test('an update of the extension leaves one banner', async () => {
    const { tab, other, server } = await atAnIssue(browser);
    await badgeOf(tab, '4h', 3_000);
    await switchTo(other, server, 'alice');
    await tab.activate();
    await bannerOf(tab, 'Renewing mends it in place', 3_000);
    await browser.update();
    await tab.activate();
    const count = (): Promise<number> => tab.page.$$eval(HOST, (hosts) => hosts.length);
    await until('the new copy shows its own', 3_000, async () => (await count()) === 1);
    expect(await isRenewedBy(tab, tab.press('Renew this page'))).toBe(true);
    expect(await count()).toBe(1);
    await server.close();
  });
});
