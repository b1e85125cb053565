import { describe, expect, test } from 'vitest';
import type { Orphan } from '../../api/orphan-types';
import { columnsOf, decisionOf, gathered, type LostWrite, versionOf } from './lost';

const orphan = (change: Partial<Orphan> = {}): Orphan => ({
  region: 'west', source: 'east', position: 'i/0-7/0', shard: 4, index: 0, epoch: 1, table: 'public.account', key: '{"id":"7"}', operation: 'UPDATE',
  content: '{"id":"7"}', decision: null, reason: null, ours: null, foundAt: null, committedAt: '2026-11-26T10:00:00Z', ...change,
}); // prettier-ignore
const only = (...orphans: Orphan[]): LostWrite => {
  const writes = gathered(orphans);
  expect(writes.length).toBe(1);
  return writes[0] as LostWrite;
};

test('open ones come first, then the newest', () => {
  const order = gathered([
    orphan({ index: 1, decision: 'SALVAGED', committedAt: '2026-11-26T12:00:00Z' }),
    orphan({ index: 2, decision: 'REJECTED', committedAt: '2026-11-26T13:00:00Z' }),
    orphan({ index: 3, committedAt: '2026-11-26T09:00:00Z' }),
    orphan({ index: 4, committedAt: null }),
  ]);

  expect(order.map(({ told }) => told.index)).toEqual([3, 4, 2, 1]);
});

test('what several regions tell of is one write, and open while one of them has it so', () => {
  const write = only(orphan({ region: 'west' }), orphan({ region: 'north', decision: 'SALVAGED', reason: 'nobody wrote the row since' }), orphan({ region: 'east', decision: '' }));

  expect([write.told.region, write.decidedIn, write.openIn]).toEqual(['north', ['north'], ['west', 'east']]);
  expect(decisionOf(write)).toMatchObject({ status: 'warning', word: 'salvaged, not everywhere yet' });
});

test('writes of one transaction are told apart', () => {
  expect(gathered([orphan(), orphan({ index: 1 }), orphan({ shard: 5 })]).length).toBe(3);
});

test.each([
  [null, 'warning', 'open'],
  ['', 'warning', 'open'],
  ['SALVAGED', 'success', 'salvaged'],
  ['REJECTED', 'info', 'rejected'],
  ['MERGED', 'info', 'merged'],
  ['DROPPED', 'success', 'dropped'],
  ['SOMETHING_NEW', 'warning', 'SOMETHING_NEW'],
])('the decision %j is shown as %s: %s', (decision, status, word) => {
  expect(decisionOf(only(orphan({ decision })))).toMatchObject({ status, word });
});

describe('a version', () => {
  test('has columns to texts', () => {
    expect(versionOf('{"id":"7","note":null,"n":3}')).toEqual({ kind: 'row', columns: { id: '7', note: null, n: '3' } });
  });

  test.each([[null, 'none'], ['', 'none'], ['{"id":"7","no', 'cut'], ['[1]', 'cut']])('%j is %s', (text, kind) => {
    expect(versionOf(text).kind).toBe(kind);
  });

  test('differs from the other only where both tell of the column', () => {
    const pairs = columnsOf({ id: '7', name: 'a', note: null }, { id: '7', name: 'b', extra: 'x' });

    expect(pairs.filter(({ differs }) => differs).map(({ name }) => name)).toEqual(['name']);
    expect(pairs.map(({ name }) => name)).toEqual(['id', 'name', 'note', 'extra']);
  });
});
