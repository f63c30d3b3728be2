/** The settings for one site or for all, each with one line on what it does. Changes are saved at once. */
import { useState } from 'preact/hooks';
import type { Site } from '../../src/jira/page.ts';
import {
  SETTINGS,
  type OwnSettings,
  type Setting,
  type SettingName,
  type Settings,
} from '../../src/settings/definitions.ts';
import { message } from '../shared/i18n.ts';
import { changeSettings } from '../shared/storage/settings.ts';

interface Props {
  /** None for the settings of sites without any of their own. */
  readonly site?: Site;
  readonly settings: Settings;
  readonly locked: ReadonlySet<string>;
  /** The timeout while none is set. */
  readonly unsetMinutes: number;
}

export function SettingsForm({ site, settings, locked, unsetMinutes }: Props) {
  const values = { ...settings, timeoutMinutes: settings.policyTimeoutMinutes ?? settings.setTimeoutMinutes };
  const unset = { ...settings, timeoutMinutes: unsetMinutes };
  const field = (name: SettingName) => {
    // Ids are unique on a page with many forms, so that labels find their fields.
    const id = `${site ?? 'all'}-${name}`;
    const isLocked = locked.has(name);
    return (
      <div key={name} class="field">
        <label for={id}>{message(`setting_${name}`)}</label>
        <Control
          common={{ id, 'aria-describedby': `${id}-meaning`, disabled: isLocked }}
          setting={SETTINGS[name]}
          value={values[name]}
          unset={unset[name]}
          onSet={(value) => void changeSettings(site, { [name]: value })}
        />
        <p id={`${id}-meaning`} class="soft">
          {message(`setting_${name}_meaning`)} {isLocked && <strong>{message('set_by_policy')}</strong>}
        </p>
      </div>
    );
  };
  return <div class="settings">{(Object.keys(SETTINGS) as SettingName[]).map(field)}</div>;
}

type Value = OwnSettings[SettingName];

interface ControlProps {
  readonly common: { readonly id: string; readonly 'aria-describedby': string; readonly disabled: boolean };
  readonly setting: Setting;
  readonly value: Value;
  /** The value while nothing is set. */
  readonly unset: Value;
  readonly onSet: (value: Value) => void;
}

/** A number field for minutes, a switch for everything else. */
function Control(props: ControlProps) {
  const { common, setting, value, onSet } = props;
  if (!('choices' in setting)) return <MinutesField {...props} most={setting.maxMinutes} />;
  const choiceFor = (isOn: boolean) => setting.choices.find((choice) => (choice === setting.on) === isOn) as Value;
  return (
    <input
      {...common}
      type="checkbox"
      role="switch"
      checked={value === setting.on}
      onChange={({ currentTarget }) => onSet(choiceFor(currentTarget.checked))}
    />
  );
}

/** Keeps what is being typed when the settings are read again meanwhile. */
function MinutesField({ common, value, unset, most, onSet }: ControlProps & { readonly most: number }) {
  const [typed, setTyped] = useState<string>();
  return (
    <input
      {...common}
      type="number"
      min="1"
      max={most}
      step="1"
      value={(common.disabled ? undefined : typed) ?? String(value ?? '')}
      placeholder={String(Math.round(Number(unset)))}
      onInput={({ currentTarget }) => setTyped(currentTarget.value)}
      onBlur={({ currentTarget }) => currentTarget.validity.valid && setTyped(undefined)}
      onChange={({ currentTarget }) => {
        const { value: text, validity } = currentTarget;
        if (validity.valid) onSet(text === '' ? undefined : Number(text));
        else currentTarget.reportValidity();
      }}
    />
  );
}
