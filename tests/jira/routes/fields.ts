/** The fields of a request. */
import type { Ctx } from '../context.ts';
import { keyOf } from '../pages/issues.ts';

export type Fields = Record<string, string>;

/** As a servlet sees a request's parameters: the query's come before the form's. `id` becomes the key. */
export async function fieldsOf(c: Ctx): Promise<Fields> {
  const form = c.req.method === 'POST' ? await c.req.parseBody() : {};
  const texts = Object.entries(form).filter((field): field is [string, string] => typeof field[1] === 'string');
  const fields: Fields = { ...Object.fromEntries(texts), ...c.req.query() };
  return fields['id'] === undefined ? fields : { ...fields, id: keyOf(fields['id']) };
}
