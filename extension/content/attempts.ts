/**
 * From an event to an attempt: what the user is about to send, and how the page is given the same again. Everything that
 * an event holds is taken while it is there, and the event that is released is made then too, so that whatever fails
 * fails before the page's own is touched.
 */
import type { Attempt } from '../../src/guard.ts';
import { attributeOf, destinations, type Destinations } from '../../src/destination.ts';
import { metaOf, siteOfPage } from '../../src/page.ts';
import { Token } from '../../src/token.ts';
import { quietly } from '../errors.ts';
import { filesIn } from './folders.ts';
import { pastedIn, pasteOf, transferOf } from './page-realm.ts';

export interface PageAttempt extends Attempt {
  /** Does what a release would mend and an attempt that passes needs too. */
  beforePassing?(): void;
  /** The files themselves, by reference. */
  readonly contents: () => readonly File[];
  /** What the place that they are meant for takes of a file, in bytes, where it says so. */
  readonly mostBytes?: number | undefined;
  /** The same attempt with some of its files alone, for those that failed. */
  again?(files: readonly File[]): PageAttempt;
}

/** The events that the guard listens for, in the capture phase, on the window. */
export const GUARDED = [
  'drop',
  'paste',
  'input',
  'change',
  'submit',
  'click',
  'auxclick',
  'keydown',
] as const;

/** What an event is about to send that a token is asked for; null if nothing. */
export function attemptIn(event: Event): PageAttempt | null {
  switch (event.type) {
    case 'drop':
      return event instanceof DragEvent ? dropIn(event) : null;
    case 'paste':
      return event instanceof ClipboardEvent ? pasteIn(event) : null;
    case 'input':
    case 'change':
      return pickIn(event);
    case 'submit':
      return submitIn(event);
    case 'click':
    case 'auxclick':
      return event instanceof MouseEvent ? linkIn(event) : null;
    case 'keydown':
      return event instanceof KeyboardEvent ? shortcutIn(event) : null;
    default:
      return null;
  }
}

const noToken = (): readonly Token[] => [];

function dropIn(event: DragEvent): PageAttempt | null {
  const { dataTransfer } = event;
  if (!dataTransfer?.types.includes('Files')) return null;
  const { files, folders } = contentsOf(dataTransfer);
  if (files.length === 0 && folders.length === 0) return null;
  const texts = textsIn(dataTransfer);
  return attachOf(placeOf(event), files, folders, (all) => {
    const released = new DragEvent('drop', { ...mouseInit(event), dataTransfer: transferOf(all, texts) });
    return (target) => {
      const isUnhandled = target.dispatchEvent(released);
      // What the browser does by itself with a drop on a file input.
      if (isUnhandled && target instanceof HTMLInputElement && target.type === 'file') pickInto(target, all);
    };
  });
}

function pasteIn(event: ClipboardEvent): PageAttempt | null {
  const clipboardData = pastedIn(event);
  if (!clipboardData || clipboardData.files.length === 0) return null;
  const files = [...clipboardData.files];
  const texts = textsIn(clipboardData);
  // A rich text takes the text of a paste, and places it as no script can.
  const [place] = event.composedPath();
  if (texts.length > 0 && place instanceof HTMLElement && place.isContentEditable) return null;
  const giveText = textPaste(place, texts.find(([type]) => type === 'text/plain')?.[1]);
  const pasted = (all: readonly File[], carried: typeof texts): ClipboardEvent =>
    pasteOf(eventInit(event), transferOf(all, carried));
  const attempt = attachOf(
    placeOf(event),
    files,
    [],
    (all) => {
      const released = pasted(all, texts);
      return (target) => {
        if (target.dispatchEvent(released)) giveText();
      };
    },
    // The text has arrived the first time.
    (some) => {
      const released = pasted(some, []);
      return (target) => void target.dispatchEvent(released);
    },
  );
  return { ...attempt, rescue: giveText };
}

/**
 * What the browser does by itself with a paste that the page leaves to it: a table's picture comes with its text. Gives the
 * way to do that, once, at the place that was meant, also where the user has gone on elsewhere meanwhile.
 */
