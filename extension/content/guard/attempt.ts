/**
 * Turns an event into an attempt: what the user is about to send, and how to give the same to the page again. All data
 * of the event is read while it is there, and the event for the release is created then too, so that any failure
 * happens before the page's own event is touched.
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
  /** Does what need not wait, once the attempt is being checked. */
  onHold?(): unknown;
  /** The files themselves, by reference. */
  readonly contents: readonly File[];
  /** The page gives the files other names (field case A9). */
  readonly isPasted?: boolean;
  /** The same attempt with only these files, for those that failed. */
  again?(files: readonly File[]): PageAttempt;
}

/** Readers of what each kind of event is about to send. A script can give any event any of these types. */
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

/** What an event is about to send that needs a token; null if nothing. */
export function attemptIn(event: Event): PageAttempt | null {
  return READERS[event.type]?.(event as never) ?? null;
}

const noToken = (): readonly Token[] => [];

/** What is being dragged, if the drag began in the page itself. */
let dragged: Partial<Node> | null = null;

/**
 * Records drags that begin in the page: what they drop is not a new file but the page's own (field case A17). A drag
 * that the page cancels fires no end event; a moving pointer shows that no drag is under way.
 */
export function noteDrag({ type, target, isTrusted }: Event): void {
  if (isTrusted && /^(drag|pointer)/.test(type)) dragged = type === 'dragstart' ? target : null;
}

function dropIn(event: DragEvent): PageAttempt | null {
  const { dataTransfer } = event;
  if (dragged?.isConnected || !dataTransfer?.types.includes('Files')) return null;
  const items = [...dataTransfer.items];
  // No script can create a transfer that holds a folder: the drop passes as it would without us.
  if (items.some((item) => item.webkitGetAsEntry?.()?.isDirectory)) return null;
  const files = [...dataTransfer.files];
  if (files.length === 0) return null;
  const types = dataTransfer.types.filter((type) => type !== 'Files');
  const texts = types.map((type) => [type, dataTransfer.getData(type)] as const);
  const [own] = event.composedPath() as [EventTarget];
  const place = placeOf(own);
  /** Whether the target is shown only during a drag, as Jira's mask is. */
  let isOfDrag = false;
  const made: Made = (all) => {
    const init = initOf(event, { dataTransfer: transferOf(all, texts) });
    const [released, ...before] = ['drop', 'dragenter', 'dragover'].map((type) => new DragEvent(type, init));
    return () => {
      // Some zones accept a drop only while they show a drag (field case A5).
      for (const each of before) native(place.find() ?? document.body).dispatchEvent(each);
      const target = place.find();
      const isTaken = target !== null && !native(target).dispatchEvent(released!);
      // The browser does this by itself with a drop on a file input.
      if (!(target instanceof HTMLInputElement) || target.type !== 'file' || isTaken) return isTaken;
      pickOf(target, all, event).release();
      return true;
    };
  };
  return attachOf(place, files, made, {
    isInPlace: () => place.isInFront() && (isOfDrag || place.find() !== null),
    // No `dragleave` follows a drop: without this the page would show the drag for as long as the files wait.
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
  // A rich text editor also inserts the text of a paste, in a way that no script can.
  if (clipboardData.types.length > 1 && native(own as HTMLElement).isContentEditable) return null;
  const isField = own instanceof HTMLTextAreaElement || own instanceof HTMLInputElement;
  // A copied file comes with its name as text.
  const isWritten = /[\t\n]/.test(text) && isField && own === document.activeElement;
  const place = placeOf(own);
  const made: Made = (all) => {
    const released = pasteOf(transferOf(all, []));
    return () => !native(place.find()!).dispatchEvent(released);
  };
  return attachOf(place, files, made, {
    isPasted: true,
    // Copied table cells come with a picture (field case A15). Their text need not wait, and one undo removes it.
    onHold: () => isWritten && document.execCommand('insertText', false, text),
  });
}

/** Creates the event that gives files to a target; the result dispatches it and returns whether the page took it. */
type Made = (files: readonly File[]) => () => boolean;

/** Attaches files to one place, with an event that is created anew for the files that it carries. */
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

/** A file input's `change`: the input keeps its files, and the same event is dispatched again. */
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
      // The input may hold other files: the user may have picked again, or the page may have cleared it.
      fill(all);
      input().dispatchEvent(released);
      return true;
    };
  };
  return attachOf(place, files, made, {
    sent: () => parsed(tokenInput(input().form)?.value),
    subject: picked,
    // A form would still send the files in its input (field case A16).
    onDiscard: () => fill([]),
    onUndo: () => fill(files),
  });
}

