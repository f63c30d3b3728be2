/**
 * From an event to an attempt: what the user is about to send, and how the page is given the same again. Everything that
 * an event holds is taken while it is there, and the event that is released is made then too, so that whatever fails
 * fails before the page's own is touched.
 */
import type { Attempt } from '../../src/guard.ts';
import { attributeOf, destinations, type Destinations } from '../../src/destination.ts';
import { native } from '../../src/native.ts';
import { readPage, siteOfPage } from '../../src/page.ts';
import { Token } from '../../src/token.ts';
import { quietly } from '../errors.ts';
import { filesIn } from './folders.ts';
import { pastedIn, pasteOf, transferOf } from './page-realm.ts';

export interface PageAttempt extends Attempt {
  /** Does what does not have to wait, once it is held. */
  onHold?(): unknown;
  /** The files themselves, by reference. */
  readonly contents: () => readonly File[];
  /** What the place that they are meant for takes of a file, in bytes, where it says so. */
  readonly mostBytes: number;
  /** The same attempt with some of its files alone, for those that failed. */
  again?(files: readonly File[]): PageAttempt;
}

/** What each event that the guard listens for is about to send. A script can give any event any of these types. */
const READERS: Readonly<Record<string, (event: never) => PageAttempt | null>> = {
  drop: dropIn,
  paste: pasteIn,
  change: pickIn,
  submit: submitIn,
  click: linkIn,
  keydown: shortcutIn,
};

/** The events that the guard listens for, in the capture phase, on the window. */
export const GUARDED = Object.keys(READERS);

/** What an event is about to send that a token is asked for; null if nothing. */
export function attemptIn(event: Event): PageAttempt | null {
  return READERS[event.type]!(event as never);
}

const noToken = (): readonly Token[] => [];

function dropIn(event: DragEvent): PageAttempt | null {
  const { dataTransfer } = event;
  if (!dataTransfer?.types.includes('Files')) return null;
  const { files, folders } = contentsOf(dataTransfer);
  if (files.length === 0 && folders.length === 0) return null;
  const texts = textsIn(dataTransfer);
  return attachOf(placeOf(event), files, folders, (all) => {
    const released = new DragEvent('drop', { ...initOf(event), dataTransfer: transferOf(all, texts) });
    return (target) => {
      const isUnhandled = native(target).dispatchEvent(released);
      // What the browser does by itself with a drop on a file input.
      if (isUnhandled && target instanceof HTMLInputElement && target.type === 'file')
        pickOf(target, all, event).release();
    };
  });
}

