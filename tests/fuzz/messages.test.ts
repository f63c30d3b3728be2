/** Messages and stored values that a compromised page or an earlier version can have written. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSessionValue, readTabState, readToBackground } from '../../src/messages/schemas.ts';
import { anyNumber, anyRecordLike, anyText, anyValue, fuzz } from './fuzz.ts';

const bool = fc.boolean();
const digest = fc.constantFrom('0123abcd', 'ffffffff');
/** Texts that a schema limits only in length. */
const name = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('', 'alice') }, anyText);
const at = fc.oneof({ weight: 9, arbitrary: fc.nat() }, anyNumber);
const site = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('https://jira.example.com', 'https://example.com/jira') },
  anyText.map((text) => `https://jira.example.com/${text}`),
);
const address = site.map((text) => `${text}/browse/RAIL-7`);
const document = fc.constant('17-42');
const issue = fc.constantFrom('RAIL-7', 'RAIL-8');
const minutes = fc.integer({ min: 1, max: 10_080 });
const verdict = fc.constantFrom('fresh', 'stale', 'signed-out');

const traits = anyRecordLike({
  digest,
  login: fc.constantFrom('lin', 'lout'),
  serverId: fc.constant('BEXA-MPLE-0000-ABCD'),
});
const proof = anyRecordLike({
  outcome: fc.constantFrom('signed-in', 'anonymous', 'unreachable'),
  user: name,
  at,
  cookieDigest: fc.oneof(digest, anyText),
  isCertain: bool,
  silentAt: at,
  session: name,
  node: name,
});
const evidence = anyRecordLike({
  product: fc.constantFrom('jira', 'cloud'),
  version: fc.constant('9.12.0'),
  pageUser: name,
  pageToken: traits,
  cookieToken: traits,
  isCookieUnreadable: bool,
  relation: fc.constantFrom('equal', 'same-server', 'other-server'),
  clock: anyRecordLike({ lastContact: at, timeoutMinutes: at }),
  proof,
  renewedFrom: fc.oneof(digest, anyText),
  isAdopted: bool,
});

const files = fc.oneof(fc.array(anyText, { maxLength: 4 }), bool);

const report = anyRecordLike({
  kind: fc.constant('report'),
  document,
  address,
  site,
  issue,
  evidence,
  contactAt: at,
  statedMinutes: minutes,
  loadedAt: at,
  files,
});
const other = anyRecordLike({
  kind: fc.constantFrom('ask', 'cookie', 'gone', 'no-jira', 'renew-always', '__proto__'),
  site,
  address,
  document,
});

test('any message is read within the limits of its schema, or refused', async () => {
  let readCount = 0;
  await fuzz(fc.oneof({ weight: 6, arbitrary: report }, { weight: 3, arbitrary: other }, anyValue), (message) => {
    const accepted = readToBackground(message);
    if (accepted) readCount++;
    return accepted;
  });
  // If all messages were refused, this test would prove nothing.
  expect(readCount).toBeGreaterThan(0);
});

test('any stored state of a tab is read or refused', async () => {
  const state = anyRecordLike({
    document,
    address,
    site,
    issue,
    evidence,
    storeId: name,
    isPrivate: bool,
    files,
    lostFiles: files,
    shown: verdict,
  });
  await fuzz(fc.oneof({ weight: 9, arbitrary: state }, anyValue), readTabState);
});

test('any stored value of a session is read or refused', async () => {
  const record = anyRecordLike({
    began: at,
    lastContact: at,
    statedMinutes: minutes,
    session: name,
  });
  await fuzz(fc.oneof(record, anyValue), (value) => readSessionValue('session', value));
  await fuzz(fc.oneof(proof, anyValue), (value) => readSessionValue('proof', value));
  const change = anyRecordLike({ digest, login: fc.constantFrom('lin', 'lout'), serverId: name, at });
  await fuzz(fc.oneof(fc.array(change, { maxLength: 4 }), anyValue), (value) =>
    readSessionValue('cookieChanges', value),
  );
  const entry = anyRecordLike({ at, tabId: fc.integer(), verdict });
  await fuzz(fc.oneof(fc.array(entry, { maxLength: 4 }), anyValue), (value) => readSessionValue('history', value));
});
