import { expect, test } from 'vitest';
import { exposureInWords } from './exposure';

test.each([
  [1.25, 7, 'the last 1.3 s of east’s writes, 7 records of it known'],
  [0.04, 0, 'the last 40 ms of east’s writes'],
  [90, null, 'the last 1 min 30 s of east’s writes'],
  [null, 1, 'an unknown stretch of east’s writes, 1 record of it known'],
  [null, null, 'an unknown stretch of east’s writes'],
  [null, 0, 'an unknown stretch of east’s writes'],
  [0, 0, 'nothing that east wrote'],
  [0, null, 'the last 0 ms of east’s writes'],
])('%j s and %j records: what is not known is never nothing', (seconds, records, words) => {
  expect(exposureInWords({ seconds, records }, 'east')).toBe(words);
});

test('rows that were reckoned are told as such', () => {
  expect(exposureInWords({ seconds: 1, records: 2, rows: 12 }, 'east')).toBe('the last 1.0 s of east’s writes, 2 records of it known (about 12 rows)');
});
