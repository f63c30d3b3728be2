// @vitest-environment happy-dom
/** What an administrator builds into the manifest, and the files by which browsers find updates. */
import { describe, expect, test } from 'vitest';
import { fleetHosts, fleetUpdates } from '../../scripts/fleet.ts';

const SCRIPT = '../../scripts/updates.mjs';
const { updateFiles } = (await import(SCRIPT)) as {
  updateFiles: (
    chrome: object,
    firefox: object,
    extensionId?: string,
  ) => Record<'updates.xml' | 'updates.json', string>;
};

describe('the sites of a fleet', () => {
  test.each([undefined, '', ' , '])('are none if the administrator names none: %j', (list) => {
    expect(fleetHosts(list)).toEqual({});
  });

  test('become one host for each origin, in order, whatever their paths', () => {
    const list =
      'https://jira.example.com, https://example.com/jira,https://example.com/jira2/ ,http://b.example:8080';
    expect(fleetHosts(list)).toEqual({
      host_permissions: ['http://b.example/*', 'https://example.com/*', 'https://jira.example.com/*'],
    });
  });

  test.each([
    'jira.example.com',
    'ftp://jira.example.com',
    'https://*',
    'https://*.example.com',
    'https://%2a.example.com',
    '*://jira.example.com/*',
    'https://alice:secret@jira.example.com',
    'https://jira.example.com/?a=1',
    'https://jira example.com',
  ])('stop the build if one is invalid: %j', (entry) => {
    expect(() => fleetHosts(`https://jira.example.com,${entry}`)).toThrow(
      `FRESHTOKEN_SITES: "${entry}": expected an address like "https://jira.example.com/jira"`,
    );
  });

  test('that are invalid are all named by one build', () => {
    expect(() => fleetHosts('a,https://jira.example.com,b')).toThrow(/"a": .*\n.*"b": /);
  });
});

describe('the address of updates', () => {
  test.each([undefined, '', ' '])('is built in only if the administrator names one: %j', (address) => {
    expect(fleetUpdates(address)).toBeUndefined();
  });

  test.each(['https://extensions.example/freshtoken', 'https://extensions.example/freshtoken/'])(
    'becomes the address of one file for each browser: %s',
    (address) => {
      expect(fleetUpdates(address)).toEqual({
        chrome: 'https://extensions.example/freshtoken/updates.xml',
        firefox: 'https://extensions.example/freshtoken/updates.json',
      });
    },
  );

  test.each([
    'extensions.example',
    'http://extensions.example',
    'https://a:b@extensions.example',
    'https://e.example/?a',
  ])('stops the build if it is %j, because no browser would update from there', (address) => {
    expect(() => fleetUpdates(address)).toThrow(
      `FRESHTOKEN_UPDATES: "${address}": expected an address like "https://extensions.example/freshtoken"`,
    );
  });
});

describe('the update files', () => {
  const chrome = { version: '1.2.3', minimum_chrome_version: '123' };
  const gecko = { id: 'freshtoken@freshtoken.example', strict_min_version: '142.0' };
  const firefox = { version: '1.2.3', browser_specific_settings: { gecko } };
  const ID = 'abcdefghijklmnopabcdefghijklmnop';

  test('name the version, the id, the package and the oldest browser', () => {
    const files = updateFiles({ ...chrome, update_url: 'https://e.example/a&b/updates.xml' }, firefox, ID);
    const xml = new DOMParser().parseFromString(files['updates.xml'], 'application/xml');
    expect(xml.documentElement.namespaceURI).toBe('http://www.google.com/update2/response');
    expect(xml.querySelector('gupdate[protocol="2.0"] > app')?.getAttribute('appid')).toBe(ID);
    const check = [...xml.querySelector('app > updatecheck')!.attributes].map(({ name, value }) => [name, value]);
    expect(Object.fromEntries(check)).toEqual({
      codebase: 'https://e.example/a&b/freshtoken.crx',
      version: '1.2.3',
      prodversionmin: '123',
    });
    const update = {
      version: '1.2.3',
      update_link: 'https://e.example/a&b/freshtoken.xpi',
      applications: { gecko: { strict_min_version: '142.0' } },
    };
    expect(JSON.parse(files['updates.json'])).toEqual({ addons: { [gecko.id]: { updates: [update] } } });
  });

  test('name an example server and a placeholder for the id if the packages are for the stores', () => {
    const files = updateFiles(chrome, firefox);
    expect(files['updates.xml']).toContain('appid="EXTENSION_ID"');
    for (const text of Object.values(files))
      expect(text).toContain('https://extensions.example/freshtoken/freshtoken.');
  });

  test('are not written if the id is invalid', () => {
    expect(() => updateFiles(chrome, firefox, ID.toUpperCase())).toThrow('expected 32 letters from a to p');
  });
});
