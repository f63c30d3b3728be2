import { expect, test } from 'vitest';
import { unclobbered } from '../../src/lib/unclobbered.ts';

class Form {
  readonly action = 'its own';
  get isConnected(): unknown {
    return this instanceof Form;
  }
  matches(selector: string): unknown {
    return [selector, this.action];
  }
}

test('a form’s fields do not hide the members of its class', () => {
  const form = new Form();
  for (const name of ['matches', 'isConnected', 'more']) Object.defineProperty(form, name, { value: 'a field' });
  expect(unclobbered(form).matches('form')).toEqual(['form', 'its own']);
  expect(unclobbered(form).isConnected).toBe(true);
  expect(unclobbered(form)).not.toHaveProperty('more', 'a field');
});
