/**
 * The stand-in's pages of real parts in browsers that watch no site: AUI, TinyMCE and the page's scripts behave as in
 * Jira.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JiraOptions } from '../fixtures/jira/options.ts';
import { KINDS, launch, type Browser, type Tab } from './browsers/browser.ts';
import { until } from './browsers/until.ts';
import { DIALOG_EDITOR, EDITOR, editorReady, switchEditor, textIn } from './editors.ts';
import { makeFile } from './files.ts';
import { attachLog, switchTo, withScenario, type Scenario } from './scenario.ts';

const ZONE = '#attachmentmodule [duitype]';

const MAJORS = [
  { aui: '8', tinymce: '4' },
  { aui: '9', tinymce: '5' },
  { aui: '9', tinymce: '6' },
] as const;

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch(kind);
  });
  afterAll(() => browser.close());

  function realPagesTest(name: string, options: JiraOptions, run: (scenario: Scenario) => Promise<void>): void {
    test(name, () =>
      withScenario(browser, { anatomy: 'real', ...options }, async (scenario) => {
        const errors: unknown[] = [];
        scenario.tab.page.on('pageerror', (error) => errors.push(error));
        await scenario.tab.goto(scenario.tab.page.url());
        await run(scenario);
        expect(errors).toEqual([]);
      }),
    );
  }

  for (const majors of MAJORS) {
    realPagesTest(
      `AUI ${majors.aui} copies the address of a menu item into its link, never back`,
      majors,
      async ({ tab, server }) => {
        const link = '#action_id_31 a';
        await tab.page.waitForSelector(link);
        const hrefs = await tab.page.$$eval('aui-item-link', (hosts) =>
          hosts.map((host) => [host.getAttribute('href'), host.querySelector('a')?.getAttribute('href')]),
        );
        expect(hrefs.length).toBeGreaterThan(4);
        for (const [own, inner] of hrefs) expect(inner).toBe(own);
        await tab.page.$eval('#toggle-vote-issue a', (inner) => inner.setAttribute('href', '#other'));
        expect(await tab.page.$eval('#toggle-vote-issue', (host) => host.getAttribute('href'))).toContain('vote=vote');
        await tab.page.click('#opsbar-transitions_more');
        await tab.page.waitForSelector(link, { visible: true });
        await tab.page.click(link);
        await until('the transition is done', 3_000, async () => server.jira.changes.length === 1);
        expect(server.jira.changes).toEqual([{ what: 'transition RAIL-7 31', user: 'alice' }]);
      },
    );

    realPagesTest(
      `TinyMCE ${majors.tinymce} is created again at each switch to Visual`,
      majors,
      async ({ tab, server }) => {
        await tab.page.type('#comment', 'half a sentence');
        const first = await switchEditor(tab, 'wysiwyg');
        expect(first).toMatch(/^mce_\d+_ifr$/);
        expect(await textIn(tab)).toContain('half a sentence');
        await switchEditor(tab, 'source');
        expect(await switchEditor(tab, 'wysiwyg')).not.toBe(first);

        const sha256 = await tab.paste(EDITOR);
        expect(await attachLog(tab, 1)).toEqual(['ok']);
        const [pasted] = server.jira.attachments;
        const name = expect.stringMatching(/^image-\d{4}-.*\.png$/) as string;
        expect(pasted).toMatchObject({ via: 'paste', name, sha256 });
        const file = makeFile('door.log');
        await tab.drop(EDITOR, [file.path]);
        expect(await attachLog(tab, 2)).toEqual(['ok', 'ok']);
        expect(server.jira.attachments[1]).toMatchObject({ via: 'drop', sha256: file.sha256 });
        await tab.page.click('#issue-comment-add-submit');
        await until('the comment is saved', 3_000, async () => server.jira.comments.length === 1);
        expect(server.jira.comments[0]!.body).toContain('half a sentence');
        for (const { name: attached } of server.jira.attachments)
          expect(server.jira.comments[0]!.body).toContain(`!${attached}|thumbnail!`);
      },
    );
  }

  realPagesTest(
    'a drop zone takes a drop only during a drag, and is replaced afterwards',
    { uploadLimitBytes: 2_500 },
    async (scenario) => {
      const { tab, server } = scenario;
      const first = (await tab.page.$(ZONE))!;
      await tab.drop(ZONE, [makeFile('door.log').path]);
      expect(await attachLog(tab, 1)).toEqual(['ok']);
      expect(await first.evaluate((zone) => zone.isConnected)).toBe(false);
      expect(await tab.page.$('.issue-drop-zone__mask')).toBeNull();

      const before = server.jira.requests.length;
      await tab.drop(ZONE, [makeFile('film.mp4', 3_000).path]);
      expect(await attachLog(tab, 2)).toEqual(['ok', 'too-large']);
      expect(server.jira.requests).toHaveLength(before);

      await tab.pick('input.issue-drop-zone__file', [makeFile('sill.txt').path]);
      expect(await attachLog(tab, 3)).toEqual(['ok', 'too-large', 'ok']);
      expect(server.jira.attachments.map(({ via, issue }) => [via, issue])).toEqual([
        ['drop', 'RAIL-7'],
        ['browse', 'RAIL-7'],
      ]);
    },
  );

  realPagesTest(
    'the mask stays until the drag leaves the window, and a drop outside every zone attaches nothing',
    {},
    async ({ tab }) => {
      const drag = (type: string, selector: string): Promise<void> =>
        tab.page.$eval(
          selector,
          (target, name) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File(['a'], 'a.txt'));
            target.dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer }));
          },
          type,
        );
      const hasMask = async (): Promise<boolean> => (await tab.page.$('.issue-drop-zone__mask')) !== null;
      await drag('drop', ZONE);
      await drag('dragenter', '#content');
      expect(await hasMask()).toBe(true);
      await drag('dragleave', 'body');
      expect(await hasMask()).toBe(false);
      await drag('dragenter', '#content');
      await drag('drop', '#content');
      expect(await hasMask()).toBe(false);
      expect(await tab.page.$('#attach-log li')).toBeNull();
    },
  );

  realPagesTest(
    'a refused inline edit brings a token and a retry form',
    { aui: '8', tinymce: '4' },
    async (scenario) => {
      const { tab, other, server } = scenario;
      await switchTo(other, server, 'alice');
      await tab.activate();
      await tab.page.click('#summary-val');
      await tab.page.type('#summary', ' and hard');
      await tab.page.click('#descriptionmodule');
      await tab.page.waitForSelector('#inline-edit-error #atl_token_retry_form');
      const [meta, cookie] = await tab.page.evaluate(() => [
        document.querySelector<HTMLMetaElement>('#atlassian-token')!.content,
        document.cookie,
      ]);
      expect(cookie).toContain(meta);
      expect(server.jira.changes).toEqual([]);
      await tab.page.click('#atl_token_retry_button');
      await until('the summary is saved', 3_000, async () => server.jira.changes.length === 1);
      expect(server.jira.changes).toEqual([{ what: 'edit RAIL-7 summary', user: 'alice' }]);
    },
  );

  for (const aui of ['8', '9'] as const) {
    realPagesTest(
      `the create dialog of AUI ${aui} attaches its files with its form`,
      { aui },
      async ({ tab, server }) => {
        await tab.page.click('#create_link');
        await tab.page.waitForSelector('#create-issue-dialog [duitype]', { visible: true });
        await tab.drop('#create-issue-dialog [duitype]', [makeFile('door.log').path]);
        expect(await attachLog(tab, 1)).toEqual(['ok']);
        expect([server.jira.uploads.length, server.jira.attachments.length]).toEqual([1, 0]);
        await tab.page.click('#create-issue-submit');
        await until('the issue is created', 3_000, async () => server.jira.attachments.length === 1);
        expect(server.jira.attachments).toMatchObject([{ issue: 'RAIL-101', via: 'dialog-drop' }]);
      },
    );
  }

  for (const majors of MAJORS) {
    realPagesTest(
      `files for TinyMCE ${majors.tinymce} in the create dialog belong to the dialog`,
      { ...majors, visualEditor: true, editorInDialog: true },
      async ({ tab, server }) => {
        await editorReady(tab);
        await tab.page.click('#create_link');
        expect(await editorReady(tab, DIALOG_EDITOR)).toMatch(/^mce_\d+_ifr$/);
        await tab.paste(DIALOG_EDITOR);
        expect(await attachLog(tab, 1)).toEqual(['ok']);
        expect([await textIn(tab), await textIn(tab, DIALOG_EDITOR)]).toEqual([
          '',
          expect.stringMatching(/^!image-.*\|thumbnail!$/),
        ]);
        await tab.page.click('#create-issue-submit');
        await until('the issue is created', 3_000, async () => server.jira.attachments.length === 1);
        expect(server.jira.attachments).toMatchObject([{ issue: 'RAIL-101', via: 'dialog-drop' }]);
      },
    );
  }

  realPagesTest('links that a script draws have the token of the page’s template', {}, async ({ tab }) => {
    await tab.page.click('#redraw-links');
    const hrefs = await tab.page.$$eval('#drawn-links a', (links) => links.map((link) => link.getAttribute('href')));
    expect(hrefs).toHaveLength(2);
    for (const href of hrefs) expect(href).toMatch(/atl_token=BSTA.*_lin/);
  });

  realPagesTest(
    'the split view shows another issue without a load',
    { visualEditor: true },
    async ({ tab, server }) => {
      await tab.goto(`${server.url}/issues/?jql=project%3DRAIL`);
      await editorReady(tab);
      await tab.page.click('[data-key=RAIL-8]');
      await waitForIssue(tab, 'RAIL-8');
      expect(tab.page.url()).toBe(`${server.url}/browse/RAIL-8?jql=project%3DRAIL`);
      await editorReady(tab);
      await tab.drop(ZONE, [makeFile('door.log').path]);
      expect(await attachLog(tab, 1)).toEqual(['ok']);
      expect(server.jira.attachments.map(({ issue }) => issue)).toEqual(['RAIL-8']);
      await tab.page.evaluate(() => history.back());
      await waitForIssue(tab, 'RAIL-7');
    },
  );

  realPagesTest('the board shows issues in the same elements', {}, async ({ tab, server }) => {
    await tab.goto(`${server.url}/secure/RapidBoard.jspa?rapidView=1`);
    await tab.page.$eval('#ghx-detail-view #key-val', (link) => link.setAttribute('data-mark', 'same'));
    await tab.page.click('.ghx-issue[data-issue-key=RAIL-12]');
    await waitForIssue(tab, 'RAIL-12');
    await tab.page.click('[data-filter-id="2"]');
    expect(tab.page.url()).toContain('?rapidView=1&selectedIssue=RAIL-12&quickFilter=2');
    expect(await tab.page.$('#key-val[data-mark=same][data-issue-key=RAIL-12]')).not.toBeNull();
    await tab.drop(ZONE, [makeFile('door.log').path]);
    expect(await attachLog(tab, 1)).toEqual(['ok']);
    await tab.page.type('#comment', 'On platform 2 too.');
    await tab.page.click('#issue-comment-add-submit');
    await until('the comment is saved', 3_000, async () => server.jira.comments.length === 1);
    expect([server.jira.attachments[0]!.issue, server.jira.comments[0]!.issue]).toEqual(['RAIL-12', 'RAIL-12']);
  });

  realPagesTest('the portal uploads files at once, and sends them with the request', {}, async ({ tab, server }) => {
    await tab.goto(`${server.url}/servicedesk/customer/portal/1/create/2`);
    await tab.page.type('#description', 'The sill is bent.');
    await tab.drop('.vp-attachment-dropzone', [makeFile('sill.txt').path]);
    expect(await attachLog(tab, 1)).toEqual(['ok']);
    await tab.page.click('#portal-form [type=submit]');
    await until('the request is sent', 3_000, async () => server.jira.portalRequests.length === 1);
    expect(server.jira.portalRequests[0]).toMatchObject({ user: 'alice', files: ['sill.txt'] });
  });

  realPagesTest('a login form that a script draws works', { profile: '11' }, async ({ tab, server }) => {
    await tab.goto(`${server.url}/logout`);
    await tab.goto(`${server.url}/login.jsp?os_destination=/browse/RAIL-8`);
    await tab.page.type('#username-field', 'bob');
    await tab.page.type('#password-field', 'bob');
    await tab.page.click('#login-button');
    await until('bob is at the issue', 3_000, async () =>
      tab.page.$eval(
        '#header-details-user-fullname',
        (button) => (button as HTMLElement).dataset['username'] === 'bob' && location.pathname === '/browse/RAIL-8',
      ),
    );
  });
});

async function waitForIssue(tab: Tab, key: string): Promise<void> {
  await until(`${key} is shown`, 3_000, () =>
    tab.page.$eval('#key-val', (link, wanted) => link.textContent === wanted, key),
  );
}
