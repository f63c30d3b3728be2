/** What is kept, by whom, and for how long: it goes with its tab and its site, has an end, and a full store stops nothing. */
import { expect, test, vi } from 'vitest';
import { documentOf, Machine } from './background-harness.ts';

const SITE = 'http://one.example';
const OTHER = 'http://two.example/jira';
const TAB = { id: 1, url: `${SITE}/browse/RAIL-7` };
const OTHER_TAB = { id: 2, url: `${OTHER}/browse/RAIL-7` };

test('what is known of a site outlives a reload, and what names its user goes with its last tab', async () => {
  const machine = newMachine();
  await report(machine, TAB);
  await report(machine, OTHER_TAB);
  expect(keysOf(machine, SITE)).toEqual(['cookieChanges', 'history', 'proof', 'session']);
  await leave(machine, TAB);
  expect(machine.stored(TAB.id)).toBeUndefined();
  expect(keysOf(machine, SITE)).toEqual(['cookieChanges', 'history', 'proof', 'session']);
  machine.tabs.splice(0, 1);
  await leave(machine, TAB);
  expect(keysOf(machine, SITE)).toEqual(['session']);
  expect(keysOf(machine, OTHER)).toEqual(['cookieChanges', 'history', 'proof', 'session']);
  expect(JSON.stringify([machine.local, ...Object.values(machine.session)])).not.toContain('alice at one');
});

test('a tab of another container keeps nothing of a site for this one', async () => {
  const machine = newMachine();
  machine.tabs.push({ ...TAB, id: 3, cookieStoreId: 'firefox-container-1' });
  await report(machine, TAB);
  machine.tabs.splice(0, 1);
  await leave(machine, TAB);
  expect(keysOf(machine, SITE)).toEqual(['session']);
});

test('a page that crashes, and its tab with it, is forgotten with all that was known of its site', async () => {
  const machine = newMachine();
  await report(machine, TAB);
  machine.tabs.splice(0, 1);
  for (const alarm of machine.alarms.values()) alarm.when = Date.now();
  await machine.ring();
  await forgotten(machine);
  expect(keysOf(machine, SITE)).toEqual(['session']);
});

test('a script that makes up context paths fills no store, and costs no other site what is known of it', async () => {
  const machine = newMachine();
  await report(machine, OTHER_TAB);
  const others = keysOf(machine, OTHER);
  for (let n = 0; n < 60; n++) {
    const site = `${SITE}/${n}${'x'.repeat(400)}`;
    await report(machine, TAB, { site, address: `${site}/browse/RAIL-7`, user: 'm'.repeat(255) });
  }
  await forgotten(machine);
  expect(sitesOf(machine, SITE)).toBeLessThanOrEqual(20);
  expect(machine.stored(TAB.id)).toMatchObject({ site: `${SITE}/59${'x'.repeat(400)}` });
  expect(keysOf(machine, OTHER)).toEqual(others);
});

test('twenty Jiras on one host are remembered', async () => {
  const machine = newMachine();
  for (let n = 0; n < 20; n++) {
    const site = `${SITE}/jira${n}`;
    await report(machine, TAB, { site, address: `${site}/browse/RAIL-7` });
  }
  await forgotten(machine);
  expect(sitesOf(machine, SITE)).toBe(20);
});

test('a full store stops nothing: pages have their settings and badges, and the error is told once', async () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const machine = newMachine();
  machine.set({ [`settings ${OTHER}`]: { guard: 'off' } });
  machine.isFull = true;
  for (const at of [1, 2]) {
    expect(await report(machine, TAB, { at })).toMatchObject({ settings: { guard: 'on' } });
    expect(await report(machine, OTHER_TAB, { at })).toMatchObject({ settings: { guard: 'off' } });
  }
  expect([...machine.badges]).toEqual([
    [TAB.id, '4h'],
    [OTHER_TAB.id, '4h'],
  ]);
  expect(told.mock.calls).toEqual([['Freshtoken: Error: Session storage quota bytes exceeded.']]);
  told.mockRestore();
});

