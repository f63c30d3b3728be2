/** What is stored and for how long: it is removed with its tab and its site, is limited, and may fail to be stored. */
import { afterEach, expect, test, vi } from 'vitest';
import { documentOf, BackgroundHarness } from './background-harness.ts';

const SITE = 'http://one.example';
const OTHER = 'http://two.example/jira';
const TAB = { id: 1, url: `${SITE}/browse/RAIL-7` };
const OTHER_TAB = { id: 2, url: `${OTHER}/browse/RAIL-7` };

afterEach(() => void vi.useRealTimers().unstubAllGlobals());

test('keeps a site’s data across a reload, and removes what names its user with the last tab', async () => {
  const harness = newHarness();
  await report(harness, TAB);
  await report(harness, OTHER_TAB);
  expect(keysOf(harness, SITE)).toEqual(['cookieChanges', 'history', 'proof', 'session']);
  await leave(harness, TAB);
  expect(harness.storedTab(TAB.id)).toBeUndefined();
  expect(keysOf(harness, SITE)).toEqual(['cookieChanges', 'history', 'proof', 'session']);
  harness.tabs.splice(0, 1);
  await leave(harness, TAB);
  expect(keysOf(harness, SITE)).toEqual(['session']);
  expect(keysOf(harness, OTHER)).toEqual(['cookieChanges', 'history', 'proof', 'session']);
  expect(JSON.stringify([harness.local, ...Object.values(harness.session)])).not.toContain('alice at one');
});

test('removes a site’s data with its last tab, even if a tab of another container shows the site', async () => {
  const harness = newHarness();
  harness.tabs.push({ ...TAB, id: 3, cookieStoreId: 'firefox-container-1' });
  await report(harness, TAB);
  harness.tabs.splice(0, 1);
  await leave(harness, TAB);
  expect(keysOf(harness, SITE)).toEqual(['session']);
});

test('removes a site’s data if its last page crashes together with its tab', async () => {
  const harness = newHarness();
  await report(harness, TAB);
  harness.tabs.splice(0, 1);
  for (const alarm of harness.alarms.values()) alarm.when = Date.now();
  await harness.ringAlarms();
  await removed(harness);
  expect(keysOf(harness, SITE)).toEqual(['session']);
});

test('limits the data of context paths that a script makes up, and keeps other sites’ data', async () => {
  const harness = newHarness();
  await report(harness, OTHER_TAB);
  const others = keysOf(harness, OTHER);
  for (let n = 0; n < 60; n++) {
    const site = `${SITE}/${n}${'x'.repeat(400)}`;
    await report(harness, TAB, { site, address: `${site}/browse/RAIL-7`, user: 'm'.repeat(255) });
  }
  await removed(harness);
  expect(sitesOf(harness, SITE)).toBeLessThanOrEqual(20);
  expect(harness.storedTab(TAB.id)).toMatchObject({ site: `${SITE}/59${'x'.repeat(400)}` });
  expect(keysOf(harness, OTHER)).toEqual(others);
});

test('stores the data of twenty Jiras on one host', async () => {
  const harness = newHarness();
  for (let n = 0; n < 20; n++) {
    const site = `${SITE}/jira${n}`;
    await report(harness, TAB, { site, address: `${site}/browse/RAIL-7` });
  }
  await removed(harness);
  expect(sitesOf(harness, SITE)).toBe(20);
});

test('gives pages their settings and badges when the storage is full, and logs the error once', async () => {
  const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const harness = newHarness();
  harness.store('local', { [`settings ${OTHER}`]: { guard: 'off' } });
  harness.isStorageFull = true;
  for (const at of [1, 2]) {
    expect(await report(harness, TAB, { at })).toMatchObject({ settings: { guard: 'on' } });
    expect(await report(harness, OTHER_TAB, { at })).toMatchObject({ settings: { guard: 'off' } });
  }
  expect([...harness.badges]).toEqual([
    [TAB.id, '4h'],
    [OTHER_TAB.id, '4h'],
  ]);
  expect(errors.mock.calls).toEqual([['Freshtoken: Error: Session storage quota bytes exceeded.']]);
  errors.mockRestore();
});

