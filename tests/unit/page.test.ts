// @vitest-environment happy-dom
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  addressOf,
  isWizardStep,
  readPage,
  refusalOn,
  signInAddress,
  siteOf,
  type Site,
} from '../../src/jira/page.ts';
import { PRODUCT_MARKS } from '../../src/jira/selectors.ts';
import { tokenText } from './tokens.ts';

const folder = new URL('../fixtures/pages/', `file://${import.meta.dirname}/`);
const shapes = readdirSync(folder).filter((name) => name.endsWith('.html'));

describe('the marks that the popup reads on a page that is not watched', () => {
  const PORTAL = new URL('https://jira.example.com/servicedesk/customer/portal/1');
  const marksOf = (document: Document): string =>
    [...document.querySelectorAll(PRODUCT_MARKS)].map(({ outerHTML }) => outerHTML).join('');

  test.each(shapes)('show the product of %s, and contain no token and no user', (file) => {
    const document = shape(file.replace('.html', ''));
    const marks = marksOf(document);
    const fromMarks = readPage(parse(`<!doctype html><html><head>${marks}</head></html>`), PORTAL);
    expect(fromMarks?.product).toBe(readPage(document, PORTAL)?.product);
    expect(marks).not.toMatch(/[0-9a-f]{40}|remote-user/);
  });

  test('contain no token of another product', () => {
    const metas = '<meta name="csrf-token" content="secret"><meta name="ajs-atl-token" content="secret">';
    expect(marksOf(parse(`<!doctype html><html><head>${metas}</head></html>`))).toBe('');
  });
});

