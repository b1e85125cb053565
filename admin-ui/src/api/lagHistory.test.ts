import { expect, test } from 'vitest';
import { KEPT_MILLIS, type LagHistory, linkKey, remember } from './lagHistory';
import type { Lag } from './types';

const link = (target: string, millis: number | null) => ({ source: 'east', target, group: 'default', connected: true, millis, records: null });
const lag = (...links: Lag['links']): Lag => ({ links, shards: [] });
const WEST = linkKey(link('west', 0));
const NORTH = linkKey(link('north', 0));
const NOTHING: LagHistory = new Map();

test('each answer adds to its links, also that it did not know', () => {
  const history = remember(remember(NOTHING, lag(link('west', 12), link('north', 7)), 1_000), lag(link('west', null)), 6_000);

  expect(history.get(WEST)).toEqual([{ at: 1_000, millis: 12 }, { at: 6_000, millis: null }]);
  expect(history.get(NORTH)).toEqual([{ at: 1_000, millis: 7 }]);
});

test('what is older than is kept goes, and a link of which nothing is left', () => {
  const history = remember(remember(NOTHING, lag(link('west', 12), link('north', 7)), 1_000), lag(link('west', 13)), 1_001 + KEPT_MILLIS);

  expect([...history]).toEqual([[WEST, [{ at: 1_001 + KEPT_MILLIS, millis: 13 }]]]);
});