test('removes an older proof if a newer one can’t be stored', async () => {
  const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const harness = newHarness();
  await report(harness, TAB, { at: 1 });
  harness.isStorageFull = true;
  await report(harness, TAB, { at: 2, user: 'mallory' });
  expect(keysOf(harness, SITE)).not.toContain('proof');
  expect(JSON.stringify(harness.session)).not.toContain('alice');
  errors.mockRestore();
});

test('keeps only the settings of a site that is revoked', async () => {
  const harness = newHarness();
  harness.store('local', {
    settings: { banner: false },
    [`settings ${SITE}`]: { guard: 'off' },
    [`settings ${OTHER}`]: {},
  });
  await report(harness, TAB);
  await report(harness, OTHER_TAB);
  harness.revokeSites();
  await removed(harness);
  expect(harness.session).toEqual({});
  expect(harness.local).toEqual({
    settings: { banner: false },
    [`settings ${SITE}`]: { guard: 'off' },
    [`settings ${OTHER}`]: {},
  });
});

test('stores no report of a page whose site is revoked meanwhile', async () => {
  const harness = newHarness();
  for (let steps = 2; steps < 40; steps += 7) {
    harness.isGranted = true;
    const isRevoked = harness.interruptAfter(steps, () => harness.revokeSites());
    await report(harness, TAB);
    if (!isRevoked()) harness.revokeSites();
    await removed(harness);
    expect([harness.session, harness.local], `after ${steps} steps`).toEqual([{}, {}]);
  }
});

test('removes what a report stores while "Stop watching" deletes the site’s data', async () => {
  let steps = 2;
  for (let isDeleted = (): boolean => true; isDeleted(); steps += 3) {
    const harness = newHarness();
    // The page with the button does this; the browser informs the background only later.
    isDeleted = harness.interruptAfter(steps, () => {
      harness.isGranted = false;
      for (const area of ['local', 'session'] as const)
        harness.store(area, Object.fromEntries(Object.keys(harness[area]).map((key) => [key, undefined])));
    });
    await report(harness, TAB);
    await harness.settle();
    if (!isDeleted()) continue;
    harness.revokeSites();
    await removed(harness);
    expect(harness.local, `after ${steps} steps`).toEqual({});
    expect(keysOf(harness, SITE), `after ${steps} steps`).toEqual([]);
  }
  expect(steps).toBeGreaterThan(20);
});

test('stores no challenge that a request meets after its site was revoked', async () => {
  const harness = newHarness();
  const privateTab = { ...TAB, cookieStoreId: 'firefox-private', incognito: true };
  vi.stubGlobal('fetch', async () => {
    harness.revokeSites();
    await removed(harness);
    return new Response('', { status: 401, headers: { 'WWW-Authenticate': 'Negotiate' } });
  });
  await harness.send(privateTab, { kind: 'ask', site: SITE, version: '9.12.0', isPressed: true });
  expect(harness.session).toEqual({});
});

test('removes the data of a site that was revoked while the browser was closed when it starts', async () => {
  const harness = newHarness();
  await report(harness, TAB);
  harness.isGranted = false;
  await harness.restart();
  await removed(harness);
  expect(harness.local).toEqual({});
});

test('removes a session from the disk after 30 days without a contact, also if the clock was set back', async () => {
  const harness = newHarness();
  await report(harness, TAB);
  await report(harness, OTHER_TAB);
  harness.tabs.splice(0, 1);
  const key = `session default ${SITE}`;
  const before = harness.local[key] as object;
  for (const [days, isKept] of [
    [29, true],
    [31, false],
    [-31, false],
  ] as const) {
    harness.local[key] = { ...before, lastContact: Date.now() - days * 24 * 3_600_000 };
    await harness.restart();
    expect([days, keysOf(harness, SITE)]).toEqual([days, isKept ? ['session'] : []]);
  }
  expect(keysOf(harness, OTHER)).toEqual(['session']);
});

