import { describe, expect, test } from 'vitest';
import type { Difference, Repair, RowDifference, ShardRepair } from '../../api/types';
import { asOwner, askedText, repairLabel, rowsKnown, samePlan } from './differences';

const shard = (change: Partial<ShardRepair> = {}): ShardRepair => ({
  shard: 17, owner: 'east', epoch: 4, asked: { 'public.account': 2 }, missing: 0, rows: null, absent: null, problem: null, ...change,
}); // prettier-ignore
const repair = (...shards: ShardRepair[]): Repair => ({ id: 'rp-1', state: 'RUNNING', verification: 'vf-3', shards, left: [], startedAt: '2026-11-26T10:00:00Z', endedAt: null, by: 'anna' });

describe('a row stands to its owner’s', () => {
  const row: RowDifference = { table: 'public.account', key: { id: '7' }, regions: { east: 'aa', west: null, north: 'aa' } };

  test.each([
    ['east', 'east', 'owner'],
    ['west', 'east', 'differs'],
    ['north', 'east', 'same'],
    ['north', 'west', 'differs'],
    ['north', null, null],
    ['north', 'south', null],
  ])('%s, owned by %s: %s', (region, owner, stands) => {
    expect(asOwner(row, region, owner)).toBe(stands);
  });
});

test.each([
  [{ rows: null, moreRows: false }, 'not compared'],
  [{ rows: [], moreRows: false }, '0 rows'],
  [{ rows: [{}, {}], moreRows: true }, 'at least 2 rows'],
])('what is known of rows: %j', (difference, text) => {
  expect(rowsKnown(difference as unknown as Difference)).toBe(text);
});

test.each([
  [[shard()], 'Repair: the owner writes 2 rows of 1 shard once more'],
  [[shard(), shard({ shard: 18, asked: { a: 1, b: 1 }, missing: 1 })], 'Repair: the owners write 4 rows of 2 shards once more, 1 of them as deleted'],
  [[shard({ asked: null })], 'Repair: the owner writes all rows of 1 shard once more'],
])('the button names what it does', (shards, label) => {
  expect(repairLabel(repair(...shards))).toBe(label);
});

test('another owner, epoch or row is another plan; what was reported since is not', () => {
  expect(samePlan(repair(shard()), repair(shard({ rows: 2, absent: 0 })))).toBe(true);
  for (const change of [{ owner: 'west' }, { epoch: 6 }, { asked: { 'public.account': 3 } }, { missing: 1 }]) {
    expect(samePlan(repair(shard()), repair(shard(change)))).toBe(false);
  }
  expect(askedText(shard({ asked: null }))).toBe('all rows');
});
