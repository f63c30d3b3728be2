/**
 * From an event to an attempt: what the user is about to send, and how the page is given the same again. Everything that
 * an event holds is taken while it is there, and the event that is released is made then too, so that whatever fails
 * fails before the page's own is touched.
 */
import type { Attempt } from '../../../src/guard/attempt-queue.ts';
import { attributeOf, destinations, type Destinations } from '../../../src/jira/destination.ts';
import { native } from '../../../src/lib/native.ts';
import { DIALOG, readPage, siteOfPage } from '../../../src/jira/page.ts';
import { Token } from '../../../src/jira/token.ts';
import { quietly } from '../../shared/errors.ts';
import { frameOf } from '../frames.ts';
import { pastedIn, pasteOf, transferOf } from './page-realm.ts';
import { placeOf, type Place } from './place.ts';
import { changedOf } from './changed-files.ts';

export interface PageAttempt extends Attempt {
  /** Does what does not have to wait, once it is held. */
  onHold?(): unknown;
  /** The files themselves, by reference. */
  readonly contents: readonly File[];
  /** The page gives the files other names (field case A9). */
  readonly isPasted?: boolean;
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
  return READERS[event.type]?.(event as never) ?? null;
}

const noToken = (): readonly Token[] => [];

/** What is dragged, where the drag began in the page itself. */
let dragged: Partial<Node> | null = null;

/**
 * Takes note of drags that begin in the page: what they end with is no new file, but the page's own (field case A17). One that
 * the page cancels has no end of its own; a pointer that moves tells that none is under way.
 */
export function noteDrag({ type, target, isTrusted }: Event): void {
  if (isTrusted && /^(drag|pointer)/.test(type)) dragged = type === 'dragstart' ? target : null;
}

function dropIn(event: DragEvent): PageAttempt | null {
  const { dataTransfer } = event;
  if (dragged?.isConnected || !dataTransfer?.types.includes('Files')) return null;
  const items = [...dataTransfer.items];
  // No script can make a transfer that holds a folder: it goes as it would without us.
  if (items.some((item) => item.webkitGetAsEntry?.()?.isDirectory)) return null;
  const files = [...dataTransfer.files];
  if (files.length === 0) return null;
  const types = dataTransfer.types.filter((type) => type !== 'Files');
  const texts = types.map((type) => [type, dataTransfer.getData(type)] as const);
  const [own] = event.composedPath() as [EventTarget];
  const place = placeOf(own);
  /** The target is shown for as long as a drag is, as Jira's mask is. */
  let isOfDrag = false;
  const made: Made = (all) => {
    const init = initOf(event, { dataTransfer: transferOf(all, texts) });
    const [released, ...before] = ['drop', 'dragenter', 'dragover'].map((type) => new DragEvent(type, init));
    return () => {
      // Some zones take a drop only while a drag is shown (field case A5).
      for (const each of before) native(place.find() ?? document.body).dispatchEvent(each);
      const target = place.find();
      const isTaken = target !== null && !native(target).dispatchEvent(released!);
      // What the browser does by itself with a drop on a file input.
      if (!(target instanceof HTMLInputElement) || target.type !== 'file' || isTaken) return isTaken;
      pickOf(target, all, event).release();
      return true;
    };
  };
  return attachOf(place, files, made, {
    isInPlace: () => place.isInFront() && (isOfDrag || place.find() !== null),
    // No `dragleave` follows a drop: the page would show the drag for as long as the files wait.
    onHold() {
      const init = initOf(event, { relatedTarget: null, dataTransfer: transferOf([], []) });
      for (const each of [own, frameOf(own as Element)])
        if (each) native(each).dispatchEvent(new DragEvent('dragleave', init));
      isOfDrag = place.find() === null;
    },
  });
}

function pasteIn(event: ClipboardEvent): PageAttempt | null {
  const clipboardData = pastedIn(event);
  if (!clipboardData || clipboardData.files.length === 0) return null;
  const files = [...clipboardData.files];
  const text = clipboardData.getData('text/plain');
  const [own] = event.composedPath() as [EventTarget];
  // A rich text takes the text of a paste, and places it as no script can.
  if (clipboardData.types.length > 1 && native(own as HTMLElement).isContentEditable) return null;
  const isField = own instanceof HTMLTextAreaElement || own instanceof HTMLInputElement;
  // A file that was copied comes with its name for a text.
  const isWritten = /[\t\n]/.test(text) && isField && own === document.activeElement;
  const place = placeOf(own);
  const made: Made = (all) => {
    const released = pasteOf(transferOf(all, []));
    return () => !native(place.find()!).dispatchEvent(released);
  };
  return attachOf(place, files, made, {
    isPasted: true,
    // The cells of a table come with their picture (field case A15). Their text waits for nobody, and one undo takes it back.
    onHold: () => isWritten && document.execCommand('insertText', false, text),
  });
}

/** Makes the event that gives files to what it was meant for. Gives whether the page has taken it. */
type Made = (files: readonly File[]) => () => boolean;

/** Files for one place, whose event is made anew for the files that it is to carry. */
function attachOf(place: Place, files: readonly File[], made: Made, more: Partial<PageAttempt> = {}): PageAttempt {
  const give = made(files);
  return {
    sending: 'attach',
    files: files.map(({ name }) => name),
    issue: place.issue,
    sent: noToken,
    contents: files,
    isInPlace: () => place.isInFront() && place.find() !== null,
    release() {
      place.focus();
      return give();
    },
    changed: () => changedOf(files),
    again: (some) => attachOf(place, some, made, more),
    ...more,
  };
}

