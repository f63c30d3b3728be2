/**
 * What the kinds of attempts share. Each kind has a file, with a function that turns an event into an attempt: what the
 * user is about to send, and how to give the same to the page again. The function gives null if the event sends nothing
 * that the guard holds. It reads all data of the event at once and creates the event for the release then too, so that
 * any failure happens before the page's own event is touched.
 */
import type { Attempt } from '../../../src/guard/attempt-queue.ts';
import { attributeOf, siteBoundary } from '../../../src/jira/site-boundary.ts';
import { siteOfPage } from '../../../src/jira/page.ts';
import { TOKEN_INPUT } from '../../../src/jira/selectors.ts';
import { Token } from '../../../src/jira/token.ts';
import { unclobbered } from '../../../src/lib/unclobbered.ts';
import { changedFilesOf } from './changed-files.ts';
import { placeOf, type Place } from './attempt-place.ts';

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

/** Creates the event that gives files to the page. The result dispatches it and returns whether the page took it. */
export type CreateRelease = (files: readonly File[]) => () => boolean;

/** Attaches files to one place, with an event that is created anew for the files that it carries. */
export function createAttachAttempt(
  place: Place,
  files: readonly File[],
  createRelease: CreateRelease,
  more: Partial<PageAttempt> = {},
): PageAttempt {
  const release = createRelease(files);
  return {
    sending: 'attach',
    files: files.map(({ name }) => name),
    issue: place.issue,
    sent: () => [],
    contents: files,
    isInPlace: () => place.isInFront() && place.find() !== null,
    release() {
      place.focus();
      return release();
    },
    changed: () => changedFilesOf(files),
    again: (some) => createAttachAttempt(place, some, createRelease, more),
    ...more,
  };
}

/** Sends a form or follows a link. If it is redrawn, or shown for another issue, the new one is something else. */
export function createSendAttempt(event: Event, sent: () => Token[], subject: Element): Omit<PageAttempt, 'release'> {
  const place = placeOf(subject);
  return {
    isInPlace: () => place.isShown() && unclobbered(subject).isConnected,
    sending: 'send',
    files: [],
    sent,
    subject,
    event: event.type,
    contents: [],
  };
}

/** Jira's forms carry a token in their address and in an input; if the two differ the server takes the address's. */
export function tokensOfForm(form: HTMLFormElement, submitter?: HTMLElement | null): Token[] {
  const address = submitter?.getAttribute('formaction') ?? attributeOf(form, 'action');
  if (address !== '' && !isOnSite(address)) return [];
  return [...tokensInAddress(address), ...tokensIn(tokenInput(form)?.value)];
}

/** The input that holds a form's token, if it has one. */
export function tokenInput(form: HTMLFormElement | null | undefined): HTMLInputElement | null {
  return form ? unclobbered(form).querySelector<HTMLInputElement>(TOKEN_INPUT) : null;
}

export function tokensInAddress(address: string): Token[] {
  return isOnSite(address) ? tokensIn(new URL(address, document.baseURI).searchParams.get('atl_token')) : [];
}

/** The token that a text is; an empty list if it is none. */
export function tokensIn(text: string | null | undefined): Token[] {
  const token = Token.parse(text);
  return token ? [token] : [];
}

function isOnSite(address: string): boolean {
  return siteBoundary(document.baseURI, siteOfPage(document, location)).includesAddress(address);
}
