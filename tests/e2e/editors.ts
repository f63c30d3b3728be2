/** The visual editor of pages of real parts: TinyMCE, in a frame without an address. */
import type { Tab } from './browsers/browser.ts';
import { until } from './browsers/until.ts';

/** The comment's editor. */
export const EDITOR = '#addcomment .rte-container iframe';
/** The description's editor, in the create dialog. */
export const DIALOG_EDITOR = '#create-issue-dialog .rte-container iframe';

/** Waits until an editor accepts input; returns the id of its frame. */
export function editorReady(tab: Tab, frame = EDITOR): Promise<string> {
  return until(`the visual editor ${frame}`, 5_000, () =>
    tab.page.$eval(frame, (found) => {
      const body = (found as HTMLIFrameElement).contentDocument?.body;
      const { tinymce } = window as unknown as {
        tinymce: { get(id: string): { initialized?: boolean } | null };
      };
      const isReady = tinymce.get(found.id.replace(/_ifr$/, ''))?.initialized === true;
      return isReady && body?.id === 'tinymce' && body.isContentEditable ? found.id : null;
    }),
  );
}

/** Switches the comment between Visual and Text; returns the id of the new frame, or '' in Text. */
export async function switchEditor(tab: Tab, mode: 'wysiwyg' | 'source'): Promise<string> {
  await tab.page.click(`#addcomment [data-mode=${mode}]`);
  if (mode === 'wysiwyg') return editorReady(tab);
  await until('the frame is gone', 2_000, async () => (await tab.page.$(EDITOR)) === null);
  return '';
}

/** The text of an editor, without the invisible characters that TinyMCE puts into empty lines and at the caret. */
export function textIn(tab: Tab, frame = EDITOR): Promise<string> {
  return tab.page.$eval(frame, (found) =>
    (found as HTMLIFrameElement).contentDocument!.body.innerText.replaceAll(/[\u200b\ufeff]/g, '').trim(),
  );
}

/** Types in an editor, with real keys. If the frame has the focus, typing starts at the caret. */
export async function typeIn(tab: Tab, text: string, frame = EDITOR): Promise<void> {
  const hasFocus = await tab.page.$eval(frame, (found) => found === document.activeElement);
  if (!hasFocus) await tab.page.click(frame);
  await tab.page.keyboard.type(text);
}
