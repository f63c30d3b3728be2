// @vitest-environment happy-dom
/** What each setting's definition gives: its validation, its policy key, its field in the options. */
import { h, render } from 'preact';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SettingsForm } from '../../extension/options/settings-form.tsx';
import { changeSettings } from '../../extension/shared/storage/settings.ts';
import { POLICY_ONLY, SETTINGS, type Setting, type SettingName } from '../../src/settings/definitions.ts';
import { readOwnSettings, readPolicy, readSettings } from '../../src/settings/validation.ts';
import { withRefusalTexts } from './refusal-texts.ts';

vi.mock('../../extension/shared/storage/settings.ts', () => ({ changeSettings: vi.fn<typeof changeSettings>() }));

const DEFINED = Object.entries<Setting>(SETTINGS) as [SettingName, Setting][];

/** Values that a setting can have, values that it can't have, and the message about these. */
function valuesOf(setting: Setting): { valid: readonly unknown[]; invalid: readonly unknown[]; expected: string } {
  if (!('choices' in setting)) {
    const { maxMinutes } = setting;
    const expected = `expected a number of minutes above 0, at most ${maxMinutes}`;
    return {
      valid: [0.5, 1, maxMinutes],
      invalid: [0, -1, maxMinutes + 1, Infinity, NaN, '30', true, null],
      expected,
    };
  }
  const expected = `expected ${setting.choices.map((choice) => JSON.stringify(choice)).join(' or ')}`;
  return {
    valid: setting.choices,
    invalid: ['', 'maybe', 1, null, [setting.on], String(setting.on === true)],
    expected,
  };
}

describe.each(DEFINED)('%s', (name, setting) => {
  const { valid, invalid, expected } = valuesOf(setting);
  /** The name of the setting's value among the settings in force. */
  const nameInForce = name === 'timeoutMinutes' ? 'setTimeoutMinutes' : name;

  test('accepts each value that it can have, from storage, a file and a policy', () => {
    for (const value of valid) {
      expect(readSettings({ [name]: value })).toHaveProperty(nameInForce, value);
      expect(readOwnSettings({ [name]: value }, 'all')).toEqual({ fields: { [name]: value }, refused: [] });
      expect(readPolicy({ [name]: value })).toEqual({ settings: { [name]: value }, sites: [], refused: [] });
    }
  });

  test('refuses every other value, and says what is expected', () => {
    for (const value of invalid) {
      expect(readSettings({ [name]: value })).toEqual(readSettings({}));
      expect(withRefusalTexts(readOwnSettings({ [name]: value }, 'all'))).toEqual({
        fields: {},
        refused: [`all.${name}: ${expected}`],
      });
    }
  });

  test('of a policy wins over that of a site, and that of a site over that for all', () => {
    const [one, other] = valid;
    expect(readSettings({ [name]: one }, {}, { [name]: other })).toHaveProperty(nameInForce, other);
    const { policyTimeoutMinutes, ...settings } = readSettings({ [name]: one }, { [name]: other }, { [name]: one });
    expect({ ...settings, timeoutMinutes: policyTimeoutMinutes }).toHaveProperty(name, other);
  });
});

describe.each(Object.entries<Setting>(POLICY_ONLY))('%s, which only a policy can set', (name, setting) => {
  const { valid, invalid, expected } = valuesOf(setting);

  test('accepts each value that it can have, and refuses every other', () => {
    for (const value of valid)
      expect(readPolicy({ [name]: value })).toEqual({ settings: {}, [name]: value, sites: [], refused: [] });
    for (const value of invalid)
      expect(withRefusalTexts(readPolicy({ [name]: value }))).toEqual({
        settings: {},
        sites: [],
        refused: [`policy.${name}: ${expected}`],
      });
  });

  test('can’t be set by a user', () => {
    expect(SETTINGS).not.toHaveProperty(name);
    expect(readOwnSettings({ [name]: valid[0] }, 'all')).toMatchObject({
      fields: {},
      refused: [{ expected: 'setting' }],
    });
  });
});

describe('the options', () => {
  beforeEach(() => void vi.stubGlobal('chrome', { i18n: { getMessage: (key: string) => key } }));
  afterEach(() => {
    render(null, document.body);
    vi.mocked(changeSettings).mockClear();
  });

  function show(stored: object, locked: readonly string[] = []): void {
    const settings = readSettings(stored);
    render(h(SettingsForm, { settings, locked: new Set(locked), unsetMinutes: 300 }), document.body);
  }
  const field = (name: string): HTMLInputElement => document.querySelector(`#all-${name}`)!;
  const parts = (name: string): string[] => [...field(name).parentElement!.children].map((part) => part.textContent);

  test('have a field for each setting, in the order of the definition', () => {
    show({});
    const ids = [...document.querySelectorAll('input')].map(({ id }) => id);
    expect(ids).toEqual(DEFINED.map(([name]) => `all-${name}`));
  });

  test.each(DEFINED)('say what %s is, and lock it if a policy sets it', (name) => {
    show({});
    expect(parts(name)).toEqual([`setting_${name}`, '', `setting_${name}_meaning `]);
    expect(document.querySelector(`#${field(name).getAttribute('aria-describedby')}`)).not.toBeNull();
    expect(field(name).disabled).toBe(false);
    show({}, [name]);
    expect(parts(name)).toEqual([`setting_${name}`, '', `setting_${name}_meaning set_by_policy`]);
    expect(field(name).disabled).toBe(true);
  });

  test.each(DEFINED)('show each value of %s, and store the one that the user chooses', (name, setting) => {
    for (const value of valuesOf(setting).valid) {
      show({ [name]: value });
      if (!('choices' in setting)) {
        expect(field(name).value).toBe(String(value));
        continue;
      }
      expect(field(name).checked).toBe(value === setting.on);
      field(name).click();
      const other = setting.choices.find((choice) => choice !== value);
      expect(vi.mocked(changeSettings)).toHaveBeenLastCalledWith(undefined, { [name]: other });
    }
    if ('choices' in setting) return;
    for (const [text, minutes] of Object.entries({ '45': 45, '': undefined })) {
      field(name).value = text;
      field(name).dispatchEvent(new Event('change', { bubbles: true }));
      expect(vi.mocked(changeSettings)).toHaveBeenLastCalledWith(undefined, { [name]: minutes });
    }
  });
});
