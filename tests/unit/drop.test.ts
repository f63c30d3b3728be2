// @vitest-environment happy-dom
/** Which drops bring files that the user wants to attach. */
import { beforeEach, describe, expect, test } from 'vitest';
import { readDrop, noteDrag } from '../../extension/content/guard/drop.ts';
import { trusted } from './trusted-event.ts';

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
    zone.addEventListener('drop', (heard) => (attempt = tried(heard)), { once: true });
    zone.dispatchEvent(event);
    return attempt;
  };
  // The transfer of a release is made by the browser; here only whether there is an attempt counts.
  const tried = (event: DragEvent): unknown => {
    try {
      return readDrop(event);
    } catch {
      return 'an attempt';
    }
  };
  const drag = (type: string, isTrusted = true): void => {
    const event = isTrusted ? trusted(type) : new Event(type);
    one('.panel').addEventListener(type, (heard) => noteDrag(heard), { once: true });
    one('.panel').dispatchEvent(event);
  };

  test('that began in the page brings no new file, until it has ended', () => {
    expect(drop()).not.toBeNull();
    drag('dragstart');
    expect(drop()).toBeNull();
    drag('dragend');
    expect(drop()).not.toBeNull();
  });

  test('that the page has cancelled, and so has no end, is over once the pointer moves', () => {
    drag('dragstart');
    drag('pointermove');
    expect(drop()).not.toBeNull();
  });

  test('is over once what was dragged is gone, and none that a script made up counts', () => {
    drag('dragstart', false);
    expect(drop()).not.toBeNull();
    drag('dragstart');
    one('.panel').replaceWith(one('.panel').cloneNode(true));
    expect(drop()).not.toBeNull();
    drag('dragend');
  });
});
