/**
 * Where something was meant for: an issue, and a role on its page. Pages redraw their zones, and boards show one issue
 * after another in the same elements (field cases A3, A4): what waited goes to its own issue and role, or stays.
 */
import { attributeOf } from '../../../src/jira/site-boundary.ts';
import { unclobbered } from '../../../src/lib/unclobbered.ts';
import { issueShown, readPage } from '../../../src/jira/page.ts';
import { DIALOG, ZONE } from '../../../src/jira/selectors.ts';
import { editorOf, frameOf, isInLiveFrame, isEditor, textFieldOf } from '../editor-frames.ts';

export interface Place {
  /** The key of the issue, if the page shows one. */
  readonly issue: string | undefined;
  /** Whether the page still belongs to the same user and shows the same issue. */
  isShown(): boolean;
  /** Whether in addition the same dialog is in front, or still none: scripts attach files to what is in front. */
  isInFront(): boolean;
  /** What is in that role now: the element itself or its replacement; null if there is none. */
  find(): EventTarget | null;
  /** Gives the focus back to what had it, unless the user is now writing something else (field case A6). */
  focus(): void;
}

/** The place of an event's target, at this moment. */
export function placeOf(target: EventTarget): Place {
  const [here, dialog] = [shownPage(), frontDialog()];
  const isShown = (): boolean => shownPage() === here;
  const { activeElement } = document;
  const focused = activeElement && createFinder(activeElement);
  return {
    issue: issueShown(document, location),
    isShown,
    isInFront: () => isShown() && frontDialog() === dialog,
    find: 'localName' in target ? createFinder(target as Element) : () => target,
    focus() {
      if (isTextField(document.activeElement)) return;
      const element = focused?.() as HTMLElement | null | undefined;
      if (element) unclobbered(element).focus({ preventScroll: true });
    },
  };
}

/** Whether an element can be written in. */
export function isTextField(element: Element | null): boolean {
  if (!element) return false;
  const { isContentEditable, selectionStart } = unclobbered(element as HTMLInputElement);
  return isEditor(element) || isContentEditable || typeof selectionStart === 'number';
}

/**
 * The page's user and the issue that it shows; a page without an issue is known by its path. A rewritten document can
 * belong to another user.
 */
function shownPage(): string {
  return `${readPage(document, location)?.user} ${issueShown(document, location) ?? location.pathname}`;
}

function createFinder(element: Element): () => Element | null {
  const frame = frameOf(element);
  if (!frame) return createPageFinder(element);
  const findText = createPageFinder(textFieldOf(frame));
  return () => {
    if (isInLiveFrame(element)) return element;
    const text = findText();
    return text && editorOf(text);
  };
}

/** Finds an element again by Jira's name for its zone, or by an id and its kind within; null if in doubt. */
function createPageFinder(element: Element): () => Element | null {
  const safe = unclobbered(element);
  const { localName, classList } = safe;
  const kind = [localName, ...classList].map(CSS.escape).join('.');
  const [zone, named] = [safe.closest(ZONE), safe.closest('body [id]')];
  const around = zone
    ? `[duitype="${CSS.escape(attributeOf(zone, 'duitype'))}"]`
    : named && `#${CSS.escape(named.id)}`;
  const isZone = element === (zone ?? named) || (zone && localName !== 'input');
  const selector = isZone ? around! : `${around ?? ''} ${kind}`;
  const dialog = safe.closest(DIALOG);
  return () => {
    if (safe.isConnected) return element;
    const [own, another] = [...document.querySelectorAll(selector)].filter(
      (each) => unclobbered(each).closest(DIALOG) === dialog,
    );
    return another ? null : (own ?? null);
  };
}

/** The dialog in front of the page. */
function frontDialog(): Element | undefined {
  return [...document.querySelectorAll(DIALOG)].findLast((each) => each.checkVisibility());
}