function textPaste(place: EventTarget | undefined, text: string | undefined): () => void {
  const isField = place instanceof HTMLTextAreaElement || place instanceof HTMLInputElement;
  if (!text || !isField) return () => undefined;
  const { value, selectionStart, selectionEnd } = place;
  let isGiven = false;
  return () => {
    if (isGiven || !place.isConnected) return;
    isGiven = true;
    const isThere = document.activeElement === place;
    const { selectionEnd: last } = place;
    // What was selected is replaced only where nothing was written since.
    if (last !== null) {
      const [start, end] = place.value === value ? [selectionStart, selectionEnd] : [last, last];
      if (isThere) place.setSelectionRange(start, end);
      else place.setRangeText(text, start ?? last, end ?? last, 'end');
    }
    if (isThere) document.execCommand('insertText', false, text);
    else if (last !== null)
      place.dispatchEvent(new InputEvent('input', { bubbles: true, data: text, inputType: 'insertText' }));
  };
}

/** Makes the event that gives files to what it was meant for. */
type Made = (files: readonly File[]) => (target: EventTarget) => void;

/** Files for one place, whose event is made anew for the files that it is to carry. */
function attachOf(
  place: Place,
  files: readonly File[],
  folders: readonly FileSystemEntry[],
  made: Made,
  madeAgain = made,
): PageAttempt {
  let contents = files;
  let give = made(files);
  return {
    sending: 'attach',
    files: [...files.map(({ name }) => name), ...folders.map(({ name }) => `${name}/`)],
    sent: noToken,
    contents: () => contents,
    // What is in a folder is not known yet.
    mostBytes: folders.length === 0 ? place.mostBytes : undefined,
    isInPlace: place.isThere,
    async prepare() {
      if (folders.length === 0) return;
      contents = [...files, ...(await filesIn(folders))];
      give = made(contents);
    },
    release: () => give(place.target()),
    again: (some) => attachOf(place, some, [], madeAgain),
  };
}

/** A file input's `input` and `change`: the input keeps its files, and the same event is told again. */
function pickIn(event: Event): PageAttempt | null {
  const input = event.composedPath()[0];
  if (!(input instanceof HTMLInputElement) || input.type !== 'file' || !input.files?.length) return null;
  return pickOf(input, [...input.files], event.type, eventInit(event));
}

function pickOf(input: HTMLInputElement, files: readonly File[], type: string, init: EventInit): PageAttempt {
  const released = new Event(type, init);
  const here = pageAt(location);
  const token = (): HTMLInputElement | null => (takesThePagesToken(input) ? null : tokenInput(input.form));
  return {
    sending: 'attach',
    // Both events are of the same files, which are told once.
    files: type === 'change' ? files.map(({ name }) => name) : [],
    sent: () => parsed(token()?.value),
    subject: input,
    mostBytes: limitOf(input.closest(LIMITED)),
    contents: () => files,
    beforePassing: () => fillEmptyToken(token()),
    isInPlace: () => pageAt(location) === here && input.isConnected,
    release() {
      quietly(() => fillEmptyToken(token()));
      // Picked again meanwhile, or cleared by the page: these are other files.
      quietly(() => {
        if (!areSame(files, input.files)) input.files = transferOf(files, []).files;
      });
      input.dispatchEvent(released);
    },
    again: (some) => pickAgain(input, some),
  };
}

/** Two pictures can have one name. */
function areSame(files: readonly File[], others: FileList | null): boolean {
  return files.length === others?.length && files.every((file, at) => isSame(file, others[at]!));
}

function isSame(file: File, other: File): boolean {
  return file.name === other.name && file.size === other.size && file.lastModified === other.lastModified;
}

function pickAgain(input: HTMLInputElement, files: readonly File[]): PageAttempt {
  const attempt = pickOf(input, files, 'change', { bubbles: true });
  return { ...attempt, release: () => pickInto(input, files) };
}

/** Jira's drop zone has an input to browse with, whose files go the drop zone's way (field case A10). */
function takesThePagesToken(input: HTMLInputElement): boolean {
  return input.classList.contains('ignore-inline-attach');
}

function pickInto(input: HTMLInputElement, files: readonly File[]): void {
  fillEmptyToken(takesThePagesToken(input) ? null : tokenInput(input.form));
  input.files = transferOf(files, []).files;
  input.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
  input.dispatchEvent(new Event('change', { bubbles: true }));
}