describe('the shapes of real pages', () => {
  test.each([
    [
      'jira-7.5.0-login-lout-context-path',
      { site: 'https://jira.example.com/jira', user: undefined, version: '7.5.0', login: 'lout' },
    ],
    ['jira-9.4.18-dashboard-lout', { site: 'https://jira.example.com', user: '', version: '9.4.18', login: 'lout' }],
    ['jira-9.12.0-admin-lin', { site: 'https://jira.example.com', user: 'jdoe', version: '9.12.0', login: 'lin' }],
    [
      'jira-8.20-issue-split-view-lin',
      { site: 'https://jira.example.com', user: 'alice', version: '8.20.7', login: 'lin' },
    ],
    [
      'jira-dashboard-rewrites-its-address-lin',
      { site: 'https://jira.example.com', user: 'alice', version: '7.8.0', login: 'lin' },
    ],
    ['jira-10.3-login', { site: 'https://jira.example.com', user: '', version: '10.3.15', login: 'lout' }],
  ])('%s is read as a Jira, with its token and its user', (name, { site, user, version, login }) => {
    const shown = readPage(shape(name), new URL(`${site}/secure/Page.jspa`))!;
    expect(shown).toMatchObject({ product: 'jira', site, user, version });
    expect(shown.token!.login).toBe(login);
  });

  describe('a customer portal', () => {
    const PORTAL = new URL('https://jira.example.com/jira/servicedesk/customer/portal/1/create/2');
    const PLUGIN = '<meta name="ajs-context-path" content="/jira"><meta name="ajs-sdPluginVersion" content="5.12.0">';
    const MORE =
      '<meta name="application-name" content="JIRA" data-name="jira" data-version="9.12.0">' +
      `<meta name="ajs-remote-user" content="alice">${meta(tokenText({}))}`;
    const bare = (head: string, body = ''): Document =>
      parse(`<!doctype html><html><head>${head}</head><body>${body}</body></html>`);
    const shown = {
      product: 'portal',
      site: 'https://jira.example.com/jira',
      version: '5.12.0',
      issue: undefined,
      token: null,
    };

    test('is recognised by its plugin and its address', () =>
      expect(readPage(shape('jira-service-management-portal-lin'), PORTAL)).toMatchObject({
        ...shown,
        user: undefined,
      }));

    test('has no token, even if it has the marks of an issue’s page', () =>
      expect(readPage(bare(PLUGIN + MORE), PORTAL)).toMatchObject({ ...shown, user: 'alice' }));

    test.each([
      ['at another address', PLUGIN, '/jira/servicedesk/agent/HELP/queues'],
      ['at a portal’s address below another context path', PLUGIN, '/other/servicedesk/customer/portal/1'],
      ['without the plugin', '', '/jira/servicedesk/customer/portal/1'],
    ])('is not recognised %s', (_name, head, path) => {
      expect(readPage(bare(head), new URL(path, PORTAL))).toBeNull();
      expect(readPage(bare(head + MORE), new URL(path, PORTAL))!.product).toBe('jira');
    });

    test('is not recognised by a mark in the body, where users write', () =>
      expect(readPage(bare('', PLUGIN), PORTAL)).toBeNull());

    test('of Jira Cloud counts as Cloud', () => {
      const cloud = '<meta name="ajs-cloud-id" content="1">';
      expect(readPage(bare(PLUGIN + cloud), PORTAL)!.product).toBe('cloud');
    });

    test('is opened again after a sign-in, also at a request', () => {
      const request = new URL('https://jira.example.com/jira/servicedesk/customer/portal/1/HELP-1');
      expect(signInAddress(siteOf(request, '/jira'), request, 'HELP-1')).toMatch(
        /os_destination=%2Fservicedesk%2Fcustomer%2Fportal%2F1%2FHELP-1$/,
      );
    });
  });

  test('a page of Jira Cloud is recognised, also by its version alone', () => {
    const cloud = '<meta name="application-name" content="JIRA" data-name="jira" data-version="1001.0.0-SNAPSHOT">';
    const head = parse(`<!doctype html><html><head>${cloud}</head></html>`);
    expect(readPage(head, new URL('https://jira.example.com/'))!.product).toBe('cloud');
    expect(readPage(shape('jira-cloud-1001-lin'), new URL('https://jira.example.com/'))!.product).toBe('cloud');
  });

  test('a user’s name can have 255 characters, and a version is cut after 64', () => {
    const user = (length: number): string => `<meta name="ajs-remote-user" content="${'x'.repeat(length)}">`;
    expect(read(user(255))!.user).toHaveLength(255);
    expect(read(user(256))!.user).toBeUndefined();
    const long = JIRA.replace('9.12.0', '9'.repeat(65));
    const head = parse(`<!doctype html><html><head>${long}</head></html>`);
    expect(readPage(head, new URL('https://jira.example.com/'))!.version).toHaveLength(64);
  });

  test.each(shapes.filter((name) => name.startsWith('not-jira')))('%s is not read as a Jira', (name) => {
    expect(readPage(shape(name), new URL('https://jira.example.com/'))).toBeNull();
  });

  test('every shape is tested here', () => expect(shapes).toHaveLength(10));
});

describe('the issue that is shown', () => {
  const shown = (path: string, head = '', body = ''): string | undefined =>
    readPage(page(head, body), new URL(path, 'https://jira.example.com'))!.issue;
  const FIRST = '<meta name="ajs-issue-key" content="RAIL-1">';

  test.each([
    ['an issue', '/browse/RAIL-7?jql=project%3DRAIL'],
    ['a project’s issue', '/projects/RAIL/issues/RAIL-7'],
    ['a queue of the service desk', '/projects/RAIL/queues/custom/3/RAIL-7'],
    ['a board', '/secure/RapidBoard.jspa?rapidView=1&selectedIssue=RAIL-7&quickFilter=2'],
  ])('is the one in the address, even if the page was loaded with another: %s', (_name, path) => {
    expect(shown(path, FIRST)).toBe('RAIL-7');
  });

  test('is the one in the issue’s header if the address names none', () => {
    const header = '<a id="key-val" data-issue-key="RAIL-7" href="/browse/RAIL-7">RAIL-7</a>';
    expect(shown('/issues/?jql=project%3DRAIL', FIRST, header)).toBe('RAIL-7');
  });

  test('is the one in the page’s meta element if nothing else names one, or undefined', () => {
    expect(shown('/secure/Some.jspa', FIRST)).toBe('RAIL-1');
    expect(shown('/secure/Some.jspa?selectedIssue=%3Cscript%3E')).toBeUndefined();
    expect(shown('/')).toBeUndefined();
  });

  test.each(['R2D2-17', 'AB_C-123456789012'])('can have the key %s', (key) => {
    expect(shown(`/browse/${key}`)).toBe(key);
  });

  test.each(['xRAIL-7', 'RAIL-7x', 'R-7', 'R@IL-7', 'RAIL-1234567890123'])('can’t have the key %s', (key) => {
    expect(shown(`/browse/${key}`)).toBeUndefined();
  });
});

