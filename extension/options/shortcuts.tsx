/** The keyboard shortcuts for Jira pages, as set in the browser, and the way to change them there. */
import { useEffect, useState } from 'preact/hooks';
import type { Commands } from 'webextension-polyfill';
import { browser } from '../shared/browser.ts';
import { message } from '../shared/i18n.ts';

export function Keys() {
  const [commands, setCommands] = useState<readonly Commands.Command[]>([]);
  useEffect(() => {
    const read = (): void => void browser.commands.getAll().then(setCommands);
    read();
    // Shortcuts are changed on the browser's own page. No event reports it, but the user comes back.
    window.addEventListener('focus', read);
    return () => window.removeEventListener('focus', read);
  }, []);
  const own = commands.filter(({ description }) => description);
  return (
    <section aria-labelledby="keys">
      <h2 id="keys">{message('options_keys')}</h2>
      <p class="soft">{message('options_keys_meaning')}</p>
      <dl class="keys">
        {own.map(({ name, description, shortcut }) => (
          <div key={name}>
            <dt>{description}</dt>
            <dd>{shortcut ? <kbd>{shortcut}</kbd> : message('options_no_key')}</dd>
          </div>
        ))}
      </dl>
      <div class="row">
        <button type="button" onClick={() => void changeKeys()}>
          {message('options_change_keys')}
        </button>
      </div>
    </section>
  );
}

/** Newer than the polyfill's types, and only in Firefox; Chromium has a page for it that an extension may open. */
async function changeKeys(): Promise<void> {
  const { commands } = browser as { commands: { openShortcutSettings?: () => Promise<void> } };
  if (commands.openShortcutSettings) await commands.openShortcutSettings();
  else await browser.tabs.create({ url: 'chrome://extensions/shortcuts' });
}