/** A file input's `change`: the input keeps its files, and the same event is told again. */
function pickIn(event: Event): PageAttempt | null {
  const input = event.composedPath()[0];
  if (!(input instanceof HTMLInputElement) || input.type !== 'file' || !input.files?.length) return null;
  return pickOf(input, [...input.files], event);
}

function pickOf(picked: HTMLInputElement, files: readonly File[], init: EventInit): PageAttempt {
  const place = placeOf(picked);
  const input = (): HTMLInputElement => (place.find() ?? picked) as HTMLInputElement;
  const fill = (some: readonly File[]): void =>
    quietly(() => {
      input().files = transferOf(some, []).files;
    });
  const made: Made = (all) => {
    const released = new Event('change', init);
    return () => {
      // Picked again meanwhile, or cleared by the page: these were other files.
      fill(all);
      input().dispatchEvent(released);
      return true;
    };
  };
  return attachOf(place, files, made, {
    sent: () => parsed(tokenInput(input().form)?.value),
    subject: picked,
    // A form would still send what is in its input (field case A16).
    onDiscard: () => fill([]),
    onUndo: () => fill(files),
  });
}

function leads(): Destinations {
  return destinations(document.baseURI, siteOfPage(document, location));
}

/**
 * A form for which a script can send the page's token: a pasted picture is uploaded at its dialog's button (field case A9). One with
 * a password is a way to sign in.
 */
const DIALOGS_FORM = `${DIALOG} form:not(:has([type=password]))`;

function submitIn(event: Event): PageAttempt | null {
  const form = event.composedPath()[0];
  if (!(form instanceof HTMLFormElement)) return null;
  const submitter = event instanceof SubmitEvent ? event.submitter : null;
  const sent = (): Token[] => tokensOfForm(form, submitter);
  // A portal's forms carry none, and may name files that are the session's.
  const hasToken = sent().length > 0 || readPage(document, location)?.product === 'portal';
  if (!hasToken && !(event.isTrusted && native(form).matches(DIALOGS_FORM))) return null;
  // One that a script has dispatched submits nothing by itself, and must not when it is told again.
  const released = event.isTrusted ? null : new SubmitEvent('submit', event);
  return {
    ...sendOf(event, sent, form),
    sending: hasToken ? 'send' : 'script',
    release() {
      if (released) native(form).dispatchEvent(released);
      // A form takes no other's button for its own.
      else native(form).requestSubmit((submitter as HTMLButtonElement | null)?.form === form ? submitter : null);
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
    .filter((node): node is Element => node instanceof Element && attributeOf(node, 'href').includes('atl_token='));
  const sent = (): Token[] => links.flatMap((each) => tokensInAddress(attributeOf(each, 'href')));
  const [link] = links;
  if (!link || sent().length === 0) return null;
  const [own] = event.composedPath();
  const released = new MouseEvent('click', event);
  return {
    ...sendOf(event, sent, link),
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
  const [released, after] = ['keydown', 'keypress'].map((type) => new KeyboardEvent(type, event));
  return {
    ...sendOf(event, sent, form),
    // No `keypress` follows a key that was held, and some editors wait for it (field case A13).
    release: () => void (text.dispatchEvent(released!) && text.dispatchEvent(after!)),
  };
}

/** Drawn anew, or shown for another issue, what lies in a form's or a link's place is something else. */
function sendOf(event: Event, sent: () => Token[], subject: Element): Omit<PageAttempt, 'release'> {
  const place = placeOf(subject);
  return {
    isInPlace: () => place.isShown() && native(subject).isConnected,
    sending: 'send',
    files: [],
    sent,
    subject,
    event: event.type,
    contents: [],
  };
}

/** Jira's forms carry a token in their address and in an input; of two that differ the server takes the address's. */
function tokensOfForm(form: HTMLFormElement, submitter: HTMLElement | null): Token[] {
  const address = submitter?.getAttribute('formaction') ?? attributeOf(form, 'action');
  if (address !== '' && !leads().ofAddress(address)) return [];
  return [...tokensInAddress(address), ...parsed(tokenInput(form)?.value)];
}

/** Where a form has its token, if it has one. */
export function tokenInput(form: HTMLFormElement | null | undefined): HTMLInputElement | null {
  return form ? native(form).querySelector<HTMLInputElement>('input[name="atl_token"]') : null;
}

function tokensInAddress(address: string): Token[] {
  if (!leads().ofAddress(address)) return [];
  return parsed(new URL(address, document.baseURI).searchParams.get('atl_token'));
}

function parsed(text: string | null | undefined): Token[] {
  const token = Token.parse(text);
  return token ? [token] : [];
}

/**
 * Whether the page will refuse all of its files for their size, at once and with its own words: no token is asked for. Zones say
 * how many bytes they take of a file (field case A20). The most of all counts: Jira's say the same, and one that a user wrote must
 * let nothing pass by saying less.
 */
export function isTooLarge({ contents }: PageAttempt): boolean {
  const zones = [...document.querySelectorAll('[data-upload-limit]')];
  const limits = zones.map((zone) => Number(attributeOf(zone, 'data-upload-limit')));
  const isOver = ({ size }: File): boolean => limits.every((limit) => limit > 0 && size > limit);
  return limits.length > 0 && contents.length > 0 && contents.every(isOver);
}

/** An event as its copy's init, but for some of its members. */
function initOf(event: DragEvent, others: DragEventInit): DragEventInit {
  return new Proxy(others, {
    get: (_others, name) => Reflect.get(Object.hasOwn(others, name) ? others : event, name) as unknown,
  });
}
