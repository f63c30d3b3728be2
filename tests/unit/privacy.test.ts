/** PRIVACY.md and the code say the same: what is stored, what is sent, and what the extension may do. */
import { readFileSync, readdirSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import messages from '../../extension/_locales/en/messages.json' with { type: 'json' };
import manifest from '../../manifest.json' with { type: 'json' };
import { documentOf, BackgroundHarness } from '../integration/background-harness.ts';

const privacy = readFileSync('PRIVACY.md', 'utf8');
const sources = ['src', 'extension'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(tsx?|html|css|svg)$/.test(file))
    .toSorted()
    .map((file) => ({ file: `${folder}/${file}`, code: codeOf(readFileSync(`${folder}/${file}`, 'utf8')) })),
);

/** The text without comments, which may name what the code does not use. */
function codeOf(text: string): string {
  return text.replaceAll(/\/\*[^]*?\*\/|<!--[^]*?-->|^\s*\/\/.*$/gm, '');
}

/** The lines of code in which a pattern is found, as `file: line`. */
function linesWith(pattern: RegExp): string[] {
  return sources.flatMap(({ file, code }) =>
    code.split('\n').flatMap((line) => (pattern.test(line) ? [`${file}: ${line.trim()}`] : [])),
  );
}

describe('what is sent', () => {
  const FILE = 'src/session/proof-request.ts';

  test('is one GET, from one line of code', () => {
    // Behind a "|" it is an alternative of a pattern that matches kinds of page requests.
    // A file of the package, such as an icon, is no request.
    expect(linesWith(/(?<!\|)\bfetch(?!\(browser\.runtime\.getURL\()/)).toEqual([
      `${FILE}: fetch = globalThis.fetch,`,
      `${FILE}: const response = await fetch(url, {`,
    ]);
    const [, options] = /\bfetch\(url, \{([^]*?)\}\);/.exec(codeIn(FILE))!;
    expect(options).not.toMatch(/\b(method|body)\b/);
  });

  test('goes to the addresses that PRIVACY.md names, and to no others', () => {
    const named = [...privacy.matchAll(/`GET <site>(\/\S+)`/g)].map(([, path]) => path!);
    const asked = linesWith(/(?<!\.)\brequest\(/);
    expect(asked.map((line) => /\brequest\(`\$\{site\}(\/[^`]+)`\)/.exec(line)?.[1])).toEqual(named);
    expect(linesWith(/\brequestJira\b/).map((line) => line.split(':')[0])).toEqual([
      FILE,
      ...Array(3).fill('extension/background/send-proof-request.ts'),
    ]);
  });

  test('is sent in no other way', () => {
    const ways =
      'XMLHttpRequest sendBeacon WebSocket WebTransport RTCPeerConnection EventSource Worker SharedWorker importScripts ' +
      'Image FontFace sendNativeMessage connectNative downloads declarativeNetRequest webRequest';
    expect(linesWith(new RegExp(`\\b(${ways.replaceAll(' ', '|')})\\b`))).toEqual([]);
    expect(linesWith(/\bimport\(|createElement(NS)?\(.*(script|img|frame|link|object|embed|video|audio)/)).toEqual([]);
    expect(linesWith(/\bping=|\.src = |@import (?!'\.)|(?<!\.)\burl\(/)).toEqual([]);
  });

  test('leads to no address that is written into the code', () => {
    expect(linesWith(/(\b(https?|wss?|ftp):|["'`(])\/\/[\w-]/)).toEqual([]);
  });

  test('leads to the project by one link alone, which says nothing of where the user comes from', () => {
    expect(linesWith(/\bhomepage_url\b/)).toEqual([
      'extension/shared/issues-link.ts: const { homepage_url } = browser.runtime.getManifest();',
      "extension/shared/issues-link.ts: return { href: `${homepage_url}/issues`, target: '_blank', rel: 'noreferrer' };",
    ]);
    expect(linesWith(/\bissuesLink\(\)\}/).map((line) => line.split(': ')[0])).toEqual([
      'extension/options/main.tsx',
      'extension/popup/details-list.tsx',
    ]);
    expect(privacy).toContain(`"${messages.report_problem.message}"`);
  });
});

describe('the manifest', () => {
  test('requests no permission that could show or change more than PRIVACY.md says', () => {
    expect(manifest.permissions).toEqual(['storage', 'alarms', 'scripting', 'cookies', 'activeTab']);
    expect(manifest.optional_host_permissions).toEqual(['*://*/*']);
    for (const key of ['host_permissions', 'optional_permissions', 'content_scripts', 'externally_connectable'])
      expect(manifest).not.toHaveProperty(key);
  });

  test('leaves the browser’s own content security policy as it is, by which only packaged code runs', () => {
    for (const key of ['content_security_policy', 'sandbox', 'web_accessible_resources', 'update_url'])
      expect(manifest).not.toHaveProperty(key);
    expect(JSON.stringify(manifest)).not.toMatch(/\/\/(?!\*\/\*)/);
  });
});

