/** What a benchmark that goes on from an earlier record keeps of it. */
import { expect, test } from 'vitest';
import { beginRun, createRecord, LATENCY, noteVersion } from '../bench/record.ts';

test('a run names only the stages that were measured to their end, and replaces what it measures again', () => {
  const record = createRecord('chromium', false, []);
  const sample = { round: 0, arm: 'no extension', page: 'small', values: { main: 1 } };
  const first = beginRun(record, 'first', 1, ['loads', 'rest', LATENCY]);
  record.samples.push({ stage: 'loads', ...sample }, { stage: 'rest', ...sample });
  record.latencies.push({ title: 'the badge', millis: [1], goal: 100 });
  expect(record.runs).toMatchObject([{ command: 'first', stages: [] }]);
  first.stages.push('loads', 'rest');

  beginRun(record, 'second', 2, ['loads']).stages.push('loads');
  expect(record.samples.map(({ stage }) => stage)).toEqual(['rest']);
  expect(record.latencies).toHaveLength(1);
  expect(record.runs).toMatchObject([
    { command: 'first', stages: ['rest'] },
    { command: 'second', stages: ['loads'] },
  ]);
});

test('a record is of one version of the browser', () => {
  const record = createRecord('chromium', false, []);
  noteVersion(record, 'Chrome/1');
  noteVersion(record, 'Chrome/1');
  expect(() => noteVersion(record, 'Chrome/2')).toThrow('The browser is Chrome/2 now, and was Chrome/1');
});
