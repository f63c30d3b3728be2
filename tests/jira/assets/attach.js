/**
 * How Jira's pages attach, as far as tokens go ("What happens at an upload" in docs/jira-xsrf.md). Runs in the
 * stand-in's pages and, for the simulations, in the browser in memory.
 *
 * @typedef {{ name: string, size: number }} AnyFile
 * @typedef {{ status: number, body: any }} Reply
 * @typedef {object} AttachPage
 * @property {() => string} metaToken the global `atl_token()`: reads the meta afresh
 * @property {() => string | undefined} formToken the form's input: '' where it is empty, undefined where there is none
 * @property {(token: string) => void} adoptToken keeps a token that a refusal brought
 * @property {(method: string, path: string, query?: Record<string, string>, body?: unknown) => Promise<Reply>} request
 * @property {string} issue
 * @property {string} uploadPath
 *
 * @typedef {'ok' | 'missing-token' | 'session-expired' | 'error'} Outcome
 */

/**
 * The old file input: takes the form's token if there is an input, even an empty one, else the meta's. A refusal's
 * token is adopted and the error shown; it does not try again by itself, and the user's second try works.
 *
 * @param {AnyFile} file
 * @param {AttachPage} page
 * @param {string} via
 * @returns {Promise<Outcome>}
 */
export async function attachByInput(file, page, via = 'input') {
  const token = page.formToken() ?? page.metaToken();
  const reply = await upload(file, token, page);
  if (reply.status === 500 && reply.body?.token) {
    page.adoptToken(reply.body.token);
    return 'missing-token';
  }
  if (reply.status === 401) return 'session-expired';
  if (reply.status !== 201) return 'error';
  const committed = await page.request('POST', '/secure/AttachFile.jspa', {
    filetoconvert: reply.body.id,
    atl_token: page.formToken() ?? page.metaToken(),
    inline: 'true',
    via,
  });
  return outcomeOf(committed, 200);
}

/**
 * Drop zone and paste: reads the meta when the file is dropped, then asks who is signed in, then uploads. The token
 * that a refusal brings is ignored, so that every further try fails until the page is reloaded.
 *
 * @param {AnyFile} file
 * @param {AttachPage} page
 * @param {string} via
 * @returns {Promise<Outcome>}
 */
export async function attachByDrop(file, page, via = 'drop') {
  const token = page.metaToken();
  let session = await page.request('GET', '/rest/auth/1/session');
  if (session.status >= 403) session = await page.request('GET', '/rest/api/2/mypermissions');
  if (session.status !== 200) return session.status === 401 ? 'session-expired' : 'error';
  const reply = await upload(file, token, page);
  if (reply.status === 500) return 'missing-token';
  if (reply.status !== 201) return reply.status === 401 ? 'session-expired' : 'error';
  const query = { atl_token: token, id: reply.body.id, issue: page.issue, via };
  return outcomeOf(await page.request('POST', '/rest/jddap/1.0/attachment', query), 201);
}

/**
 * @param {AnyFile} file
 * @param {string} token
 * @param {AttachPage} page
 */
function upload(file, token, page) {
  const query = { filename: file.name, size: String(file.size), atl_token: token, issueId: page.issue };
  return page.request('POST', page.uploadPath, query, file);
}

/**
 * @param {Reply} reply
 * @param {number} good
 * @returns {Outcome}
 */
function outcomeOf(reply, good) {
  if (reply.status === good) return 'ok';
  return reply.status === 401 ? 'session-expired' : reply.status === 500 ? 'missing-token' : 'error';
}