function pasteIn(event: ClipboardEvent): PageAttempt | null {
  const clipboardData = pastedIn(event);
  if (!clipboardData || clipboardData.files.length === 0) return null;
  const files = [...clipboardData.files];
  const text = clipboardData.getData('text/plain');
  const [place] = event.composedPath();
  // A rich text takes the text of a paste, and places it as no script can.
  if (clipboardData.types.length > 1 && place instanceof HTMLElement && native(place).isContentEditable)
    return null;
  const isField = place instanceof HTMLTextAreaElement || place instanceof HTMLInputElement;
  // A file that was copied comes with its name for a text.
  const isWritten = /[\t\n]/.test(text) && isField && place === document.activeElement;
  return {
    ...attachOf(placeOf(event), files, [], (all) => {
      const released = pasteOf(transferOf(all, []));
      return (target) => void native(target).dispatchEvent(released);
    }),
    // The cells of a table come with their picture (field case A15). Their text waits for nobody, and one undo takes it back.
    onHold: () => isWritten && document.execCommand('insertText', false, text),
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
): PageAttempt {
  let contents = files;
  let give = made(files);
  return {
    sending: 'attach',
    files: [...files.map(({ name }) => name), ...folders.map(({ name }) => `${name}/`)],
    sent: noToken,
    contents: () => contents,
    // What is in a folder is not known yet.
    mostBytes: folders.length === 0 ? place.mostBytes : Infinity,
    isInPlace: place.isThere,
    async prepare() {
      if (folders.length === 0) return;
      contents = [...files, ...(await filesIn(folders))];
      give = made(contents);
    },
    release: () => give(place.target()),
    again: (some) => attachOf(place, some, [], made),
  };
}

/** A file input's `change`: the input keeps its files, and the same event is told again. */
function pickIn(event: Event): PageAttempt | null {
  const input = event.composedPath()[0];
  if (!(input instanceof HTMLInputElement) || input.type !== 'file' || !input.files?.length) return null;
  return pickOf(input, [...input.files], event);
}

function pickOf(input: HTMLInputElement, files: readonly File[], init: EventInit): PageAttempt {
  const released = new Event('change', init);
  const here = pageAt(location);
  return {
    sending: 'attach',
    files: files.map(({ name }) => name),
    sent: () => parsed(tokenInput(input.form)?.value),
    subject: input,
    mostBytes: limitOf(input.closest(LIMITED)),
    contents: () => files,
    isInPlace: () => pageAt(location) === here && input.isConnected,
    release() {
      // Picked again meanwhile, or cleared by the page: these were other files.
      quietly(() => {
        input.files = transferOf(files, []).files;
      });
      input.dispatchEvent(released);
    },
    again: (some) => pickOf(input, some, init),
  };
}

function leads(): Destinations {
  return destinations(document.baseURI, siteOfPage(document, location));
}

function submitIn(event: Event): PageAttempt | null {
  const form = event.composedPath()[0];
  if (!(form instanceof HTMLFormElement)) return null;
  const submitter = event instanceof SubmitEvent ? event.submitter : null;
  const sent = (): Token[] => tokensOfForm(form, submitter);
  // A portal's forms carry none, and may name files that are the session's.
  if (sent().length === 0 && readPage(document, location)?.product !== 'portal') return null;
  // One that a script has dispatched submits nothing by itself, and must not when it is told again.
  const released = event.isTrusted ? null : new SubmitEvent('submit', event);
  return {
    ...sendOf(event, sent, form),
    release() {
      if (released) native(form).dispatchEvent(released);
      else native(form).requestSubmit(ownerOf(submitter) === form ? submitter : null);
    },
  };
}

/**
 * A click on a link, or on an item of an AUI menu: there the host element has an address of its own, which Jira's scripts
 * read, and the browser follows the link in it (field case A18).
 */
function linkIn(event: MouseEvent): PageAttempt | null {
  const links = event
    .composedPath()
    .filter(
      (node): node is Element => node instanceof Element && attributeOf(node, 'href').includes('atl_token='),
    );
  const sent = (): Token[] => links.flatMap((each) => tokensInAddress(attributeOf(each, 'href')));
  const [link] = links;
  if (!link || sent().length === 0) return null;
  const [own] = event.composedPath();
  const released = new MouseEvent('click', event);
  return {
    ...sendOf(event, sent, link),
    // Drawn anew without it, what lies in its place is something else.
    isInPlace: () => isConnected(link),
    release() {
      native(own instanceof Node && native(link).contains(own) ? own : link).dispatchEvent(released);
    },
  };
}

/** Ctrl+Enter (or Command) in a text of a form: some pages then submit it in a way that tells nobody. */
function shortcutIn(event: KeyboardEvent): PageAttempt | null {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return null;
  const text = event.composedPath()[0];
  if (!(text instanceof HTMLTextAreaElement) || !text.form) return null;
  const { form } = text;
  const sent = (): Token[] => tokensOfForm(form, null);
  if (sent().length === 0) return null;
  const released = new KeyboardEvent('keydown', event);
  return { ...sendOf(event, sent, form), release: () => void text.dispatchEvent(released) };
}

function sendOf(event: Event, sent: () => Token[], subject: object): Omit<PageAttempt, 'release'> {
  return {
    sending: 'send',
    files: [],
    sent,
    subject,
    event: event.type,
    contents: () => [],
    mostBytes: Infinity,
  };
}

/** Jira's forms carry a token in their address and in an input; of two that differ the server takes the address's. */
function tokensOfForm(form: HTMLFormElement, submitter: HTMLElement | null): Token[] {
  const address = submitter?.getAttribute('formaction') ?? attributeOf(form, 'action');
  if (address !== '' && !leads().ofAddress(address)) return [];
  return [...tokensInAddress(address), ...parsed(tokenInput(form)?.value)];
}

function tokenInput(form: HTMLFormElement | null): HTMLInputElement | null {
  return form && native(form).querySelector<HTMLInputElement>('input[name="atl_token"]');
}

function tokensInAddress(address: string): Token[] {
  if (!leads().ofAddress(address)) return [];
  return parsed(new URL(address, document.baseURI).searchParams.get('atl_token'));
}

function parsed(text: string | null | undefined): Token[] {
  const token = Token.parse(text);
  return token ? [token] : [];
}

/** A form takes no other's button for its own. */
function ownerOf(submitter: HTMLElement | null): unknown {
  return (submitter as HTMLButtonElement | null)?.form;
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
  readonly mostBytes: number;
}

/** The event's target, or, where the page has drawn that anew, what it lay in: but never the whole page instead. */
function placeOf(event: Event): Place {
  const [own, ...around] = event.composedPath();
  const here = pageAt(location);
  const parts = [
    own!,
    ...around.filter((node) => node instanceof Element && !native(node).matches('html, body')),
  ];
  return {
    target: () => parts.find(isConnected) ?? own!,
    isThere: () => pageAt(location) === here && parts.some(isConnected),
    mostBytes: mostBytesOfZones(),
  };
}

/** A zone says how many bytes it takes of a file (field case A20). */
const LIMITED = '[data-upload-limit]';

/** The most of all zones: Jira's say the same, and one that a user wrote must let nothing pass by saying less. */
function mostBytesOfZones(): number {
  const limits = [...document.querySelectorAll(LIMITED)].map(limitOf);
  return limits.length > 0 ? Math.max(...limits) : Infinity;
}

function limitOf(zone: Element | null): number {
  const limit = Number(zone && attributeOf(zone, 'data-upload-limit'));
  return limit > 0 ? limit : Infinity;
}

/** Whether the page will refuse all of its files for their size, at once and with its own words: no token is asked for. */
export function isTooLarge({ contents, mostBytes }: PageAttempt): boolean {
  return contents().length > 0 && contents().every(({ size }) => size > mostBytes);
}

/** Which page an address is of: going to a comment, or turning over the comments' pages, leaves the issue where it is. */
function pageAt({ pathname, search }: Location): string {
  const query = [...new URLSearchParams(search)].filter(([name]) => !VIEWS.test(name));
  return `${pathname}?${query.join('&')}`;
}

/** What an issue's address says of how it is looked at: which comment, and how attachments are sorted and shown. */
const VIEWS = /^(focused|page$|actionOrder|attachment)/;

/** The window is always there. */
function isConnected(node: EventTarget): boolean {
  return (native(node) as Partial<Node>).isConnected ?? true;
}

/** Of a drag the transfer is another, so that the event itself can't serve as its copy's init. */
function initOf(event: DragEvent): Record<string, unknown> {
  return Object.fromEntries(DRAG.split(' ').map((name) => [name, event[name as keyof DragEvent]]));
}

const DRAG =
  'bubbles cancelable composed detail view ctrlKey shiftKey altKey metaKey screenX screenY clientX clientY button buttons relatedTarget';
