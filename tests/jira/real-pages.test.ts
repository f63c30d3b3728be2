/** The pages that are made of real parts, as the server renders them, and what their links and scripts ask for. */
import { describe, expect, test } from 'vitest';
import { MemoryBrowser } from './browser.ts';
import { createJira, type Jira, type JiraOptions } from './jira.ts';
import { PROFILES } from './options.ts';

interface Scene {
  readonly jira: Jira;
  readonly browser: MemoryBrowser;
  /** The token of a page that alice has open. */
  readonly token: string;
  readonly text: (path: string) => Promise<string>;
  readonly post: (path: string, fields: Record<string, string>) => Promise<Response>;
}

/** alice, signed in, at an issue. */
async function alice(options: JiraOptions = {}): Promise<Scene> {
  const jira = createJira({ anatomy: 'real', ...options });
  const browser = new MemoryBrowser();
  await browser.signIn(jira, 'alice');
  const { metaToken: token } = await browser.open(jira);
  return {
    jira,
    browser,
    token,
    text: async (path) => (await browser.request(jira, 'GET', path)).text(),
    post: (path, fields) => browser.request(jira, 'POST', path, { body: new URLSearchParams(fields) }),
  };
}

/** The start tag of the element with an id, its blanks as single ones. */
function tagOf(html: string, id: string): string {
  return new RegExp(`<[^<>]* id="${id}"[^<>]*>`).exec(html)?.[0].replaceAll(/\s+/g, ' ') ?? '';
}

function hrefOf(html: string, id: string): string {
  return /href="([^"]*)"/.exec(tagOf(html, id))?.[1]?.replaceAll('&amp;', '&') ?? '';
}

describe('the issue page', () => {
  test.each(PROFILES)('of Jira %s has the token in every place where real pages have it', async (profile) => {
    const { text, token } = await alice({ profile });
    const html = await text('/browse/RAIL-7');
    const query = `atl_token=${encodeURIComponent(token)}`;
    for (const id of ['action_id_4', 'action_id_31', 'toggle-watch-issue', 'toggle-vote-issue', 'log_out']) {
      expect(hrefOf(html, id), id).toContain(query);
    }
    expect(tagOf(html, 'action_id_31')).toMatch(/^<aui-item-link .*class="issueaction-workflow-transition"/);
    expect(tagOf(html, 'action_id_4')).toMatch(/^<a /);
    expect(hrefOf(html, 'assign-to-me')).toContain(`id={0}&${query}`);
    expect(html).toMatch(new RegExp(`<script type="text/x-template"[^>]*><a [^>]*${query.replace('|', '\\|')}`));
    expect(/<template[^>]*>(.*?)<\/template>/s.exec(html)?.[1]).toContain(query);
  });

  test('names its issue in its link, and states the limit of its drop zone', async () => {
    const html = await (await alice({ uploadLimitBytes: 2 * 1024 * 1024 })).text('/browse/RAIL-7');
    expect(tagOf(html, 'key-val')).toContain('data-issue-key="RAIL-7"');
    expect(html).toMatch(/data-upload-limit="2097152"\s+data-upload-size="2\.00 MB"/);
    expect(html).toMatch(/class="issue-drop-zone__file ignore-inline-attach"\s+type="file"/);
    expect(html).not.toContain('attach-form');
  });

  test.each(PROFILES)('of Jira %s states whether the token is bound to the session', async (profile) => {
    const html = await (await alice({ profile })).text('/browse/RAIL-7');
    const isBound = profile !== '7' && profile !== '8.3';
    expect(html).toContain(`com.atlassian.jira.security.xsrf.session.token\\":${isBound}`);
  });

  test('shows what a user wrote as it is', async () => {
    const userContent = '<form action="http://other.example/"><input name="atl_token"></form>';
    const html = await (await alice({ userContent })).text('/browse/RAIL-7');
    expect(/class="user-content-block">(.*?)<\/div>/s.exec(html)?.[1]).toContain(userContent);
  });

  test('brings its AUI, TinyMCE and the jQuery that they shipped with', async () => {
    const old = await alice({ aui: '8', tinymce: '4' });
    expect(await old.text('/browse/RAIL-7')).toContain('/assets/aui-8/aui-prototyping.js');
    expect(await old.text('/assets/jquery.js')).toContain('v2.2');
    const current = await alice({ aui: '9', tinymce: '6' });
    expect(await current.text('/assets/jquery.js')).toContain('v3');
    for (const file of [
      'aui-9/aui-prototyping.css',
      'tinymce-6/tinymce.min.js',
      'tinymce-6/skins/ui/oxide/skin.min.css',
    ]) {
      expect((await current.browser.request(current.jira, 'GET', `/assets/${file}`)).status, file).toBe(200);
    }
    const outside = await current.browser.request(current.jira, 'GET', '/assets/tinymce-6/..%2f..%2fpackage.json');
    expect(outside.status).toBe(404);
    expect(() => createJira({ anatomy: 'real', jquery: '1.7' })).toThrow(/jquery/);
  });
});

