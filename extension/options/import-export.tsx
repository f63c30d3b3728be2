/** Exports, imports and resets all settings. What is replaced can be restored. */
import {
  isEmpty,
  MAX_BYTES,
  mergedOver,
  readFile,
  textOf,
  type SettingsFile,
} from '../../src/settings/settings-file.ts';
import { message } from '../shared/i18n.ts';
import { faultLines } from '../shared/setting-error-message.ts';
import { isSettingsKey, ownSettings, replaceOwnSettings } from '../shared/storage/settings.ts';
import { StatusMessage, showWithUndo, useStatus, type Status } from './status-message.tsx';

export function ImportExport() {
  const [status, showStatus] = useStatus();

  async function importFile(file: File): Promise<void> {
    const text = file.size > MAX_BYTES ? null : await file.text().catch(() => undefined);
    if (text === undefined) return showStatus({ sentence: message('options_import_unreadable') });
    const { file: read, refused: bad } = readFile(text);
    const refused = faultLines(bad);
    if (isEmpty(read)) return showStatus({ sentence: message('options_import_nothing'), refused });
    await replace((own) => mergedOver(own, read), { sentence: message('options_imported'), refused });
  }

  function reset(): Promise<void> {
    return replace(() => ({ all: {}, sites: {} }), { sentence: message('options_was_reset') });
  }

  async function replace(by: (own: SettingsFile) => SettingsFile, replaced: Status): Promise<void> {
    const before = await replaceOwnSettings(by);
    showWithUndo(showStatus, { ...replaced, about: isSettingsKey }, () => replaceOwnSettings(() => before));
  }

  return (
    <section aria-labelledby="transfer">
      <h2 id="transfer" tabIndex={-1}>
        {message('options_transfer')}
      </h2>
      <p class="soft">{message('options_transfer_meaning')}</p>
      <div class="row">
        <button type="button" onClick={() => void exportFile()}>
          {message('options_export')}
        </button>
        <label class="button">
          {message('options_import')}
          <input
            type="file"
            accept="application/json,.json"
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              if (file) void importFile(file);
              currentTarget.value = '';
            }}
          />
        </label>
        <button type="button" onClick={() => void reset()}>
          {message('options_reset')}
        </button>
      </div>
      <StatusMessage status={status} showStatus={showStatus} />
    </section>
  );
}

async function exportFile(): Promise<void> {
  const url = URL.createObjectURL(new Blob([textOf(await ownSettings())], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'freshtoken-settings.json';
  link.click();
  // The browser may read it only after this task.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
