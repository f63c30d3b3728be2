/**
 * What the kinds of attempts share. Each kind has a file with a function that turns an event into an attempt: what the
 * user is about to send, and how to give the same to the page again; null if the event sends nothing that needs a token
 * or a session. The function reads all data of the event while it is there, and creates the event for the release then
 * too, so that any failure happens before the page's own event is touched.
 */
import type { Attempt } from '../../../src/guard/attempt-queue.ts';
import { attributeOf, destinations, type Destinations } from '../../../src/jira/destination.ts';
import { native } from '../../../src/lib/native.ts';
import { siteOfPage } from '../../../src/jira/page.ts';
import { Token } from '../../../src/jira/token.ts';
import { changedOf } from './changed-files.ts';
import { placeOf, type Place } from './place.ts';

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

const noToken = (): readonly Token[] => [];

/** Creates the event that gives files to a target; the result dispatches it and returns whether the page took it. */
export type Made = (files: readonly File[]) => () => boolean;

/** Attaches files to one place, with an event that is created anew for the files that it carries. */
export function attachOf(
  place: Place,
  files: readonly File[],
  made: Made,
  more: Partial<PageAttempt> = {},
): PageAttempt {
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

/** Sends a form or follows a link. If it is redrawn, or shown for another issue, the new one is something else. */
export function sendOf(event: Event, sent: () => Token[], subject: Element): Omit<PageAttempt, 'release'> {
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
export function tokensOfForm(form: HTMLFormElement, submitter: HTMLElement | null): Token[] {
  const address = submitter?.getAttribute('formaction') ?? attributeOf(form, 'action');
  if (address !== '' && !leads().ofAddress(address)) return [];
  return [...tokensInAddress(address), ...parsed(tokenInput(form)?.value)];
}

/** The input that holds a form's token, if it has one. */
export function tokenInput(form: HTMLFormElement | null | undefined): HTMLInputElement | null {
  return form ? native(form).querySelector<HTMLInputElement>('input[name="atl_token"]') : null;
}

export function tokensInAddress(address: string): Token[] {
  if (!leads().ofAddress(address)) return [];
  return parsed(new URL(address, document.baseURI).searchParams.get('atl_token'));
}

export function parsed(text: string | null | undefined): Token[] {
  const token = Token.parse(text);
  return token ? [token] : [];
}

function leads(): Destinations {
  return destinations(document.baseURI, siteOfPage(document, location));
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
