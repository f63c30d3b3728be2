// @vitest-environment happy-dom
/** The place of an attempt: its issue and its element, which is found again after the page replaces it. */
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { placeOf } from '../../extension/content/guard/attempt-place.ts';

const ZONE = '<div class="zone" duitype="dnd/AttachmentsDropZone"><span class="target"></span></div>';

const one = (selector: string): HTMLElement => document.querySelector<HTMLElement>(selector)!;
const show = (key: string): void => one('#key-val').setAttribute('data-issue-key', key);

beforeEach(() => {
  document.body.id = 'jira';
  document.body.innerHTML = `<a id="key-val" data-issue-key="RAIL-7"></a><div class="panel">${ZONE}</div>`;
});

const CHANGES = ['shows RAIL-7', 'shows RAIL-8', 'replaces', 'removes', 'moves', 'copies', 'rewrites'] as const;

/** What a page can do with its drop zone. */
function apply(change: (typeof CHANGES)[number]): void {
  const zones = document.querySelectorAll('.zone');
  switch (change) {
    case 'shows RAIL-7':
    case 'shows RAIL-8':
      return show(change.slice(6));
    case 'replaces':
      for (const zone of zones) zone.replaceWith(zone.cloneNode(true));
      return;
    case 'removes':
      zones[0]?.remove();
      return;
    case 'moves':
      if (zones[0]) document.body.append(zones[0]);
      return;
    case 'copies':
      one('.panel').insertAdjacentHTML('beforeend', ZONE);
      return;
    case 'rewrites':
      one('.panel').innerHTML = ZONE;
  }
}

test('is found only at its issue, and only if no other element can be meant', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...CHANGES), { maxLength: 12 }), (changes) => {
      document.body.innerHTML = `<a id="key-val" data-issue-key="RAIL-7"></a><div class="panel">${ZONE}</div>`;
      const own = one('.zone');
      const place = placeOf(own);
      for (const change of changes) apply(change);
      const zones = [...document.querySelectorAll('.zone')];
      expect(place.isShown()).toBe(one('#key-val').dataset['issueKey'] === 'RAIL-7');
      const expected = own.isConnected ? own : zones.length === 1 ? zones[0] : null;
      expect(place.find()).toBe(expected);
    }),
    { numRuns: 500 },
  );
});

test('of a drop on an element inside a zone is the zone that replaced the old one', () => {
  const place = placeOf(one('.target'));
  apply('rewrites');
  expect(place.find()).toBe(one('.zone'));
});

test('of an element without an id is found by its class and type inside an ancestor with an id', () => {
  one('.panel').innerHTML = '<form id="attach"><input class="file" type="file"><input class="other"></form>';
  const place = placeOf(one('.file'));
  one('.panel').innerHTML = '<form id="attach"><input class="other"><input class="file" type="file"></form>';
  expect(place.find()).toBe(one('.file'));
  one('.panel').innerHTML = '<form id="attach"><input class="other"></form>';
  expect(place.find()).toBeNull();
});

test('ignores a form that a user wrote: it is no dialog, and its fields do not hide methods of elements', () => {
  const place = placeOf(one('.zone'));
  const form = document.createElement('form');
  form.className = 'aui-dialog2';
  Object.defineProperty(form, 'checkVisibility', { value: {} });
  one('.panel').append(form);
  expect(place.isInFront()).toBe(true);
  const key = document.createElement('form');
  key.id = 'key-val';
  key.dataset['issueKey'] = 'RAIL-9';
  document.body.prepend(key);
  expect(place.isShown()).toBe(true);
});

test('is not shown after the page is rewritten for another user, even if it shows the same issue', () => {
  const head = (user: string): string => `
    <meta name="application-name" content="JIRA" data-name="jira" data-version="9.12.0">
    <meta name="ajs-remote-user" content="${user}">`;
  document.head.innerHTML = head('alice');
  const place = placeOf(one('.zone'));
  expect(place.isShown()).toBe(true);
  document.head.innerHTML = head('mallory');
  expect(place.isShown()).toBe(false);
  document.head.innerHTML = '';
});

test('of an element without any mark is not found after the element is removed', () => {
  one('.panel').innerHTML = '<p></p>';
  const place = placeOf(one('p'));
  one('.panel').innerHTML = '<p></p><p></p>';
  expect(place.find()).toBeNull();
});
