/** Settings to take along: a file out, a file in, and all of it back to how it began. What is replaced can be had back. */
import { useState } from 'preact/hooks';
import { isEmpty, mergedOver, readFile, textOf, type SettingsFile } from '../../src/transfer.ts';
import { message } from '../i18n.ts';
import { faultLine } from '../fault-words.ts';
import { ownSettings, replaceOwnSettings } from '../stored-settings.ts';

interface Said {
  readonly sentence: string;
  readonly refused: readonly string[];
  /** What there was before. */
  readonly before?: SettingsFile;
}

export function Transfer() {
  const [said, setSaid] = useState<Said>();
  const offered = said?.before;

  async function take(file: File): Promise<void> {
    const text = await file.text().catch(() => undefined);
    if (text === undefined) return setSaid({ sentence: message('options_import_unreadable'), refused: [] });
    const { file: read, refused: bad } = readFile(text);
    const refused = bad.map(faultLine);
    if (isEmpty(read)) return setSaid({ sentence: message('options_import_nothing'), refused });
    const before = await replaceOwnSettings((own) => mergedOver(own, read));
    setSaid({ sentence: message('options_imported'), refused, before });
  }

  async function reset(): Promise<void> {
    const before = await replaceOwnSettings(() => ({ all: {}, sites: {} }));
    setSaid({ sentence: message('options_was_reset'), refused: [], before });
  }

  async function undo(before: SettingsFile): Promise<void> {
    await replaceOwnSettings(() => before);
    setSaid({ sentence: message('options_undone'), refused: [] });
  }

  return (
    <section aria-labelledby="transfer">
      <h2 id="transfer">{message('options_transfer')}</h2>
      <p class="soft">{message('options_transfer_meaning')}</p>
      <div class="row">
        <button type="button" onClick={() => void save()}>
          {message('options_export')}
        </button>
        <label class="button">
          {message('options_import')}
          <input
            type="file"
            accept="application/json,.json"
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              if (file) void take(file);
              currentTarget.value = '';
            }}
          />
        </label>
        <button type="button" onClick={() => void reset()}>
          {message('options_reset')}
        </button>
      </div>
      <div role="status" class="said">
        {said && <p>{said.sentence}</p>}
        {said && said.refused.length > 0 && (
          <ul>
            {said.refused.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        )}
        {offered && (
          <button type="button" onClick={() => void undo(offered)}>
            {message('action_undo')}
          </button>
        )}
      </div>
    </section>
  );
}

async function save(): Promise<void> {
  const url = URL.createObjectURL(new Blob([textOf(await ownSettings())], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'freshtoken-settings.json';
  link.click();
  URL.revokeObjectURL(url);
}