/** Jira's file input takes its form's token, even if that input is empty: then the page's is what it wants. */
function fillEmptyToken(token: HTMLInputElement | null): void {
  const own = metaOf(document)?.content;
  if (token?.value !== '' || !own) return;
  if (!token.form || leads().ofForm(token.form)) token.value = own;
}

function leads(): Destinations {
  return destinations(document.baseURI, siteOfPage(document, location));
}

function submitIn(event: Event): PageAttempt | null {
  const form = event.composedPath()[0];
  if (!(form instanceof HTMLFormElement)) return null;
  const submitter = event instanceof SubmitEvent ? event.submitter : null;
  const sent = (): Token[] => tokensOfForm(form, submitter);
  if (sent().length === 0) return null;
  // One that a script has dispatched submits nothing by itself, and must not when it is told again.
  const released = event.isTrusted ? null : new SubmitEvent('submit', { ...eventInit(event), submitter });
  return {
    ...sendOf(event, sent, form),
    release() {
      if (released) form.dispatchEvent(released);
      else form.requestSubmit(isSubmitterOf(submitter, form) ? submitter : null);
    },
  };
}

/**
 * A click on a link, or on an item of an AUI menu: there the host element has an address of its own, which Jira's scripts
 * read, and the browser follows the link in it (field case A18).
 */
function linkIn(event: MouseEvent): PageAttempt | null {
  if (event.button > 1) return null;
  const links = event
    .composedPath()
    .filter((node): node is Element => node instanceof Element && node.matches('[href*="atl_token="]'));
  const sent = (): Token[] => links.flatMap((each) => tokensInAddress(attributeOf(each, 'href')));
  const [link] = links;
  if (!link || sent().length === 0) return null;
  const [own] = event.composedPath();
  const released = new MouseEvent(event.type, mouseInit(event));
  return {
    ...sendOf(event, sent, link),
    // Drawn anew without it, what lies in its place is something else.
    isInPlace: () => link.isConnected,
    release() {
      const target = own instanceof Node && link.contains(own) ? own : link;
      const isUnhandled = target.dispatchEvent(released);
      if (isUnhandled && event.type === 'auxclick' && link instanceof HTMLAnchorElement) openBeside(link);
    },
  };
}

/** What the browser does with a middle click, and with no other event of a script's than a click. */
function openBeside({ href }: HTMLAnchorElement): void {
  const link = document.createElement('a');
  link.href = href;
  link.dispatchEvent(new MouseEvent('click', { ctrlKey: true, metaKey: true, cancelable: true }));
}

/** Ctrl+Enter (or Command) in a text of a form: some pages then submit it in a way that tells nobody. */
function shortcutIn(event: KeyboardEvent): PageAttempt | null {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return null;
  const text = event.composedPath()[0];
  if (!(text instanceof HTMLTextAreaElement) || !text.form) return null;
  const { form } = text;
  const sent = (): Token[] => tokensOfForm(form, null);
  if (sent().length === 0) return null;
  const { key, code, location, repeat, isComposing, keyCode, which } = event;
  const keys = { key, code, location, repeat, isComposing, keyCode, which };
  const released = new KeyboardEvent('keydown', { ...eventInit(event), ...modifiersOf(event), ...keys });
  return { ...sendOf(event, sent, form), release: () => void text.dispatchEvent(released) };
}

function sendOf(event: Event, sent: () => Token[], subject: object): Omit<PageAttempt, 'release'> {
  return { sending: 'send', files: [], sent, subject, event: event.type, contents: () => [] };
}

/** Jira's forms carry a token in their address and in an input; of two that differ the server takes the address's. */
function tokensOfForm(form: HTMLFormElement, submitter: HTMLElement | null): Token[] {
  const address = submitter?.getAttribute('formaction') ?? attributeOf(form, 'action');
  if (address !== '' && !leads().ofAddress(address)) return [];
  return [...tokensInAddress(address), ...parsed(tokenInput(form)?.value)];
}

function tokenInput(form: HTMLFormElement | null): HTMLInputElement | null {
  return form?.querySelector<HTMLInputElement>('input[name="atl_token"]') ?? null;
}

