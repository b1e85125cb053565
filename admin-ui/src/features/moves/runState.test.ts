import { describe, expect, test } from 'vitest';
import { RUN_STATES, type Run } from '../../api/types';
import { cancelling, countsOf, hasEnded, newestFirst, stateView } from './runState';
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

  test.each(['DONE', 'ROLLED_BACK'])('there is nothing to cancel in %s', (state) => {
    expect(cancelling(run({ state }))).toBeNull();
  });
});

test('every state has a sentence of its own', () => {
  const sentences = RUN_STATES.map((state) => stateView(run({ state })).sentence);

  expect(new Set(sentences).size).toBe(RUN_STATES.length);
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
