import { expect, test } from 'vitest';
import type { Shard } from '../../api/types';
import { byNumber, columnsFor, describe, percent, sizeOf, step, tally } from './map';

const owned = (shard: number, zone = 'east-1'): Shard => ({ shard, region: 'east', zone, epoch: 1, state: 'OWNED', frozenBy: null });

test.each([
  ['owned', owned(3), 'Shard 3: east-1 in east, epoch 1'],
  ['frozen', { ...owned(3), frozenBy: 'mv-1' }, 'Shard 3: east-1 in east, epoch 1, frozen by mv-1: its requests are held'],
  ['withdrawn', { ...owned(3), epoch: 2, state: 'WITHDRAWN' as const }, 'Shard 3: between two owners, nobody may write it, epoch 2'],
  ['not told', undefined, 'Shard 3: unknown'],
])('a shard that is %s', (_, shard, text) => {
  expect(describe(3, shard)).toBe(text);
});

test('the number of shards is unknown as long as one is missing', () => {
  expect(sizeOf(byNumber([owned(0), owned(1), owned(3)]))).toBeNull();
  expect(sizeOf(byNumber([owned(0), owned(1), owned(2)]))).toBeNull();
  expect(sizeOf(byNumber([owned(1), owned(0)]))).toBe(2);
});

test('a withdrawn shard counts for no zone, and an unowned hole is told as unknown', () => {
  const places = byNumber([owned(0), { ...owned(1), state: 'WITHDRAWN', frozenBy: 'mv-1' }, owned(3, 'west-1')]);

  const shares = tally(places, new Map());

  expect(shares.zones.map(({ zone, shards }) => [zone, shards])).toEqual([['east-1', [0]], ['west-1', [3]]]);
  expect(shares).toMatchObject({ withdrawn: [1], frozen: [1], unknown: [2] });
});

test.each([[1024, 32], [2048, 64], [64, 8], [1, 1]])('%i shards stand in %i columns', (shards, columns) => {
  expect(columnsFor(shards)).toBe(columns);
});

test.each([
  ['ArrowRight', 0, 1],
  ['ArrowLeft', 0, 0],
  ['ArrowDown', 5, 37],
  ['ArrowDown', 1000, 1000],
  ['Home', 37, 32],
  ['End', 37, 63],
  ['PageDown', 900, 996],
  ['PageUp', 40, 8],
  ['x', 40, null],
])('%s from %i leads to %j', (key, from, to) => {
  expect(step(key, from, 32, 1024)).toBe(to);
});

test('a small share is not called nothing', () => {
  expect([percent(0, 1024), percent(1, 1024), percent(342, 1024)]).toEqual(['0 %', '<1 %', '33 %']);
});
