/**
 * How Jira's pages attach, as far as tokens go ("What happens at an upload" in docs/jira-xsrf.md). Runs in the
 * stand-in's pages and, for the simulations, in the browser in memory. The types are in attach.d.ts.
 */

/**
 * The old file input: takes the form's token if there is an input, even an empty one, else the meta's. A refusal's
 * token is adopted and the error shown; it does not try again by itself, and the user's second try works.
 */
export async function attachByInput(file, page, via = 'input') {
  const token = page.formToken() ?? page.metaToken();
  const reply = await upload(file, token, page);
  if (reply.status === 500 && reply.body?.token) {
    page.adoptToken(reply.body.token);
    return 'missing-token';
  }
  if (reply.status !== 201) return failureOf(reply);
  const query = { filetoconvert: reply.body.id, issue: page.issue, atl_token: token, via };
  const committed = await page.request('POST', '/secure/AttachFile.jspa', query);
  return committed.status === 200 ? 'ok' : failureOf(committed);
}

/**
 * Drop zone and paste: take the token of the moment when the file is dropped, then ask who is signed in, then upload.
 * The token that a refusal brings is ignored, so that every further try fails until the page is reloaded.
 */
export async function attachByDrop(file, page, via = 'drop') {
  if (file.size > (page.uploadLimitBytes ?? Infinity)) return 'too-large';
  const token = page.metaToken();
  const signedIn = await askWhoIsSignedIn(page);
  if (signedIn.status !== 200) return failureOf(signedIn);
  const reply = await upload(file, token, page);
  if (reply.status !== 201) return failureOf(reply);
  if (page.keepUpload) {
    page.keepUpload(reply.body.id);
    return 'ok';
  }
  const query = { id: reply.body.id, issue: page.issue, atl_token: token, via };
  const committed = await page.request('POST', '/rest/jddap/1.0/attachment', query);
  return committed.status === 201 ? 'ok' : failureOf(committed);
}

/** The fallback answers anonymous visitors too. It counts only where it grants the permission to attach. */
async function askWhoIsSignedIn(page) {
  const reply = await page.request('GET', '/rest/auth/1/session');
  if (!page.sessionRefusals.includes(reply.status)) return reply;
  const fallback = await page.request('GET', '/rest/api/2/mypermissions');
  return fallback.status === 200 && !mayAttach(fallback.body) ? { ...fallback, status: 401 } : fallback;
}

/** The permission has had two names. */
function mayAttach(body) {
  const { CREATE_ATTACHMENTS, CREATE_ATTACHMENT } = body?.permissions ?? {};
  return (CREATE_ATTACHMENTS ?? CREATE_ATTACHMENT)?.havePermission === true;
}

function upload(file, token, page) {
  const place = page.issue ? { issueId: page.issue } : { projectId: page.project };
  const query = {
    filename: file.name,
    size: String(file.size),
    atl_token: token,
    formToken: page.uploadFormToken,
    ...place,
  };
  return page.request('POST', page.uploadPath, query, file);
}

function failureOf({ status }) {
  return status === 401 ? 'session-expired' : status === 500 ? 'missing-token' : 'error';
}
