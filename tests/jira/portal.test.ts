/** The customer portal: files are the session's, and go missing with it. */
import { expect, test } from 'vitest';
import { MemoryBrowser } from './browser.ts';
import { createJira } from './jira.ts';

const PAGE = '/servicedesk/customer/portal/1/create/2';
const NO_CHECK = { headers: { 'X-Atlassian-Token': 'no-check' } };

async function alice() {
  const jira = createJira({ basePath: '/jira' });
  const browser = new MemoryBrowser();
  await browser.signIn(jira, 'alice');
  const upload = async (init: RequestInit = NO_CHECK): Promise<Response> => {
    const body = new FormData();
    body.append('file', new File(['a bent sill'], 'sill.txt'));
    return browser.request(jira, 'POST', '/rest/servicedesk/1/portal/1/attachTemporaryFile', {
      ...init,
      body,
    });
  };
  const uploadedId = async (): Promise<string> => {
    const answer = (await (await upload()).json()) as {
      temporaryAttachments: { temporaryAttachmentId: string }[];
    };
    return answer.temporaryAttachments[0]!.temporaryAttachmentId;
  };
  const send = (id: string): Promise<Response> => {
    const fields = { description: 'The sill is bent', temporaryAttachmentId: id };
    return browser.request(jira, 'POST', PAGE, { ...NO_CHECK, body: new URLSearchParams(fields) });
  };
  return { jira, browser, upload, uploadedId, send };
}

test('its page names neither the product nor a token', async () => {
  const { jira, browser } = await alice();
  const html = await (await browser.request(jira, 'GET', PAGE)).text();
  expect([...html.matchAll(/<meta name="([^"]*)"/g)].map(([, name]) => name)).toEqual([
    'ajs-context-path',
    'ajs-sdPluginVersion',
  ]);
  expect(html).not.toMatch(/token|id="jira"/);
});

test('a request arrives with its files', async () => {
  const { jira, uploadedId, send } = await alice();
  expect((await send(await uploadedId())).status).toBe(201);
  expect(jira.portalRequests).toEqual([{ user: 'alice', description: 'The sill is bent', files: ['sill.txt'] }]);
  expect(jira.attachments).toMatchObject([{ issue: 'HELP-1', name: 'sill.txt', via: 'portal' }]);
});

test('a request after the session has turned arrives without its files, and without a word', async () => {
  const { jira, browser, uploadedId, send } = await alice();
  const id = await uploadedId();
  await browser.signOut(jira);
  await browser.signIn(jira, 'alice');
  expect((await send(id)).status).toBe(201);
  expect(jira.portalRequests).toEqual([{ user: 'alice', description: 'The sill is bent', files: [] }]);
});

test('nothing is taken from nobody, nor an upload without the header', async () => {
  const { jira, browser, upload, send } = await alice();
  expect((await upload({})).status).toBe(403);
  await browser.signOut(jira);
  expect((await upload()).status).toBe(401);
  expect((await send('1')).status).toBe(401);
  expect(jira.portalRequests).toEqual([]);
});