describe('a page’s token', () => {
  test('is that of the first meta element of ten', () => {
    const metas = Array.from({ length: 10 }, (_, n) => meta(tokenText({ secret: `${n}`.repeat(40) }))).join('');
    const { token } = read(metas)!;
    expect(token!.revealInPlaceOf(token!)).toContain('0'.repeat(40));
  });

  test('is that of the element with Jira’s id, which its scripts read, before one with the name alone', () => {
    const [named, own] = [tokenText({ secret: '1'.repeat(40) }), tokenText({ secret: '2'.repeat(40) })];
    const withName = `<meta name="atlassian-token" content="${named}">`;
    const secretIn = (head: string): string => {
      const { token } = read(head)!;
      return token!.revealInPlaceOf(token!);
    };
    expect(secretIn(withName + meta(own))).toBe(own);
    expect(secretIn(withName)).toBe(named);
  });

  test('is null if the page has none, or garbage', () => {
    expect(read('')!.token).toBeNull();
    expect(read(meta('garbage'.repeat(600)))!.token).toBeNull();
  });
});

describe('markup that a user wrote', () => {
  const comment = (html: string): string => `<div id="content"><div class="user-content">${html}</div></div>`;

  test('does not make another page count as a Jira', () => {
    expect(readPage(parse(comment(JIRA)), new URL('https://jira.example.com/'))).toBeNull();
  });

  test('does not replace a missing mark of Jira’s', () => {
    const { product, site, user, issue, token } = readPage(
      page(
        '',
        comment(`
          <meta name="ajs-cloud-id" content="1">
          <meta name="ajs-context-path" content="/browse">
          <meta name="ajs-remote-user" content="mallory">
          <meta name="ajs-issue-key" content="EVIL-1">
          ${meta(tokenText({}))}`),
      ),
      new URL('https://jira.example.com/browse/'),
    )!;
    expect({ product, site, user, issue, token }).toEqual({
      product: 'jira',
      site: 'https://jira.example.com',
      user: undefined,
      issue: undefined,
      token: null,
    });
  });

  test('does not count as a refusal on an issue’s page', () => {
    for (const mark of REFUSALS) expect(refusalOn(page('', comment(mark)))).toBeNull();
  });
});

/** The marks of Jira's refusals, which real pages have inside of each other. */
const REFUSALS = [
  '<div id="xsrf-error"></div>',
  '<div class="xsrf-check-failed"></div>',
  '<form id="atl_token_retry_form"></form>',
  '<div id="xsrf-error"><header class="xsrf-session-expired"></header></div>',
];

test('a message page of Jira is read as the kind of refusal that it shows', () => {
  const refused = (body: string): unknown => refusalOn(page('', `<div id="content">${body}</div>`, 'message'));
  expect(REFUSALS.map(refused)).toEqual(['token', 'token', 'token', 'session']);
  expect(refused('<div id="xsrf-error" class="xsrf-check-failed"><p id="xsrf-no-params"></p></div>')).toBe('empty');
  expect(refused('<h1>Access denied</h1>')).toBeNull();
});

test.each(['image/svg+xml', 'application/xml'] as const)(
  'a document of the type %s with Jira’s meta elements is not read as a page',
  (type) => {
    const metas = (JIRA + meta(tokenText({}))).replaceAll('<meta', '<meta xmlns="http://www.w3.org/1999/xhtml"');
    const picture = `<svg xmlns="http://www.w3.org/2000/svg"><head>${metas.replaceAll('">', '"/>')}</head></svg>`;
    const document = new DOMParser().parseFromString(picture, type);
    expect(document.querySelector('meta[name="application-name"]')).not.toBeNull();
    expect(readPage(document, new URL('https://jira.example.com/'))).toBeNull();
  },
);

