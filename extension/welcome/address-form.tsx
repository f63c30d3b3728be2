/** The field for a Jira's address. A refused address is explained at the field, which keeps the focus. */
import { useRef, useState } from 'preact/hooks';
import { parseTypedAddress, type TypedAddress, type AddressFault } from '../../src/jira/site-address.ts';
import { message } from '../shared/i18n.ts';

interface Props {
  onRefused: () => void;
  /** Called while the submit still counts as the user's own action. */
  onAsked: (site: TypedAddress) => void;
}

export function AddressForm({ onRefused, onAsked }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const [refused, setRefused] = useState<AddressFault>();

  function submit(event: Event): void {
    event.preventDefault();
    const asked = parseTypedAddress(field.current!.value);
    if ('refused' in asked) {
      setRefused(asked.refused);
      field.current!.focus();
      return onRefused();
    }
    setRefused(undefined);
    onAsked(asked);
  }

  return (
    <form class="address" onSubmit={submit}>
      <label for="address">{message('welcome_address')}</label>
      <p id="address-hint" class="soft">
        {message('welcome_address_hint')}
      </p>
      <div class="row">
        <input
          ref={field}
          id="address"
          type="text"
          inputmode="url"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          dir="ltr"
          aria-describedby="address-hint address-refused"
          aria-invalid={refused !== undefined}
          onInput={() => setRefused(undefined)}
        />
        <button class="main">{message('popup_watch')}</button>
      </div>
      <p id="address-refused" class="refused" role="alert">
        {refused && message(refused)}
      </p>
    </form>
  );
}