function tokensInAddress(address: string): Token[] {
  if (!leads().ofAddress(address)) return [];
  return parsed(new URL(address, document.baseURI).searchParams.get('atl_token'));
}

function parsed(text: string | null | undefined): Token[] {
  const token = Token.parse(text);
  return token ? [token] : [];
}

function isSubmitterOf(submitter: HTMLElement | null, form: HTMLFormElement): submitter is HTMLElement {
  return (
    (submitter instanceof HTMLButtonElement || submitter instanceof HTMLInputElement) &&
    submitter.form === form
  );
}

/** Files and folders apart: a folder in a transfer's `files` is a file of no bytes. */
function contentsOf(transfer: DataTransfer): { files: File[]; folders: FileSystemEntry[] } {
  const files: File[] = [];
  const folders: FileSystemEntry[] = [];
  for (const item of transfer.items) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry?.();
    const file = item.getAsFile();
    if (entry?.isDirectory) folders.push(entry);
    else if (file) files.push(file);
  }
  return { files, folders };
}

function textsIn(transfer: DataTransfer): [string, string][] {
  return transfer.types.filter((type) => type !== 'Files').map((type) => [type, transfer.getData(type)]);
}

/** Where something was meant for. */
interface Place {
  readonly target: () => EventTarget;
  /** Whether it is still there, on the same page: a dialog can close, and a page can go on to another issue by itself. */
  readonly isThere: () => boolean;
  readonly mostBytes: number | undefined;
}

/** The event's target, or, where the page has drawn that anew, what it lay in: but never the whole page instead. */
function placeOf(event: Event): Place {
  const [own, ...around] = event.composedPath();
  const here = pageAt(location);
  const parts = [own!, ...around.filter((node) => node instanceof Element && !node.matches('html, body'))];
  // Where the page listens on the whole document, its zone takes what comes.
  const zone = parts.find((part) => part instanceof Element && part.matches(LIMITED));
  return {
    target: () => parts.find(isConnected) ?? own!,
    isThere: () => pageAt(location) === here && parts.some(isConnected),
    mostBytes: limitOf((zone as Element | undefined) ?? document.querySelector(LIMITED)),
  };
}

/** A zone says how many bytes it takes of a file (field case A20). */
const LIMITED = '[data-upload-limit]';

function limitOf(zone: Element | null): number | undefined {
  const limit = zone?.getAttribute('data-upload-limit') ?? '';
  return /^[1-9]\d{0,14}$/.test(limit) ? Number(limit) : undefined;
}

/** Whether the page will refuse all of its files for their size, at once and with its own words: no token is asked for. */
export function isTooLarge({ contents, mostBytes = Infinity }: PageAttempt): boolean {
  return contents().length > 0 && contents().every(({ size }) => size > mostBytes);
}

/** Which page an address is of: going to a comment, or turning over the comments' pages, leaves the issue where it is. */
function pageAt({ pathname, search }: Location): string {
  const query = new URLSearchParams(search);
  for (const name of VIEWS) query.delete(name);
  return `${pathname}?${query}`;
}

/** What an issue's address says of how it is looked at. */
const VIEWS = [
  'focusedCommentId',
  'focusedId',
  'page',
  'actionOrder',
  'attachmentSortBy',
  'attachmentOrder',
  'attachmentViewMode',
];

function isConnected(node: EventTarget): boolean {
  return !(node instanceof Node) || node.isConnected;
}

function eventInit({ bubbles, cancelable, composed }: Event): EventInit {
  return { bubbles, cancelable, composed };
}

function modifiersOf(event: MouseEvent | KeyboardEvent): EventModifierInit {
  const { ctrlKey, shiftKey, altKey, metaKey, detail, view } = event;
  return { ctrlKey, shiftKey, altKey, metaKey, detail, view };
}

function mouseInit(event: MouseEvent): MouseEventInit {
  const { screenX, screenY, clientX, clientY, button, buttons, relatedTarget } = event;
  const place = { screenX, screenY, clientX, clientY, button, buttons, relatedTarget };
  return { ...eventInit(event), ...modifiersOf(event), ...place };
}
