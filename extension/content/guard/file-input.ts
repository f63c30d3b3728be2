/** Picks in a file input. */
import { quietly } from '../../shared/errors.ts';
import { createAttachAttempt, tokenInput, tokensIn, type CreateRelease, type PageAttempt } from './attempt.ts';
import { createTransfer } from './page-realm.ts';
import { placeOf } from './attempt-place.ts';

/** A file input's `change`: the input keeps its files, and the same event is dispatched again. */
export function readPick(event: Event): PageAttempt | null {
  const input = event.composedPath()[0];
  return isFileInput(input) && input.files?.length ? createPickAttempt(input, [...input.files], event) : null;
}

/** Files in a file input, however they came there. Takes the event, or the init, of the `change` that tells the page. */
export function createPickAttempt(picked: HTMLInputElement, files: readonly File[], init: EventInit): PageAttempt {
  const place = placeOf(picked);
  const input = (): HTMLInputElement => (place.find() ?? picked) as HTMLInputElement;
  const fill = (some: readonly File[]): void =>
    quietly(() => {
      input().files = createTransfer(some, []).files;
    });
  const createRelease: CreateRelease = (all) => {
    const change = new Event('change', init);
    return () => {
      // The input may hold other files: the user may have picked again, or the page may have cleared it.
      fill(all);
      input().dispatchEvent(change);
      return true;
    };
  };
  return createAttachAttempt(place, files, createRelease, {
    sent: () => tokensIn(tokenInput(input().form)?.value),
    subject: picked,
    // A form would still send the files in its input (field case A16).
    onDiscard: () => fill([]),
    onUndo: () => fill(files),
  });
}

/** Whether the user has emptied a file input: its parked files are no longer wanted. */
export function isEmptied({ type, target, isTrusted }: Event): boolean {
  return type === 'change' && isTrusted && isFileInput(target) && target.files?.length === 0;
}

export function isFileInput(target: EventTarget | null | undefined): target is HTMLInputElement {
  return target instanceof HTMLInputElement && target.type === 'file';
}