describe('the timeout that a page states', () => {
  const stated = (body: string): number | undefined => read('', body)!.statedTimeoutMinutes;
  /** The form as Jira writes it. */
  const form = (start: string, expiry: string): string => `
    <form id="jira_request_timing_info" class="dont-default-focus"><fieldset class="parameters hidden">
      <input type="hidden" title="jira.request.start.millis" value="${start}">
      <input type="hidden" title="jira.request.server.time" value="394">
      <input type="hidden" title="jira.session.expiry.time" value="${expiry}">
      <input type="hidden" title="jira.session.expiry.in.mins" value="299">
    </fieldset></form>`;
  const START = 1_767_600_000_000;
  const lasting = (millis: number): string => form(String(START), String(START + millis));
  const MINUTE = 60_000;

  test.each([
    ['the usual five hours', 300 * MINUTE, 300],
    ['a little less, because of the previous request', 299.92 * MINUTE, 300],
    ['half an hour', 30 * MINUTE, 30],
    ['a minute', MINUTE, 1],
    ['a week', 10_080 * MINUTE, 10_080],
    ['less than a minute', MINUTE - 1, undefined],
    ['more than a week', 10_080 * MINUTE + 1, 10_080],
    ['a year', 365 * 1_440 * MINUTE, 10_080],
    ['an end that has passed', -MINUTE, undefined],
    ['an end at the start', 0, undefined],
  ])('is read in whole minutes: %s', (_name, millis, expected) => {
    expect(stated(lasting(millis))).toBe(expected);
  });

  test.each([
    ['the form of an anonymous visitor', form(String(START), '-')],
    ['words', form('now', 'soon')],
    ['numbers that are not only digits', form('0x10', '1e9')],
    ['a sign', form(`-${START}`, String(START))],
    ['nothing', form('', '')],
    ['numbers longer than any time', form('1'.repeat(16), '9'.repeat(20))],
    ['the fields of another form', lasting(30 * MINUTE).replace('jira_request_timing_info', 'mine')],
    ['the fields of an element that is no form', lasting(30 * MINUTE).replaceAll('form', 'div')],
    ['visible fields', lasting(30 * MINUTE).replaceAll('"hidden"', '"text"')],
    ['a form that a user wrote', `<div>${lasting(30 * MINUTE)}</div>`],
    ['only an expiry', lasting(30 * MINUTE).replace('jira.request.start.millis', 'start')],
  ])('is undefined for %s', (_name, body) => expect(stated(body)).toBeUndefined());

  test('is read if the tags are split over lines', () => {
    expect(
      stated(
        lasting(30 * MINUTE)
          .replaceAll(' title', '\n\ttitle')
          .replaceAll(' value', '\n\tvalue'),
      ),
    ).toBe(30);
  });

  test('is that of the first of two forms, and never a mixture of both', () => {
    expect(stated(lasting(30 * MINUTE) + lasting(300 * MINUTE))).toBe(30);
    expect(stated(form(String(START), '-') + lasting(300 * MINUTE))).toBeUndefined();
  });
});