test('never takes an open page for fresh because its session ended 30 days ago', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const harness = newHarness();
  const before = reportOf(TAB);
  await harness.send(TAB, before);
  vi.setSystemTime(Date.now() + 31 * 24 * 3_600_000);
  await harness.ringAlarms();
  expect(harness.shownVerdict(TAB.id)).toBe('lapsed');
  // An update of the extension begins without what was in memory.
  await harness.restart();
  await harness.send(TAB, { ...before, contactAt: undefined });
  expect(harness.shownVerdict(TAB.id)).toBe('lapsed');
});

test('removes the session of a host and container whose cookie is cleared while no tab is open', async () => {
  const harness = newHarness();
  await report(harness, TAB);
  await report(harness, OTHER_TAB);
  // An open page refreshes by itself.
  await harness.removeCookie('one.example');
  expect(keysOf(harness, SITE)).toContain('session');
  harness.tabs.length = 0;
  await harness.removeCookie('one.example', 'firefox-container-1');
  await harness.removeCookie('three.example');
  const sessions = [`session default ${SITE}`, `session default ${OTHER}`];
  expect(Object.keys(harness.local)).toEqual(sessions);
  await harness.removeCookie('one.example');
  expect(Object.keys(harness.local)).toEqual(sessions.slice(1));
  // A cookie of the whole domain does not count.
  await harness.removeCookie('.two.example');
  expect(Object.keys(harness.local)).toEqual(sessions.slice(1));
  await harness.removeCookie('two.example');
  expect(harness.local).toEqual({});
});

test('lets a compromised page change no settings, and send nothing from a frame of another site’s tab', async () => {
  const harness = newHarness();
  await report(harness, OTHER_TAB);
  const before = structuredClone(harness.session);
  const more = {
    site: OTHER,
    settings: { guard: 'off' },
    guard: 'off',
    [`settings ${OTHER}`]: { guard: 'off' },
  };
  for (const kind of ['report', 'ask', 'cookie', 'gone', 'no-jira', 'renew-always', 'settings'])
    await harness.send(TAB, { kind, evidence: { product: 'jira' }, files: [], ...more });
  await harness.send({ ...OTHER_TAB, url: TAB.url }, reportOf(TAB), { frameId: 3 });
  await harness.send({ ...OTHER_TAB, url: TAB.url }, { kind: 'no-jira' }, { frameId: 3 });
  await removed(harness);
  expect(harness.session).toEqual(before);
  expect(Object.keys(harness.local)).toEqual([`session default ${OTHER}`]);
});

test('lets a page set automatic renewal for its own site, and nothing else', async () => {
  const harness = newHarness();
  const always = (site: string, tab = TAB): Promise<unknown> =>
    harness.send(tab, { kind: 'renew-always', site, renew: 'ask', guard: 'off' });
  harness.store('local', { [`settings ${SITE}`]: { banner: false } });
  expect(await always(SITE)).toBe(true);
  expect(harness.local).toEqual({ [`settings ${SITE}`]: { banner: false, renew: 'auto' } });
  expect(await always(OTHER)).toBeUndefined();
  harness.store('managed', { renew: 'ask' });
  expect(await always(OTHER, OTHER_TAB)).toBeUndefined();
  harness.store('managed', { renew: undefined });
  harness.isGranted = false;
  expect(await always(OTHER, OTHER_TAB)).toBeUndefined();
  expect(Object.keys(harness.local)).toEqual([`settings ${SITE}`]);
});

test('limits the settings of context paths that a script makes up', async () => {
  const harness = newHarness();
  const made = Array.from({ length: 50 }, (_, n) => `${SITE}/${n}`);
  await Promise.all(made.map((site) => harness.send(TAB, { kind: 'renew-always', site })));
  expect(Object.keys(harness.local)).toHaveLength(20);
  expect(await harness.send(OTHER_TAB, { kind: 'renew-always', site: OTHER })).toBe(true);
});

function newHarness(): BackgroundHarness {
  const harness = new BackgroundHarness();
  harness.tabs.push(TAB, OTHER_TAB);
  return harness;
}

