/** The sites that an administrator has built in, as the manifest gets them. */
import { describe, expect, test } from 'vitest';
import { fleetHosts } from '../../scripts/fleet.ts';

describe('the sites of a fleet', () => {
  test.each([undefined, '', ' , '])('are none where the administrator names none: %j', (list) => {
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
  ])('stop the build at %j, which is no site', (entry) => {
    expect(() => fleetHosts(`https://jira.example.com,${entry}`)).toThrow(
      `FRESHTOKEN_SITES: "${entry}": expected an address like "https://jira.example.com/jira"`,
    );
  });

  test('are each named that can’t be built in, so that one build tells all', () => {
    expect(() => fleetHosts('a,https://jira.example.com,b')).toThrow(/"a": .*\n.*"b": /);
  });
});
