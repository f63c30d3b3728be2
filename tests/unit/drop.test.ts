// @vitest-environment happy-dom
/** Which drops contain files that the user wants to attach. */
import { beforeEach, describe, expect, test } from 'vitest';
import { readDrop, noteDrag } from '../../extension/content/guard/drop.ts';
import { trustedEvent } from './trusted-event.ts';

const one = (selector: string): HTMLElement => document.querySelector<HTMLElement>(selector)!;

beforeEach(() => {
  document.body.innerHTML = '<div class="panel"><div class="zone"></div></div>';
});

describe('a drag (A17)', () => {
  const drop = (): unknown => {
    const dataTransfer = { types: ['Files'], items: [], getData: () => '' };
    const [file, zone] = [new File(['a'], 'thumbnail.png'), one('.zone')];
    const item = { kind: 'file', getAsFile: () => file, webkitGetAsEntry: () => null };
    const event = new Event('drop', { bubbles: true });
    Object.assign(event, { dataTransfer: { ...dataTransfer, items: [item], files: [file] } });
    let attempt: unknown;
    zone.addEventListener('drop', (dropEvent) => (attempt = attemptOf(dropEvent)), { once: true });
    zone.dispatchEvent(event);
    return attempt;
  };
  // Only a browser can make the data transfer of an attempt: here it counts whether there is an attempt.
  const attemptOf = (event: DragEvent): unknown => {
    try {
      return readDrop(event);
    } catch {
      return 'an attempt';
    }
  };
  const drag = (type: string, isTrusted = true): void => {
    const event = isTrusted ? trustedEvent(type) : new Event(type);
    one('.panel').addEventListener(type, (dragEvent) => noteDrag(dragEvent), { once: true });
    one('.panel').dispatchEvent(event);
  };

  test('that began in the page contains no new file, until it has ended', () => {
    expect(drop()).not.toBeNull();
    drag('dragstart');
    expect(drop()).toBeNull();
    drag('dragend');
    expect(drop()).not.toBeNull();
  });

  test('that the page has cancelled is over when the pointer moves, because the browser reports no end', () => {
    drag('dragstart');
    drag('pointermove');
    expect(drop()).not.toBeNull();
  });

  test('is over when the dragged element is gone, and does not count if a script made it up', () => {
    drag('dragstart', false);
    expect(drop()).not.toBeNull();
    drag('dragstart');
    one('.panel').replaceWith(one('.panel').cloneNode(true));
    expect(drop()).not.toBeNull();
    drag('dragend');
  });
});