test('where an answer can’t be kept, an older one is not gone by', async () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const machine = newMachine();
  await report(machine, TAB, { at: 1 });
  machine.isFull = true;
  await report(machine, TAB, { at: 2, user: 'mallory' });
  expect(keysOf(machine, SITE)).not.toContain('proof');
  expect(JSON.stringify(machine.session)).not.toContain('alice');
  told.mockRestore();
});

test('of a site that is taken back nothing stays but what its user has set', async () => {
  const machine = newMachine();
  machine.set({
    settings: { banner: false },
    [`settings ${SITE}`]: { guard: 'off' },
    [`settings ${OTHER}`]: {},
  });
  await report(machine, TAB);
  await report(machine, OTHER_TAB);
  machine.takeBack();
  await forgotten(machine);
  expect(machine.session).toEqual({});
  expect(machine.local).toEqual({
    settings: { banner: false },
    [`settings ${SITE}`]: { guard: 'off' },
    [`settings ${OTHER}`]: {},
  });
});

test('what a page reports while its site is taken back is not kept either', async () => {
  const machine = newMachine();
  for (let steps = 2; steps < 60; steps += 14) {
    machine.isGranted = true;
    const isBack = machine.interrupt(steps, () => machine.takeBack());
    await report(machine, TAB);
    if (!isBack()) machine.takeBack();
    await forgotten(machine);
    expect([machine.session, machine.local], `after ${steps} steps`).toEqual([{}, {}]);
  }
});

test('what is kept of a report while its site is given back and forgotten goes at once', async () => {
  const machine = newMachine();
  for (let steps = 2; steps < 60; steps += 3) {
    machine.isGranted = true;
    // As the page with the button does it. What the browser tells the background of it comes later.
    machine.interrupt(steps, () => {
      machine.isGranted = false;
      for (const kept of [machine.local, machine.session]) for (const key of Object.keys(kept)) delete kept[key];
    });
    await report(machine, TAB);
    await machine.rest();
    expect(machine.local, `after ${steps} steps`).toEqual({});
    expect(keysOf(machine, SITE), `after ${steps} steps`).toEqual([]);
  }
});

test('a site that was taken back while the browser was closed is forgotten at its start', async () => {
  const machine = newMachine();
  await report(machine, TAB);
  machine.isGranted = false;
  await machine.restart();
  await forgotten(machine);
  expect(machine.local).toEqual({});
});

test('a cookie that is cleared while no tab is open takes the session along, of its own host and container', async () => {
  const machine = newMachine();
  await report(machine, TAB);
  await report(machine, OTHER_TAB);
  // The pages that are open look for themselves.
  await machine.loseCookie('one.example');
  expect(keysOf(machine, SITE)).toContain('session');
  machine.tabs.length = 0;
  await machine.loseCookie('one.example', 'firefox-container-1');
  await machine.loseCookie('three.example');
  const sessions = [`session default ${SITE}`, `session default ${OTHER}`];
  expect(Object.keys(machine.local)).toEqual(sessions);
  await machine.loseCookie('one.example');
  expect(Object.keys(machine.local)).toEqual(sessions.slice(1));
  // Another host's says nothing.
  await machine.loseCookie('.two.example');
  expect(Object.keys(machine.local)).toEqual(sessions.slice(1));
  await machine.loseCookie('two.example');
  expect(machine.local).toEqual({});
});

test('who has taken over a page’s script sets nothing of any site, and speaks from no frame of another’s tab', async () => {
  const machine = newMachine();
  await report(machine, OTHER_TAB);
  const before = structuredClone(machine.session);
  const more = {
    site: OTHER,
    settings: { guard: 'off' },
    guard: 'off',
    [`settings ${OTHER}`]: { guard: 'off' },
  };
  for (const kind of ['report', 'ask', 'cookie', 'gone', 'no-jira', 'renew-always', 'settings'])
    await machine.send(TAB, { kind, evidence: { product: 'jira' }, files: [], ...more });
  await machine.send({ ...OTHER_TAB, url: TAB.url }, reportOf(TAB), { frameId: 3 });
  await machine.send({ ...OTHER_TAB, url: TAB.url }, { kind: 'no-jira' }, { frameId: 3 });
  await forgotten(machine);
  expect(machine.session).toEqual(before);
  expect(Object.keys(machine.local)).toEqual([`session default ${OTHER}`]);
});