describe('what an issue’s links do', () => {
  test('a transition without a screen is done at once, and leads back to the issue', async () => {
    const { jira, text, browser } = await alice();
    const href = hrefOf(await text('/browse/RAIL-7'), 'action_id_31');
    const reply = await browser.request(jira, 'GET', href, { redirect: 'manual' });
    expect(reply.headers.get('Location')).toBe('/browse/RAIL-7');
    expect(jira.changes).toEqual([{ what: 'transition RAIL-7 31', user: 'alice' }]);
    expect(await text('/browse/RAIL-7')).toMatch(/id="status-val"[^>]*>Done</);
  });

  test('watching turns the item into its opposite, and a vote is counted', async () => {
    const { jira, text } = await alice();
    await text(hrefOf(await text('/browse/RAIL-7'), 'toggle-watch-issue'));
    const watching = await text('/browse/RAIL-7');
    expect(tagOf(watching, 'toggle-unwatch-issue')).toContain('issueaction-unwatch-issue');
    await text(hrefOf(watching, 'toggle-vote-issue'));
    await text(hrefOf(watching, 'toggle-unwatch-issue'));
    expect(jira.changes.map(({ what }) => what)).toEqual(['watch RAIL-7', 'vote RAIL-7', 'unwatch RAIL-7']);
    expect(await text('/browse/RAIL-7')).toContain('id="toggle-watch-issue"');
  });

  test('of the two tokens of the comment form the one in the address counts', async () => {
    const { jira, text, token, post } = await alice();
    const action = /action="([^"]*)"/.exec(tagOf(await text('/browse/RAIL-7'), 'issue-comment-add'))![1]!;
    await post(action, { atl_token: 'old', id: '10007', comment: 'by the address' });
    await post('/secure/AddComment.jspa?atl_token=old', {
      atl_token: token,
      id: '10007',
      comment: 'by the input',
    });
    expect(jira.comments).toEqual([{ issue: 'RAIL-7', user: 'alice', body: 'by the address' }]);
  });
});

