/** Switches the guard for what is attached or sent on this site; a change applies at once. */
import type { Site } from '../../src/jira/page.ts';
import type { Settings } from '../../src/settings/definitions.ts';
import { message } from '../shared/i18n.ts';
import { changeSettings } from '../shared/storage/settings.ts';

interface Props {
  readonly site: Site;
  readonly guard: { readonly value: Settings['guard']; readonly isLocked: boolean };
  readonly onTrouble: (sentence: string) => void;
}

export function GuardSwitch({ site, guard: { value, isLocked }, onTrouble }: Props) {
  return (
    <div class="guard">
      <label class="check">
        <input
          id="guard"
          type="checkbox"
          role="switch"
          checked={value === 'on'}
          disabled={isLocked}
          onChange={({ currentTarget }) => {
            const guard = currentTarget.checked ? 'on' : 'off';
            changeSettings(site, { guard }).catch(() => onTrouble(message('popup_failed')));
          }}
        />
        {message('setting_guard')}
      </label>
      {isLocked && <p>{message('set_by_policy')}</p>}
    </div>
  );
}