test('a page can have its own site’s pages renewed by themselves, and nothing else', async () => {
  const machine = newMachine();
  const always = (site: string, tab = TAB): Promise<unknown> =>
    machine.send(tab, { kind: 'renew-always', site, renew: 'ask', guard: 'off' });
  machine.local[`settings ${SITE}`] = { banner: false };
  expect(await always(SITE)).toBe(true);
  expect(machine.local).toEqual({ [`settings ${SITE}`]: { banner: false, renew: 'auto' } });
  expect(await always(OTHER)).toBeUndefined();
  machine.managed['renew'] = 'ask';
  expect(await always(OTHER, OTHER_TAB)).toBeUndefined();
  delete machine.managed['renew'];
  machine.isGranted = false;
  expect(await always(OTHER, OTHER_TAB)).toBeUndefined();
  expect(Object.keys(machine.local)).toEqual([`settings ${SITE}`]);
});

test('context paths that a script makes up do not fill the storage with settings', async () => {
  const machine = newMachine();
  const made = Array.from({ length: 50 }, (_, n) => `${SITE}/${n}`);
  await Promise.all(made.map((site) => machine.send(TAB, { kind: 'renew-always', site })));
  expect(Object.keys(machine.local)).toHaveLength(20);
  expect(await machine.send(OTHER_TAB, { kind: 'renew-always', site: OTHER })).toBe(true);
});

function newMachine(): Machine {
  const machine = new Machine();
  machine.tabs.push(TAB, OTHER_TAB);
  return machine;
}

/** The kinds of what is kept of a site. */
function keysOf(machine: Machine, site: string): string[] {
  const keys = [machine.session, machine.local].flatMap(Object.keys);
  return keys.flatMap((key) => (key.endsWith(` ${site}`) ? key.split(' ', 1) : [])).toSorted();
}

/** Of how many sites of a host something is kept. */
function sitesOf(machine: Machine, host: string): number {
  const sites = [machine.session, machine.local].flatMap(Object.keys).map((key) => key.split(' ')[2]);
  return new Set(sites.filter((site) => site?.startsWith(`${host}/`))).size;
}

interface Reported {
  readonly site?: string;
  readonly address?: string;
  readonly user?: string;
  /** Which proof this is. */
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

function report(machine: Machine, tab: typeof TAB, more: Reported = {}): Promise<unknown> {
  return machine.send(tab, reportOf(tab, more));
}

async function leave(machine: Machine, tab: typeof TAB): Promise<void> {
  await machine.send(tab, { kind: 'gone', document: documentOf(tab.id) });
  await forgotten(machine);
}

/** A tab that is closing is listed for half a second. */
async function forgotten(machine: Machine): Promise<void> {
  await new Promise((done) => setTimeout(done, 600));
  await machine.rest();
}

test('a taken-over script in the back/forward cache says nothing of the page that its tab shows now', async () => {
  const machine = newMachine();
  await report(machine, OTHER_TAB);
  const before = structuredClone(machine.session);
  const siteOf = (): unknown => (machine.stored(OTHER_TAB.id) as { site?: string } | undefined)?.site;
  const cached = { frameId: 9, documentLifecycle: 'cached' };
  await machine.send({ ...OTHER_TAB, url: TAB.url }, { ...reportOf(TAB), document: documentOf(77) }, cached);
  const badge = siteOf();
  await machine.send({ ...OTHER_TAB, url: TAB.url }, { kind: 'no-jira' }, cached);
  await forgotten(machine);
  expect([badge, siteOf()]).toEqual([OTHER, OTHER]);
  expect(machine.session).toEqual(before);
});
