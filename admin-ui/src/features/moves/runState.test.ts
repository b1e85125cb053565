import { describe, expect, test } from 'vitest';
import { RUN_STATES, type Run } from '../../api/types';
import { cancelling, countsOf, hasEnded, newestFirst, stateView, titleOf } from './runState';
import { stepTable } from './steps';

const run = (change: Partial<Run> = {}): Run => ({
  id: 'mv-1', kind: 'MOVE', state: 'CATCHING_UP', shards: '0-340', to: 'west-1', planHash: 'abc', wave: 2, waves: 3,
  startedAt: '2026-11-24T03:00:00Z', endedAt: null, steps: [], problem: null, moves: [], moved: 128, rolledBack: 0, untouched: 213,
  certificate: null, ...change,
}); // prettier-ignore

describe('cancelling names what it would do', () => {
  test.each([
    ['HOLDING', { wave: 1, moved: 0 }, 'Cancel: every shard stays where it is'],
    ['HOLDING', {}, 'Cancel the rest: wave 2 and later stay where they are'],
    ['FENCING', {}, 'Cancel: roll back wave 2'],
    ['CATCHING_UP', {}, 'Cancel: roll back wave 2'],
    ['ACTIVATED', {}, 'Cancel the rest: stop after wave 2'],
    ['NEEDS_OPERATOR', {}, 'Cancel the rest: stop after wave 2'],
  ])('%s %j', (state, change, button) => {
    expect(cancelling(run({ state, ...change }))).toMatchObject({ kind: 'possible', button });
  });

  test.each([
    ['ACTIVATED', /point of no return/],
    ['ROUTED', /point of no return/],
    ['ROLLING_BACK', /rolling back already/],
    ['SOMETHING_NEW', /does not know/],
  ])('in the last wave, %s cannot be cancelled, with the reason', (state, why) => {
    expect(cancelling(run({ state, wave: 3 }))).toMatchObject({ kind: 'impossible', why: expect.stringMatching(why) as string });
  });

  test('what earlier waves moved stays, and is counted', () => {
    expect(cancelling(run())).toMatchObject({ consequences: expect.arrayContaining(['128 shards moved by earlier waves stay at west-1.']) as string[] });
  });

  test.each(['EXPIRING', 'GATHERING', 'ALIGNING', 'ACTIVATED', 'ROUTED', 'NEEDS_OPERATOR'])('a failover in %s cannot be cancelled, with the reason', (state) => {
    expect(cancelling(run({ kind: 'FAILOVER', state, wave: 1, waves: 1 }))).toMatchObject({ kind: 'impossible', why: expect.stringContaining('revoking the lost region’s lease') as string });
  });

  test('a failover that needs an operator names what a person can do instead', () => {
    expect(cancelling(run({ kind: 'FAILOVER', id: 'mv-7', state: 'NEEDS_OPERATOR' }))).toMatchObject({ why: expect.stringContaining('./meridian runs retry mv-7') as string });
  });

  test.each(['DONE', 'ROLLED_BACK', 'SUPERSEDED'])('there is nothing to cancel in %s', (state) => {
    expect(cancelling(run({ state }))).toBeNull();
  });
});

test('every state has a sentence of its own', () => {
  const sentences = RUN_STATES.map((state) => stateView(run({ state })).sentence);

  expect(new Set(sentences).size).toBe(RUN_STATES.length);
});

test('a run that another one took over has ended, and says where its shards are', () => {
  expect(stateView(run({ state: 'SUPERSEDED' }))).toMatchObject({ ended: true, sentence: 'Another run took over: its shards are part of that one.' });
});

test('a failover is not called a move', () => {
  expect([titleOf(run()), titleOf(run({ kind: 'FAILOVER', id: 'mv-7' }))]).toEqual(['Move mv-1', 'Failover mv-7']);
});

test('a state of a newer control plane is not taken for an ended one', () => {
  expect(hasEnded(run({ state: 'SOMETHING_NEW' }))).toBe(false);
  expect(hasEnded(run({ state: 'SOMETHING_NEW', endedAt: '2026-11-24T03:00:00Z' }))).toBe(true);
});

test('a count that was not told stays unknown', () => {
  expect(countsOf(run({ moved: null }))).toEqual({ total: 341, moved: null, rolledBack: 0, untouched: 213 });
});

test('the newest run comes first, mv-10 before mv-9 when both began at once', () => {
  const ids = newestFirst([run({ id: 'mv-9' }), run({ id: 'mv-10' }), run({ id: 'mv-2', startedAt: '2026-11-24T04:00:00Z' })]).map(({ id }) => id);

  expect(ids).toEqual(['mv-2', 'mv-10', 'mv-9']);
});

test('steps stand in the protocol’s order, waves below each other, steps of a rollback behind', () => {
  const step = (name: string, wave: number, millis: number | null = 1) => ({ name, wave, started: `${name}${wave}`, millis, note: null });

  const table = stepTable([step('HOLDING', 2), step('ROLLING_BACK', 2, null), step('PREPARED', 1), step('HOLDING', 1)]);

  expect(table.names).toEqual(['PREPARED', 'HOLDING', 'FENCING', 'CATCHING_UP', 'ACTIVATED', 'ROUTED', 'ROLLING_BACK']);
  expect(table.waves.map(({ wave, cells }) => [wave, cells.map((cell) => cell.length)])).toEqual([[1, [1, 1, 0, 0, 0, 0, 0]], [2, [0, 1, 0, 0, 0, 0, 1]]]);
});

test('steps of a failover stand in its own order, a second attempt in the same cells', () => {
  const step = (name: string, started: string) => ({ name, wave: 1, started, millis: 1, note: null });

  const table = stepTable([step('EXPIRING', 'a'), step('GATHERING', 'b'), step('ALIGNING', 'c'), step('GATHERING', 'd')]);

  expect(table.names).toEqual(['EXPIRING', 'GATHERING', 'ALIGNING', 'ACTIVATED', 'ROUTED']);
  expect(table.waves[0]?.cells.map((cell) => cell.length)).toEqual([1, 2, 1, 0, 0]);
});
