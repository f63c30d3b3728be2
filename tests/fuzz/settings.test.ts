/** Settings files, policies and stored settings of any content. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTypedAddress, siteOfAddress } from '../../src/jira/site-address.ts';
import { readOwnSettings, readPolicy, readSettings } from '../../src/settings/validation.ts';
import { SETTINGS, type OwnSettings, type Setting, type SettingName } from '../../src/settings/definitions.ts';
import { isEmpty, mergedOver, readFile, textOf } from '../../src/settings/settings-file.ts';
import { anyNumber, anyRecordLike, anyText, anyValue, fuzz } from './fuzz.ts';

const minutes = fc.oneof(fc.integer({ min: -5, max: 20_000 }), anyNumber);
const choice = (choices: readonly (string | boolean)[]) => fc.constantFrom(...choices, ...choices, 'other');
/** Every setting, with a value that is valid or nearly so. */
const anyFields = Object.fromEntries(
  Object.entries<Setting>(SETTINGS).map(([name, setting]) => [
    name,
    'choices' in setting ? choice(setting.choices) : minutes,
  ]),
);
const own = anyRecordLike(anyFields);
const address = fc.oneof(
  fc.constantFrom('https://jira.example.com', 'https://example.com/jira/', 'HTTPS://JIRA.example.com:443'),
  anyText,
  anyText.map((text) => `https://jira.example.com/${text}`),
);

/** Every choice is one of the setting's choices, and every duration is within its limits. */
function expectValid(read: OwnSettings): void {
  for (const [name, value] of Object.entries(read)) {
    const setting: Setting = SETTINGS[name as SettingName];
    if ('choices' in setting) expect(setting.choices).toContain(value);
    else expect(Number(value) > 0 && Number(value) <= setting.maxMinutes).toBe(true);
  }
}

test('any file is read or refused, and its settings stay the same when they are written and read again', async () => {
  let readCount = 0;
  const sites = fc
    .array(fc.tuple(address, own), { maxLength: 4 })
    // As in JSON, a site named `__proto__` is a normal field.
    .map((pairs) => Object.fromEntries(pairs));
  const file = anyRecordLike({ freshtoken: fc.constant(1), all: own, sites });
  const text = fc.oneof(
    { weight: 8, arbitrary: file.map(jsonOf) },
    {
      weight: 2,
      arbitrary: fc.tuple(file.map(jsonOf), fc.nat(200)).map(([whole, at]) => whole.slice(0, at)),
    },
    { weight: 1, arbitrary: anyText },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 20_000 }).map((depth) => '{"all":'.repeat(depth)) },
  );
  await fuzz(text, readFile, ({ file: accepted }) => {
    if (!isEmpty(accepted)) readCount++;
    for (const each of [accepted.all, ...Object.values(accepted.sites)]) expectValid(each);
    for (const each of Object.keys(accepted.sites)) expect(siteOfAddress(each)).toBe(each);
    expect(readFile(textOf(accepted))).toEqual({ file: accepted, refused: [] });
    expect(mergedOver({ all: {}, sites: {} }, accepted)).toEqual(accepted);
  });
  // If all files were refused, this test would prove nothing.
  expect(readCount).toBeGreaterThan(0);
});

test('any settings and any policy are read, and every field of the result is valid', async () => {
  const policy = anyRecordLike({
    ...anyFields,
    sites: fc.array(fc.oneof(address, anyValue), { maxLength: 4 }),
  });
  await fuzz(fc.oneof(policy, anyValue), readPolicy, ({ settings, sites }) => {
    expectValid(settings);
    for (const each of sites) expect(siteOfAddress(each)).toBe(each);
  });
  await fuzz(
    fc.oneof(own, anyValue),
    (value) => readOwnSettings(value, 'all'),
    ({ fields }) => expectValid(fields),
  );
  await fuzz(
    fc.tuple(fc.oneof(own, anyValue), fc.oneof(policy, anyValue), fc.array(own, { maxLength: 2 })),
    ([stored, managed, narrower]) => readSettings(stored, managed, ...narrower),
    ({ policyTimeoutMinutes, setTimeoutMinutes, isRenewLocked: _isRenewLocked, ...settings }) => {
      for (const timeoutMinutes of [policyTimeoutMinutes ?? 1, setTimeoutMinutes ?? 1])
        expectValid({ ...settings, timeoutMinutes });
    },
  );
});

test('any typed text is read as the address of a Jira, or refused', async () => {
  // The output is a boolean, because a typed address has no limit of length.
  await fuzz(address, (text) => {
    const asked = parseTypedAddress(text);
    return 'origin' in asked && new URL(asked.address).origin === asked.origin;
  });
});

function jsonOf(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? String(each) : each)) ?? '';
}