describe('what is stored', () => {
  afterEach(() => vi.unstubAllGlobals());

  test('is written in these places alone: a new one needs its keys in PRIVACY.md, and a step in the next test', () => {
    const lines = linesWith(
      /\b(local|session|area|managed|onDisk|inMemory)\.(set|clear)\(|(?<![#.\w]|function )storeOrRemove\(/,
    );
    expect(lines.map((line) => line.split(':')[0])).toEqual([
      'extension/background/extension-update.ts',
      'extension/background/session-store.ts',
      'extension/background/store-quota.ts',
      'extension/background/watched-tabs.ts',
      'extension/shared/permissions/revoke-site.ts',
      ...Array(3).fill('extension/shared/storage/settings.ts'),
      'extension/shared/storage/stored-area.ts',
    ]);
    expect(linesWith(/\b(localStorage|sessionStorage|indexedDB|caches|cookieStore|storage\.sync)\b/)).toEqual([]);
    expect(linesWith(/\bcookies\.(set|remove)\b|\.cookie = /)).toEqual([]);
  });

  test('is exactly what PRIVACY.md names, where it says, after a day with everything in it', async () => {
    const { local, session } = await dayOf();
    // Only the tests themselves write the last one.
    const { AHEAD_KEY } = await import('../../extension/shared/storage/current-time.ts');
    expect(documentedIn('On the disk')).toEqual([...local, AHEAD_KEY].toSorted());
    expect(documentedIn('In memory')).toEqual(session);
  });

  test('stays on the disk without a contact for as many days as PRIVACY.md says', () => {
    const [, days] = /LONGEST_SILENCE_MILLIS = (\d+) \* 24 \* 3_600_000;/.exec(
      codeIn('extension/background/cleanup.ts'),
    )!;
    expect(privacy).toContain(`nothing has reached Jira for ${days} days`);
  });

  test('has every kind of what is kept of a session', () => {
    const [, fields] = /interface SessionValues \{([^]*?)\n\}/.exec(codeIn('src/messages/schemas.ts'))!;
    const kinds = [...fields!.matchAll(/readonly (\w+):/g)].map(([, kind]) => kind!);
    const documented = new Set([...documentedIn('On the disk'), ...documentedIn('In memory')]);
    expect(kinds.filter((kind) => !documented.has(`${kind} <store> <site>`))).toEqual([]);
  });
});

function codeIn(wanted: string): string {
  return sources.find(({ file }) => file === wanted)!.code;
}

/** The keys in the table below a heading. */
function documentedIn(heading: string): string[] {
  const [, section] = new RegExp(`^### ${heading}[^\\n]*\\n([^]*?)^(?:#|[^|\\n].*\\n\\n#)`, 'm').exec(privacy)!;
  return [...section!.matchAll(/^\| `([^`]+)` \|/gm)].map(([, key]) => key!).toSorted();
}

/** Plays a day on which everything is stored that can be. Gives the keys, as PRIVACY.md writes them. */
async function dayOf(): Promise<{ local: string[]; session: string[] }> {
  const harness = new BackgroundHarness();
  const seen = { local: new Set<string>(), session: new Set<string>() };
  const site = 'https://jira.example.com';
  const tab = { id: 1, url: `${site}/browse/RAIL-7` };
  const privateTab = { ...tab, id: 2, cookieStoreId: 'firefox-private', incognito: true };
  harness.tabs.push(tab, privateTab);
  const note = async (): Promise<void> => {
    await harness.settle();
    for (const area of ['local', 'session'] as const)
      for (const key of Object.keys(harness[area]))
        seen[area].add(
          key
            .replace(/ https:\S+/, ' <site>')
            .replace(/ \S+ </, ' <store> <')
            .replace(/:\d+/, ':<id>'),
        );
  };

  const token = { digest: '00000001', login: 'lin', serverId: 'AAAA' };
  const at = Date.now() - 1_000;
  const proof = { outcome: 'signed-in', user: 'alice', at, cookieDigest: token.digest, isCertain: true };
  const evidence = {
    product: 'jira',
    pageUser: 'alice',
    pageToken: token,
    cookieToken: token,
    relation: 'equal',
    proof,
  };
  const report = { kind: 'report', site, evidence, contactAt: at, loadedAt: at };
  for (const each of [tab, privateTab])
    await harness.send(each, { ...report, document: documentOf(each.id), files: ['door.log'] });
  await note();

  // In a private window the page asks; this Jira challenges.
  const challenge = { status: 401, headers: { 'WWW-Authenticate': 'Negotiate' } };
  vi.stubGlobal('fetch', async () => new Response('', challenge));
  await harness.send(privateTab, { kind: 'ask', site, version: '9.12.0', isPressed: true });
  await harness.offerUpdate();
  await note();

  const { replaceOwnSettings, changeSettings } = await import('../../extension/shared/storage/settings.ts');
  await changeSettings(undefined, { banner: false });
  await harness.send(tab, { kind: 'renew-always', site });
  await replaceOwnSettings((own) => own);
  await note();
  return { local: [...seen.local].toSorted(), session: [...seen.session].toSorted() };
}
