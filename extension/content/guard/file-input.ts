/** Picks in a file input. */
import { quietly } from '../../shared/errors.ts';
import { attachOf, parsed, tokenInput, type Made, type PageAttempt } from './attempt.ts';
import { transferOf } from './page-realm.ts';
import { placeOf } from './place.ts';

/** A file input's `change`: the input keeps its files, and the same event is dispatched again. */
export function pickIn(event: Event): PageAttempt | null {
  const input = event.composedPath()[0];
  if (!(input instanceof HTMLInputElement) || input.type !== 'file' || !input.files?.length) return null;
  return pickOf(input, [...input.files], event);
}

export function pickOf(picked: HTMLInputElement, files: readonly File[], init: EventInit): PageAttempt {
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
