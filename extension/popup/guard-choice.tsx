/** What happens to an attachment on this site; it holds from the moment that it is chosen. */
import type { Site } from '../../src/page.ts';
import { GUARD_CHOICES, type Settings } from '../../src/settings.ts';
import { message } from '../i18n.ts';
import { setForSite } from '../stored-settings.ts';

interface Props {
  readonly site: Site;
  readonly guard: { readonly value: Settings['guard']; readonly isLocked: boolean };
  readonly onTrouble: (sentence: string) => void;
}

export function GuardChoice({ site, guard: { value, isLocked }, onTrouble }: Props) {
  return (
    <div class="guard">
      <label for="guard">{message('guard')}</label>
      <select
        id="guard"
        value={value}
        disabled={isLocked}
        onChange={({ currentTarget }) => {
          const guard = currentTarget.value as Settings['guard'];
          setForSite(site, { guard }).catch(() => onTrouble(message('popup_failed')));
        }}
      >
        {GUARD_CHOICES.map((each) => (
          <option key={each} value={each}>
            {message(`guard_${each}`)}
          </option>
        ))}
      </select>
      {isLocked && <p>{message('set_by_policy')}</p>}
    </div>
  );
}
