import { expect, test } from 'vitest';
import { keysOf } from './stream';

const nothing = { revision: 1, runs: [], shards: false, topology: false, regions: false };

test('a change of drills is fetched again with the readiness that it makes, and nothing else is', () => {
  expect(keysOf({ ...nothing, drills: true })).toEqual([['drills'], ['readiness']]);
  expect(keysOf(nothing)).toEqual([]);
});
