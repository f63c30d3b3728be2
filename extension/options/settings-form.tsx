/** The settings for one site or for all, each with one line on what it does. Changes are saved at once. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Site } from '../../src/jira/page.ts';
import { MOST_TIMEOUT_MINUTES, type OwnSettings, type Settings } from '../../src/settings/settings.ts';
import { message } from '../shared/i18n.ts';
import { setFor, type Change } from '../shared/storage/settings.ts';

interface Props {
  /** None for the settings of sites without any of their own. */
  readonly site?: Site;
  readonly settings: Settings;
  readonly locked: ReadonlySet<string>;
  /** The timeout while none is set. */
  readonly unsetMinutes: number;
}

export function SettingsForm({ site, settings, locked, unsetMinutes }: Props) {
  const field = (name: keyof OwnSettings, control: (common: Common) => ComponentChildren) => {
    // Ids are unique on a page with many forms, so that labels find their fields.
    const id = `${site ?? 'all'}-${name}`;
    const isLocked = locked.has(name);
    return (
      <div key={name} class="field">
        <label for={id}>{message(`setting_${name}`)}</label>
        {control({ id, 'aria-describedby': `${id}-meaning`, disabled: isLocked })}
        <p id={`${id}-meaning`} class="soft">
          {message(`setting_${name}_meaning`)} {isLocked && <strong>{message('set_by_policy')}</strong>}
        </p>
      </div>
    );
  };
  const minutes = (name: 'timeoutMinutes' | 'warningMinutes', value: number | undefined, unset: number) =>
    field(name, (common) => (
      <MinutesField {...common} value={value} unset={unset} onSet={(set) => void setFor(site, { [name]: set })} />
    ));
  const yesNo = (name: keyof OwnSettings, isOn: boolean, changeTo: (isOn: boolean) => Change) =>
    field(name, (common) => (
      <input
        {...common}
        type="checkbox"
        role="switch"
        checked={isOn}
        onChange={({ currentTarget }) => void setFor(site, changeTo(currentTarget.checked))}
      />
    ));
  return (
    <div class="settings">
      {yesNo('guard', settings.guard === 'on', (isOn) => ({ guard: isOn ? 'on' : 'off' }))}
      {minutes('timeoutMinutes', settings.policyTimeoutMinutes ?? settings.setTimeoutMinutes, unsetMinutes)}
      {minutes('warningMinutes', settings.warningMinutes, settings.warningMinutes)}
      {yesNo('banner', settings.banner, (banner) => ({ banner }))}
      {yesNo('staySignedIn', settings.staySignedIn, (staySignedIn) => ({ staySignedIn }))}
      {yesNo('renew', settings.renew === 'auto', (isOn) => ({ renew: isOn ? 'auto' : 'ask' }))}
    </div>
  );
}

interface Common {
  readonly id: string;
  readonly 'aria-describedby': string;
  readonly disabled: boolean;
}

interface MinutesProps extends Common {
  readonly value: number | undefined;
  /** The value while nothing is set. */
  readonly unset: number;
  readonly onSet: (minutes: number | undefined) => void;
}

/** Keeps what is being typed when the settings are read again meanwhile. */
function MinutesField({ value, unset, onSet, ...common }: MinutesProps) {
  const [typed, setTyped] = useState<string>();
  return (
    <input
      {...common}
      type="number"
      min="1"
      max={MOST_TIMEOUT_MINUTES}
      step="1"
      value={(common.disabled ? undefined : typed) ?? String(value ?? '')}
      placeholder={String(Math.round(unset))}
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
