import { expect, test } from 'vitest';
import type { Seeding } from '../../api/types';
import { commandOf, line, mark, paceOf, startLabel } from './progress';

const seeding = (copied: number, rows: number, change: Partial<Seeding> = {}): Seeding => ({
  id: 'sd-1', region: 'west', state: 'RUNNING', shards: 100, left: '0-99', counts: { waiting: 100 - copied, copying: 0, copied, whole: 0, failed: 0 }, rows, underWay: [], verification: null, repair: null,
  problem: null, startedAt: '', endedAt: null, by: 'a', why: null, ...change,
}); // prettier-ignore

test('rate and estimate are of what this page saw, and unknown before it saw any', () => {
  const marks = mark(new Map(), [seeding(10, 1000)], 50_000);

  expect(paceOf(seeding(10, 1000), marks.get('sd-1'), 50_000)).toBeNull();
  expect(paceOf(seeding(30, 5000), marks.get('sd-1'), 60_000)).toEqual({ rowsPerSecond: 400, leftMillis: 35_000 });
  expect(paceOf(seeding(10, 2000), marks.get('sd-1'), 60_000)).toEqual({ rowsPerSecond: 100, leftMillis: null });
});

test('the first sight is kept while it runs, and taken anew after a pause', () => {
  const first = mark(new Map(), [seeding(10, 1000)], 1);
  const later = mark(first, [seeding(20, 2000)], 2);
  const paused = mark(later, [seeding(20, 2000, { state: 'PAUSED' })], 3);

  expect(later.get('sd-1')).toEqual({ at: 1, rows: 1000, there: 10 });
  expect(mark(paused, [seeding(20, 2000)], 4).get('sd-1')?.at).toBe(4);
});

test('where it is, in a line, comparison and what was given up included', () => {
  expect(line(seeding(12, 5120))).toBe('12 of 100 shards copied, 0 known to be equal, 5,120 rows');
  const compared = seeding(99, 1, { counts: { waiting: 0, copying: 0, copied: 90, whole: 9, failed: 1 } });
  expect(line(compared)).toBe('99 of 100 shards copied, 9 known to be equal, 1 row, 1 given up; all copies are compared now');
  expect(line({ ...compared, problem: 'no answer from north' })).toMatch(/; no answer from north$/);
});

test('the command of a new region needs no --yes; of any other it does, and a button says what is thrown away', () => {
  expect(commandOf({ region: 'north' }, true)).toBe('./meridian region bootstrap north --wait');
  expect(commandOf({ region: 'west', why: 'its disk was lost' }, false)).toBe("./meridian region bootstrap west --reason 'its disk was lost' --yes --wait");
  expect(commandOf({ region: 'west', shards: '1-5,17' }, true)).toBe('./meridian seed --region west --shards 1-5,17 --yes --wait');
  expect(startLabel(seeding(0, 0, { shards: 1 }), false)).toBe('Throw away what west has of 1 shard, and copy it anew');
});