describe('a site', () => {
  test('is taken from the address bar, not from the base URL in the page', () => {
    const head = `
      <meta name="ajs-base-url" content="https://elsewhere.example.com">
      <meta name="ajs-context-path" content="/jira">`;
    const { site } = readPage(page(head), new URL('http://localhost:8080/jira/browse/AB-1'))!;
    expect(site).toBe('http://localhost:8080/jira');
  });

  test.each(['//evil.example.com', '/other', 'jira', '/jira/', '/ji', '/../x', 'https://evil.example.com'])(
    'has no context path if the page claims %s',
    (claimed) => {
      expect(siteOf(new URL('https://jira.example.com/jira/browse/AB-1'), claimed)).toBe('https://jira.example.com');
    },
  );

  test.each([
    ['/apps/jira', 'https://jira.example.com/apps/jira'],
    ['/my%20jira', 'https://jira.example.com'],
    ['/my%20apps/jira', 'https://jira.example.com'],
    ['/jira/my%20jira', 'https://jira.example.com'],
  ])('has the context path %s only if that has the usual characters: %s', (contextPath, site) => {
    expect(siteOf(new URL(`https://jira.example.com${contextPath}/browse/AB-1`), contextPath)).toBe(site);
  });

  test('has a login address that leads back to the page', () => {
    const elsewhere = new URL('https://example.com/jiralike/browse/AB-1');
    expect(signInAddress('https://example.com/jira' as Site, elsewhere, undefined)).toBe(
      'https://example.com/jira/login.jsp?os_destination=%2F',
    );
    const here = new URL('https://example.com/jira/browse/AB-1?focus=2#comment');
    expect(signInAddress('https://example.com/jira' as Site, here, undefined)).toBe(
      'https://example.com/jira/login.jsp?os_destination=%2Fbrowse%2FAB-1%3Ffocus%3D2',
    );
  });

  test('never has a login address that leads back to an address with a token, which would repeat an action', () => {
    const here = new URL(`https://example.com/secure/DeleteComment.jspa?id=1&atl_token=${tokenText({})}`);
    const site = 'https://example.com' as Site;
    expect(signInAddress(site, here, undefined)).toBe('https://example.com/login.jsp?os_destination=%2F');
    expect(signInAddress(site, here, 'AB-1')).toBe('https://example.com/login.jsp?os_destination=%2Fbrowse%2FAB-1');
  });
});

const JIRA = '<meta name="application-name" content="JIRA" data-name="jira" data-version="9.12.0">';

function meta(content: string): string {
  return `<meta id="atlassian-token" name="atlassian-token" content="${content}">`;
}

function read(head: string, body = ''): ReturnType<typeof readPage> {
  return readPage(page(head, body), new URL('https://jira.example.com/'));
}

function page(head: string, body = '', type = 'issue'): Document {
  return parse(
    `<!doctype html><html><head>${JIRA}${head}</head><body id="jira" class="page-type-${type}">${body}</body></html>`,
  );
}

function shape(name: string): Document {
  return parse(readFileSync(new URL(name.endsWith('.html') ? name : `${name}.html`, folder), 'utf8'));
}

function parse(html: string): Document {
  return new DOMParser().parseFromString(html, 'text/html');
}

test('a sign-in in front of Jira happens at the page’s own address, unless that would repeat an action', () => {
  const site = 'https://example.com/jira' as Site;
  const at = (path: string, issue?: string): string => signInAddress(site, new URL(site + path), issue, true);
  expect(at('/secure/Dashboard.jspa')).toBe(`${site}/secure/Dashboard.jspa`);
  expect(at('/secure/RapidBoard.jspa?rapidView=1', 'AB-1')).toBe(`${site}/browse/AB-1`);
  expect(at('/secure/DeleteIssue.jspa?atl_token=x')).toBe(`${site}/`);
});

test('steps of a wizard are recognised, and other pages are not', () => {
  const is = (path: string): boolean => isWizardStep(new URL(`https://jira.example.com${path}`));
  for (const path of [
    '/secure/views/bulkedit/BulkEdit1.jspa',
    '/jira/secure/MoveIssue!default.jspa',
    '/secure/ConvertIssueSetIssueType.jspa',
    '/secure/admin/ExternalImport1.jspa',
  ])
    expect(is(path), path).toBe(true);
  for (const path of [
    '/browse/MOVE-1',
    '/secure/Dashboard.jspa',
    '/projects/IMPORT/issues/IMPORT-7',
    '/issues/?jql=Bulk',
  ])
    expect(is(path), path).toBe(false);
});

test('a page’s address is reported without its fragment and its token, and cut', () => {
  const token = tokenText({});
  const address = `https://jira.example.com/secure/Do.jspa?atl_token=${token}&id=1;atl_token=${token};x=2#atl_token=${token}`;
  expect(addressOf(new URL(address))).toBe('https://jira.example.com/secure/Do.jspa?&id=1;;x=2');
  expect(addressOf(new URL(`https://jira.example.com/?jql=${'a'.repeat(5_000)}`))).toHaveLength(4_096);
});