describe('inline edit', () => {
  const path = '/secure/AjaxIssueAction.jspa?decorator=none';
  const edit = { id: 'RAIL-7', summary: 'The doors close in time' };

  test('saves the summary', async () => {
    const { jira, post, text, token } = await alice();
    expect((await post(path, { ...edit, atl_token: token })).status).toBe(200);
    expect(jira.changes).toEqual([{ what: 'edit RAIL-7 summary', user: 'alice' }]);
    expect(await text('/browse/RAIL-7')).toMatch(/id="summary-val"[^>]*>The doors close in time</);
  });

  test('with an old token is answered with the refusal page, whose token works', async () => {
    const { jira, post, browser, token } = await alice();
    await browser.signOut(jira);
    await browser.signIn(jira, 'alice');
    const refused = await post(path, { ...edit, atl_token: token });
    const html = await refused.text();
    expect(html).toMatch(/SecurityTokenMissing[^]*atl_token_retry_form/);
    expect(html).not.toContain('<head>');
    const fresh = /name="atl_token" value="([^"]*)"/.exec(html)![1]!;
    await post('/secure/AjaxIssueAction.jspa', { ...edit, atl_token: fresh });
    expect(jira.changes).toHaveLength(1);
  });

  test('without a session is answered with a 401, and the refusal in its JSON', async () => {
    const { jira, post, token } = await alice();
    jira.sessions.dropAll();
    const refused = await post(path, { ...edit, atl_token: token });
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({
      token: expect.stringMatching(/lout$/),
      html: expect.stringContaining('xsrf-session-expired'),
    });
    expect(jira.changes).toEqual([]);
  });
});

describe('the create dialog', () => {
  test('is JSON with a token of its own, and a drop zone among its fields', async () => {
    const { jira, browser, token } = await alice();
    const reply = await browser.request(jira, 'GET', '/secure/QuickCreateIssue!default.jspa?decorator=none');
    const { atl_token: own, fields } = (await reply.json()) as {
      atl_token: string;
      fields: { editHtml: string }[];
    };
    expect(own).toBe(token);
    expect(fields.at(-1)!.editHtml).toContain('data-upload-limit="10485760"');
  });
});

describe('the issue navigator', () => {
  test.each(['/issues/?jql=project%3DRAIL', '/projects/RAIL/issues/RAIL-8'])(
    'at %s shows a list and an issue, has no issue of its own, and rewrites its address',
    async (path) => {
      const html = await (await alice()).text(path);
      const isProject = path.startsWith('/projects');
      expect(html).toMatch(/<body[^>]*class="[^"]*ajax-issue-search-and-view page-type-split"/);
      expect(html).not.toContain('ajs-issue-key');
      expect(html).toContain(`history.replaceState({}, '', "${path}")`);
      expect(html.match(/data-key="RAIL-\d+"/g)).toHaveLength(3);
      expect(tagOf(html, 'key-val')).toContain(isProject ? 'RAIL-8' : 'RAIL-7');
    },
  );

  test('fetches the pane of another issue, with tokens of that moment', async () => {
    const { text, token } = await alice();
    const pane = await text('/secure/AjaxIssueView.jspa?key=RAIL-8');
    expect(tagOf(pane, 'key-val')).toContain('RAIL-8');
    expect(hrefOf(pane, 'action_id_31')).toBe(
      `/secure/WorkflowUIDispatcher.jspa?id=10008&action=31&atl_token=${token}`,
    );
    expect(pane).not.toContain('<head>');
  });
});

describe('the board', () => {
  test('has cards, and a pane that is seen once an issue is selected', async () => {
    const { text } = await alice();
    const plain = await text('/secure/RapidBoard.jspa?rapidView=1');
    expect(tagOf(plain, 'ghx-detail-view')).toMatch(/ hidden/);
    expect(plain.match(/class="ghx-issue" data-issue-key/g)).toHaveLength(3);
    const selected = await text('/secure/RapidBoard.jspa?rapidView=1&selectedIssue=RAIL-12');
    expect(tagOf(selected, 'ghx-detail-view')).not.toMatch(/ hidden/);
    expect(tagOf(selected, 'key-val')).toContain('data-issue-key="RAIL-12"');
  });

  test('tells its script of an issue', async () => {
    const { jira, browser } = await alice();
    const path = '/rest/greenhopper/1.0/xboard/issue/details.json?issueIdOrKey=RAIL-12';
    expect(await (await browser.request(jira, 'GET', path)).json()).toMatchObject({
      key: 'RAIL-12',
      id: '10012',
      title: expect.stringContaining('Elm Junction'),
    });
  });
});
