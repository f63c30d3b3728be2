/** What can be set, for one site or for all: each with one line on what it does. There is nothing to save. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { MOST_TIMEOUT_MINUTES, type OwnSettings, type Settings } from '../../src/settings.ts';
import { message } from '../i18n.ts';
import type { Change } from '../stored-settings.ts';

interface Props {
  /** So that labels find their fields on a page with many forms. */
  readonly idPrefix: string;
  readonly settings: Settings;
  readonly locked: ReadonlySet<string>;
  /** What holds while no timeout is set. */
  readonly unsetMinutes: number;
  readonly onSet: (change: Change) => Promise<void>;
}

export function SettingsForm({ idPrefix, settings, locked, unsetMinutes, onSet }: Props) {
  const field = (name: keyof OwnSettings, control: (id: string) => ComponentChildren) => (
    <Field key={name} id={`${idPrefix}-${name}`} name={name} isLocked={locked.has(name)}>
      {control(`${idPrefix}-${name}`)}
    </Field>
  );
  const minutes = (name: 'timeoutMinutes' | 'warningMinutes', value: number | undefined) =>
    field(name, (id) => (
      <MinutesField
        id={id}
        value={value}
        placeholder={Math.round(name === 'timeoutMinutes' ? unsetMinutes : settings[name])}
        isLocked={locked.has(name)}
        onSet={(set) => void onSet({ [name]: set })}
      />
    ));
  const yesNo = (name: keyof OwnSettings, isOn: boolean, changeTo: (isOn: boolean) => Change) =>
    field(name, (id) => (
      <input
        id={id}
        type="checkbox"
        role="switch"
        checked={isOn}
        aria-describedby={`${id}-meaning`}
        disabled={locked.has(name)}
        onChange={({ currentTarget }) => void onSet(changeTo(currentTarget.checked))}
      />
    ));
  return (
    <div class="settings">
      {yesNo('guard', settings.guard === 'on', (isOn) => ({ guard: isOn ? 'on' : 'off' }))}
      {minutes('timeoutMinutes', settings.policyTimeoutMinutes ?? settings.setTimeoutMinutes)}
      {minutes('warningMinutes', settings.warningMinutes)}
      {yesNo('banner', settings.banner, (banner) => ({ banner }))}
      {yesNo('staySignedIn', settings.staySignedIn, (staySignedIn) => ({ staySignedIn }))}
      {yesNo('renew', settings.renew === 'auto', (isOn) => ({ renew: isOn ? 'auto' : 'ask' }))}
    </div>
  );
}

function Field({
  id,
  name,
  isLocked,
  children,
}: {
  id: string;
  name: string;
  isLocked: boolean;
  children: ComponentChildren;
}) {
  return (
    <div class="field">
      <label for={id}>{message(`setting_${name}`)}</label>
      {children}
      <p id={`${id}-meaning`} class="soft">
        {message(`setting_${name}_meaning`)} {isLocked && <strong>{message('set_by_policy')}</strong>}
      </p>
    </div>
  );
}

interface MinutesProps {
  readonly id: string;
  readonly value: number | undefined;
  /** What holds where nothing is set. */
  readonly placeholder: number;
  readonly isLocked: boolean;
  readonly onSet: (minutes: number | undefined) => void;
}

/** What is being typed stays, whatever else is read anew meanwhile. */
function MinutesField({ id, value, placeholder, isLocked, onSet }: MinutesProps) {
  const [typed, setTyped] = useState<string>();
  return (
    <input
      id={id}
      type="number"
      min="1"
      max={MOST_TIMEOUT_MINUTES}
      step="1"
      value={(isLocked ? undefined : typed) ?? String(value ?? '')}
      placeholder={String(placeholder)}
      aria-describedby={`${id}-meaning`}
      disabled={isLocked}
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
