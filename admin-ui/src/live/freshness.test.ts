import { expect, test } from 'vitest';
import { BELIEVED_MILLIS, freshnessOf, together, worst } from './freshness';

const NOW = 1_000_000;

test.each([
  ['never answered', { dataUpdatedAt: 0, error: null }, { kind: 'unknown', problem: null }],
  ['just answered', { dataUpdatedAt: NOW - 10, error: null }, { kind: 'fresh', asOf: NOW - 10 }],
  ['answered too long ago', { dataUpdatedAt: NOW - BELIEVED_MILLIS - 1, error: null }, { kind: 'stale', since: NOW - BELIEVED_MILLIS - 1, problem: null }],
])('%s', (_, asked, freshness) => {
  expect(freshnessOf(asked, NOW)).toEqual(freshness);
});

test('a failed fetch makes stale what was known, since it was last confirmed', () => {
  expect(freshnessOf({ dataUpdatedAt: NOW - 10, error: new Error('no') }, NOW)).toMatchObject({ kind: 'stale', since: NOW - 10, problem: { detail: 'no' } });
});

test('a page is as fresh as its oldest part', () => {
  const stale = (since: number) => ({ kind: 'stale', since, problem: null }) as const;

  expect(worst([{ kind: 'fresh', asOf: 9 }, stale(5), stale(3), { kind: 'unknown', problem: null }])).toEqual(stale(3));
});

test('two answers shown as one are as old as the older one, and not known before both are', () => {
  const first = { data: 'a', dataUpdatedAt: NOW - 10, error: null };

  expect(together(first, { data: 'b', dataUpdatedAt: NOW, error: null })).toEqual({ data: ['a', 'b'], dataUpdatedAt: NOW - 10, error: null });
  expect(freshnessOf(together(first, { data: undefined, dataUpdatedAt: 0, error: new Error('no') }), NOW)).toMatchObject({ kind: 'unknown', problem: { detail: 'no' } });
});
