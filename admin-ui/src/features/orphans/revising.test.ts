import { describe, expect, test } from 'vitest';
import type { Orphan, OrphanRevision } from '../../api/orphan-types';
import { decisionOf, gathered, type LostWrite } from './lost';
import { aboutIt, buttonOf, commandOf, consequencesOf, opensOf, orderStanding, presentOf, standingOf, targetOf, whyNotDecided, whyNotRevise } from './revising';

const orphan = (change: Partial<Orphan> = {}): Orphan => ({
  region: 'west', group: 'default', source: 'east', position: '7412.0-16B37/0/1A2B3C4D/0', shard: 4, index: 0, epoch: 1, table: 'public.account', key: { id: '7' }, operation: 'UPDATE',
  content: '{"id":"7","name":"a"}', decision: 'REJECTED', reason: 'written since', ours: '{"id":"7","name":"b"}', foundAt: null, committedAt: null, revised: null, ...change,
}); // prettier-ignore
const only = (...orphans: Orphan[]) => gathered(orphans)[0] as LostWrite;
const order = (change: Partial<OrphanRevision> = {}): OrphanRevision => ({
  id: 'rv-1', state: 'DONE', problem: null, verdict: 'SALVAGE', source: 'east', position: '7412.0-16B37/0/1A2B3C4D/0', shard: 4, index: 0, region: 'west', group: 'default',
  over: null, present: null, presentOver: null, by: 'alice', reason: 'paid', askedAt: '2026-11-28T10:00:00Z', endedAt: null, ...change,
}); // prettier-ignore
const revised = (verdict: string, at = '2026-11-28T10:00:00Z') => ({ verdict, by: 'alice', reason: 'paid', at });

test('orders are about a write by all that names it', () => {
  const mine = order();

  expect(aboutIt([order({ index: 1 }), order({ shard: 5 }), order({ source: 'north' }), order({ position: 'x/0/1/0' }), mine], only(orphan()))).toEqual([mine]);
});

test.each([
  [orphan(), 'REJECT'],
  [orphan({ decision: 'SALVAGED' }), 'SALVAGE'],
  [orphan({ revised: revised('SALVAGED') }), 'SALVAGE'],
  [orphan({ decision: 'MERGED' }), null],
])('%#: it stands as %s', (told, standing) => {
  expect(standingOf(only(told))).toBe(standing);
});

test('what a person made of it is told beside the decision, and where it is not known yet', () => {
  const write = only(orphan({ region: 'west' }), orphan({ region: 'north', revised: revised('SALVAGED') }));

  expect([write.told.region, write.behind]).toEqual(['north', ['west']]);
  expect(decisionOf(write)).toMatchObject({ status: 'warning', word: 'rejected, then salvaged, not everywhere yet' });
  expect(decisionOf(only(orphan({ revised: revised('SALVAGED') })))).toMatchObject({ status: 'success', word: 'rejected, then salvaged' });
});

test('the newest of what persons made of it counts', () => {
  const write = only(orphan({ region: 'west', revised: revised('SALVAGED') }), orphan({ region: 'north', revised: revised('REJECTED', '2026-11-28T10:00:01Z') }));

  expect([decisionOf(write).word, write.behind]).toEqual(['rejected, then rejected, not everywhere yet', ['west']]);
});

test('only what is decided can be revised, and by one order at a time', () => {
  expect(whyNotDecided(only(orphan({ decision: null })))).toMatch(/^It is not decided yet/);
  expect(whyNotDecided(only(orphan()))).toBeNull();
  expect(whyNotRevise([order(), order({ id: 'rv-2', state: 'PENDING' })])).toBe('rv-2 about it is under way: wait for what becomes of it.');
  expect(whyNotRevise([order(), order({ state: 'FAILED' })])).toBeNull();
});

describe('what the row becomes', () => {
  test.each([
    [orphan(), 'SALVAGE', 'Salvage: the lost version becomes the row'],
    [orphan(), 'REJECT', 'Reject: the row goes back to what it was'],
    [orphan({ operation: 'DELETE' }), 'SALVAGE', 'Salvage: the row is deleted'],
    [orphan({ ours: null }), 'REJECT', 'Reject: the row is deleted'],
  ] as const)('%#', (told, verdict, button) => {
    const write = only(told);

    expect(buttonOf(write, verdict, false)).toBe(button);
    expect(targetOf(write, verdict).kind).toBe(button.endsWith('deleted') ? 'none' : 'row');
  });

  test('is said with what refuses it, and what may be overwritten', () => {
    const write = only(orphan());

    expect(consequencesOf(write, 'SALVAGE', null).join(' ')).toMatch(/If the row was written since it was decided, it is refused/);
    expect(consequencesOf(write, 'REJECT', null).join(' ')).toMatch(/As it stands so already, it is refused as well if nobody wrote it/);
    expect(consequencesOf(write, 'REJECT', { id: 'rv-3' }).join(' ')).toMatch(/over just the state of the row that rv-3 found/);
    expect([opensOf(write, 'SALVAGE'), opensOf(write, 'REJECT')]).toEqual(['Salvage it after all', 'Reject it once more']);
  });
});

test('the command names the write whole', () => {
  expect(commandOf(only(orphan()), 'REJECT', 'paid twice', '5f3a')).toBe("./meridian orphans revise '7412.0-16B37/0/1A2B3C4D/0' 0 --source east --shard 4 --reject --reason 'paid twice' --over 5f3a");
  expect(commandOf(only(orphan()), 'SALVAGE', '', null)).toBe("./meridian orphans revise '7412.0-16B37/0/1A2B3C4D/0' 0 --source east --shard 4 --salvage");
});

test.each([
  ['[{"id":"7"}]', ['row']],
  ['[null]', ['none']],
  ['[{"id":"8"},null]', ['row', 'none']],
  ['[{"id":"7","note":"xx…', ['cut']],
  ['{}', ['cut']],
])('rows as an agent found them: %s', (text, kinds) => {
  expect(presentOf(text).map(({ kind }) => kind)).toEqual(kinds);
});

test('an order is done when the control plane says so, and a failure claims nothing that is not known', () => {
  expect(orderStanding(order({ state: 'PENDING' }))).toMatchObject({ status: 'info', sentence: 'The agent of west has not answered yet: nothing is known to be done.' });
  expect(orderStanding(order({ state: 'DONE' })).status).toBe('success');
  expect(orderStanding(order({ state: 'FAILED' })).sentence).toBe('');
  expect(orderStanding(order({ state: 'FAILED', present: '[null]' })).sentence).toBe('Nothing was changed.');
  expect(orderStanding(order({ state: 'LATER' })).status).toBe('warning');
});
