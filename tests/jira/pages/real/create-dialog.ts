/** What the server says of the create dialog. The page's script builds the dialog from it. */
import type { JiraSettings } from '../../options.ts';
import type { Visit } from '../../security.ts';
import { dropZone } from './attachment-module.ts';
import { wikiField } from './wiki-field.ts';

interface CreateDialogData {
  readonly atl_token: string;
  readonly fields: readonly { id: string; label: string; editHtml: string }[];
}

export async function createDialogData(settings: JiraSettings, { token }: Visit): Promise<CreateDialogData> {
  const text = '<input class="text long-field" id="create-summary" name="summary">';
  const area = settings.editorInDialog
    ? String(await wikiField(settings, { id: 'create-text', name: 'description', label: 'Description' }))
    : '<textarea class="textarea long-field" name="description" rows="4"></textarea>';
  const zone = String(await dropZone(settings, 'CreateIssueDropZone', 'create-browse-button'));
  return {
    atl_token: token,
    fields: [
      { id: 'summary', label: 'Summary', editHtml: text },
      { id: 'description', label: 'Description', editHtml: area },
      { id: 'attachment', label: 'Attachment', editHtml: zone },
    ],
  };
}