function leads(): Destinations {
  return destinations(document.baseURI, siteOfPage(document, location));
}

/**
 * Forms for which a script can send the page's token: a pasted picture is uploaded at its dialog's button (field case
 * A9). A form with a password is for signing in.
 */
const DIALOGS_FORM = `${DIALOG} form:not(:has([type=password]))`;

function submitIn(event: Event): PageAttempt | null {
  const form = event.composedPath()[0];
  if (!(form instanceof HTMLFormElement)) return null;
  const submitter = event instanceof SubmitEvent ? event.submitter : null;
  const sent = (): Token[] => tokensOfForm(form, submitter);
  // A portal's forms carry no token, and may name files that belong to the session.
  const hasToken = sent().length > 0 || readPage(document, location)?.product === 'portal';
  if (!hasToken && !(event.isTrusted && native(form).matches(DIALOGS_FORM))) return null;
  // A submit event from a script submits nothing by itself, and must not when it is dispatched again.
  const released = event.isTrusted ? null : new SubmitEvent('submit', event);
  return {
    ...sendOf(event, sent, form),
    sending: hasToken ? 'send' : 'script',
    release() {
      if (released) native(form).dispatchEvent(released);
      // A form rejects another form's button as its submitter.
      else native(form).requestSubmit((submitter as HTMLButtonElement | null)?.form === form ? submitter : null);
    },
  };
}

/**
 * A click on a link, or on an item of an AUI menu: there the host element has an address of its own, which Jira's
 * scripts read, and the browser follows the link in it (field case A18).
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

/** Ctrl+Enter (or Command) in a text of a form: some pages then submit the form without a `submit` event. */
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
    // No `keypress` follows a key that was intercepted, and some editors wait for it (field case A13).
    release: () => void (text.dispatchEvent(released!) && text.dispatchEvent(after!)),
  };
}

/** Sends a form or follows a link. If it is redrawn, or shown for another issue, the new one is something else. */
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

/** Jira's forms carry a token in their address and in an input; if the two differ the server takes the address's. */
function tokensOfForm(form: HTMLFormElement, submitter: HTMLElement | null): Token[] {
  const address = submitter?.getAttribute('formaction') ?? attributeOf(form, 'action');
  if (address !== '' && !leads().ofAddress(address)) return [];
  return [...tokensInAddress(address), ...parsed(tokenInput(form)?.value)];
}

/** The input that holds a form's token, if it has one. */
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
 * Whether the page will refuse all of its files for their size, at once and with its own message: no token is needed.
 * Zones state how many bytes they accept per file (field case A20). The largest limit counts: Jira's zones all state
 * the same one, and a smaller one that a user wrote must let nothing pass.
 */
export function isTooLarge({ contents }: PageAttempt): boolean {
  const zones = [...document.querySelectorAll('[data-upload-limit]')];
  const limits = zones.map((zone) => Number(attributeOf(zone, 'data-upload-limit')));
  const isOver = ({ size }: File): boolean => limits.every((limit) => limit > 0 && size > limit);
  return limits.length > 0 && contents.length > 0 && contents.every(isOver);
}

/** An event as the init of its copy, with some members replaced. */
function initOf(event: DragEvent, others: DragEventInit): DragEventInit {
  return new Proxy(others, {
    get: (_others, name) => Reflect.get(Object.hasOwn(others, name) ? others : event, name) as unknown,
  });
}