/** The kinds of data that are stored of a site. */
function keysOf(harness: BackgroundHarness, site: string): string[] {
  const keys = [harness.session, harness.local].flatMap(Object.keys);
  return keys.flatMap((key) => (key.endsWith(` ${site}`) ? key.split(' ', 1) : [])).toSorted();
}

/** The number of sites of a host of which something is stored. */
function sitesOf(harness: BackgroundHarness, host: string): number {
  const sites = [harness.session, harness.local].flatMap(Object.keys).map((key) => key.split(' ')[2]);
  return new Set(sites.filter((site) => site?.startsWith(`${host}/`))).size;
}

interface Reported {
  readonly site?: string;
  readonly address?: string;
  readonly user?: string;
  /** When the proof was made: milliseconds after a second ago. */
  readonly at?: number;
}

function reportOf(tab: typeof TAB, { site, address, user, at = 0 }: Reported = {}): object {
  const token = { digest: '00000001', login: 'lin', serverId: 'AAAA' };
  const now = Date.now() - 1_000 + at;
  const name = user ?? `alice at ${tab === TAB ? 'one' : 'two'}`;
  const proof = {
    outcome: 'signed-in',
    user: name,
    at: now,
    cookieDigest: token.digest,
    isCertain: true,
    session: 's1',
  };
  return {
    kind: 'report',
    document: documentOf(tab.id),
    address: address ?? tab.url,
    site: site ?? (tab === TAB ? SITE : OTHER),
    evidence: {
      product: 'jira',
      pageUser: name,
      pageToken: token,
      cookieToken: token,
      relation: 'equal',
      proof,
    },
    contactAt: now,
    loadedAt: now,
    files: [],
  };
}

function report(harness: BackgroundHarness, tab: typeof TAB, more: Reported = {}): Promise<unknown> {
  return harness.send(tab, reportOf(tab, more));
}

async function leave(harness: BackgroundHarness, tab: typeof TAB): Promise<void> {
  await harness.send(tab, { kind: 'gone', document: documentOf(tab.id) });
  await removed(harness);
}

test('removes the data of a closing tab that the browser does not name, as Firefox', async () => {
  const harness = newHarness();
  await report(harness, TAB);
  harness.tabs.splice(0, 1);
  await harness.send(TAB, { kind: 'gone' }, { tab: undefined });
  await removed(harness);
  expect(keysOf(harness, SITE)).toEqual(['session']);
});

test('lists the tabs when one has left its host, but not after a load at the same host', async () => {
  const harness = newHarness();
  await report(harness, TAB);
  await report(harness, OTHER_TAB);
  const before = harness.listings;
  await harness.send(TAB, { kind: 'gone' });
  await removed(harness);
  expect(harness.listings).toBe(before);
  await report(harness, TAB);
  harness.tabs[0] = { ...TAB, url: 'http://elsewhere.example/' };
  await harness.send(TAB, { kind: 'gone' });
  await removed(harness);
  expect(harness.listings).toBe(before + 1);
});

/** Waits until a closed tab is no longer listed and its data is removed. */
async function removed(harness: BackgroundHarness): Promise<void> {
  await new Promise((done) => setTimeout(done, 600));
  await harness.settle();
}

test('ignores messages of a compromised page in the back/forward cache about the page in its tab now', async () => {
  const harness = newHarness();
  await report(harness, OTHER_TAB);
  const before = structuredClone(harness.session);
  const siteOf = (): unknown => (harness.storedTab(OTHER_TAB.id) as { site?: string } | undefined)?.site;
  const cached = { frameId: 9, documentLifecycle: 'cached' };
  await harness.send({ ...OTHER_TAB, url: TAB.url }, { ...reportOf(TAB), document: documentOf(77) }, cached);
  const afterReport = siteOf();
  await harness.send({ ...OTHER_TAB, url: TAB.url }, { kind: 'no-jira' }, cached);
  await removed(harness);
  expect([afterReport, siteOf()]).toEqual([OTHER, OTHER]);
  expect(harness.session).toEqual(before);
});
