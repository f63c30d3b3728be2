// @vitest-environment happy-dom
/** Where something was meant for: its issue, and its role on the page, whatever a page draws anew. */
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

const DOINGS = ['shows RAIL-7', 'shows RAIL-8', 'draws anew', 'takes away', 'moves', 'copies', 'rewrites'] as const;

function happen(doing: (typeof DOINGS)[number]): void {
  const zones = document.querySelectorAll('.zone');
  switch (doing) {
    case 'shows RAIL-7':
    case 'shows RAIL-8':
      return show(doing.slice(6));
    case 'draws anew':
      for (const zone of zones) zone.replaceWith(zone.cloneNode(true));
      return;
    case 'takes away':
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

test('it is found only at its issue, and only where it can be no other', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...DOINGS), { maxLength: 12 }), (doings) => {
      document.body.innerHTML = `<a id="key-val" data-issue-key="RAIL-7"></a><div class="panel">${ZONE}</div>`;
      const own = one('.zone');
      const place = placeOf(own);
      for (const doing of doings) happen(doing);
      const zones = [...document.querySelectorAll('.zone')];
      expect(place.isShown()).toBe(one('#key-val').dataset['issueKey'] === 'RAIL-7');
      const expected = own.isConnected ? own : zones.length === 1 ? zones[0] : null;
      expect(place.find()).toBe(expected);
    }),
    { numRuns: 500 },
  );
});

test('what was given in a part of a zone is for the zone that has replaced it', () => {
  const place = placeOf(one('.target'));
  happen('rewrites');
  expect(place.find()).toBe(one('.zone'));
});

test('an element without a name of its own is known by what it is in what has one', () => {
  one('.panel').innerHTML = '<form id="attach"><input class="file" type="file"><input class="other"></form>';
  const place = placeOf(one('.file'));
  one('.panel').innerHTML = '<form id="attach"><input class="other"><input class="file" type="file"></form>';
  expect(place.find()).toBe(one('.file'));
  one('.panel').innerHTML = '<form id="attach"><input class="other"></form>';
  expect(place.find()).toBeNull();
});

test('a form that a user wrote is no dialog, and none of its fields is taken for a method', () => {
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

test('a page that is written anew for another user is another place, though it shows the same issue', () => {
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

test('what has nothing to be known by is gone once it is taken away', () => {
  one('.panel').innerHTML = '<p></p>';
  const place = placeOf(one('p'));
  one('.panel').innerHTML = '<p></p><p></p>';
  expect(place.find()).toBeNull();
});
