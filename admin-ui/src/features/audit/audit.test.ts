import { expect, test } from 'vitest';
import type { AuditEntry } from '../../api/types';
import { add, type Chain, closed, EMPTY, hashOf, sealed } from './chain';
import { commandOf, endingOf, paramsOf, readSearch } from './search';

const START = '0'.repeat(64);
const entry = (change: Partial<AuditEntry> = {}): AuditEntry => ({ number: 1, at: '2026-11-27T10:00:00Z', who: 'zoë', roles: ['approver', 'operator'], what: 'put the brake on', why: '', outcome: 'done', alarm: false, before: 3, after: 4, previous: START, hash: 'h1', ...change });
const chained = (...entries: AuditEntry[]): Chain => entries.reduce((chain, each) => add(chain, each, true), EMPTY);

test('an entry is sealed by the lengths of its facts in bytes, in the order of docs/audit.md', async () => {
  expect(sealed(entry())).toBe(`64:${START},1:1,20:2026-11-27T10:00:00Z,4:zoë,17:approver operator,16:put the brake on,0:,4:done,5:false,1:3,1:4,`);
  expect(await hashOf(entry())).toMatch(/^[0-9a-f]{64}$/);
  expect(await hashOf(entry({ why: 'x' }))).not.toBe(await hashOf(entry()));
});

test.each<[string, Chain, string[]]>([
  ['holds', chained(entry(), entry({ number: 2, previous: 'h1', hash: 'h2' })), []],
  ['begins where this node’s files do', chained(entry({ number: 600, previous: 'x' })), []],
  ['has an entry that was changed', add(EMPTY, entry(), false), ['entry 1 is not what its hash was made of: it was changed']],
  ['lacks one', chained(entry(), entry({ number: 3, previous: 'h2' })), ['entry 3 follows entry 1: what was between is not there']],
  ['has one that was replaced', chained(entry(), entry({ number: 2, previous: 'other' })), ['entry 2 does not follow entry 1: one of them was replaced']],
  ['has something before the first', chained(entry({ previous: 'x' })), ['entry 1 says that something came before it']],
  ['ends otherwise than told', closed(chained(entry()), { count: 1, head: 'other' }), ['the newest entry is not the one that the control plane goes on from']],
  ['grew while it was read', closed(chained(entry()), { count: 2, head: 'other' }), []],
])('a chain that %s', (_, { faults }, expected) => {
  expect(faults).toEqual(expected);
});

test('a search stands in the address and comes back from it; what is empty is not asked', () => {
  const search = { who: ' alice ', what: 'mv-7', from: '2026-11-27T10:00', to: '', alarm: true };
  const params = paramsOf(search);

  expect(params).toEqual({ who: 'alice', what: 'mv-7', from: new Date('2026-11-27T10:00').toISOString(), alarm: 'true' });
  expect(readSearch(new URLSearchParams(params))).toEqual({ ...search, who: 'alice' });
  expect(readSearch(new URLSearchParams('from=soon'))).toEqual({ who: '', what: '', from: '', to: '', alarm: false });
  expect(commandOf(search)).toBe(`./meridian audit list -n 50 --who alice --what mv-7 --from '${params['from']}' --alarm`);
});

test.each([
  ['done', { status: 'success', word: 'done', rest: '' }],
  ['done: mv-1', { status: 'success', word: 'done', rest: 'mv-1' }],
  ['waits for ap-1', { status: 'info', word: 'waits', rest: 'for ap-1' }],
  ['refused: no-room: nobody has room', { status: 'warning', word: 'refused', rest: 'no-room: nobody has room' }],
  ['something new', { status: 'warning', word: 'something new', rest: '' }],
] as const)('the outcome %j', (outcome, ending) => {
  expect(endingOf({ outcome })).toEqual(ending);
});
