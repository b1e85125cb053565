import { expect, test } from 'vitest';
import { envoyView, lagView, leaseView, slotWarning, voterView } from './regionFacts';

test('what was not told is unknown, never zero', () => {
  expect([voterView(null), voterView({ leader: null, connected: null }), leaseView(null), lagView(null), envoyView({ node: 'e', ackedRevision: null, nack: null })]).toEqual([
    null, null, null, null, null,
  ]);
});

test('a node that does not lead knows who does, and not who is connected', () => {
  expect([voterView({ leader: true, connected: null }), voterView({ leader: false, connected: null })]).toEqual([{ status: 'plain', text: 'Raft leader' }, null]);
});

test.each([
  [13_200, { status: 'success', text: '13.2 s left' }],
  [4_999, { status: 'warning', text: '5.0 s left' }],
  [0, { status: 'danger', text: 'run out: writes are refused here' }],
])('a lease with %i ms left', (millis, view) => {
  expect(leaseView(millis)).toEqual(view);
});

test.each([
  [0, { status: 'plain', text: '0 ms' }],
  [2_001, { status: 'warning', text: '2.0 s' }],
  [-1, { status: 'warning', text: 'nothing applied yet' }],
])('a lag of %i ms', (millis, view) => {
  expect(lagView(millis)).toEqual(view);
});

test('an Envoy that refused newer rules is told with the revision it still routes by', () => {
  expect(envoyView({ node: 'e', ackedRevision: 7, nack: 'bad route' })).toEqual({ status: 'danger', text: 'refused newer rules, routes by 7' });
});

test('a slot that holds back much is told of before it is a problem', () => {
  const slot = { name: 'meridian_main', state: 'extended', retainedBytes: 2_147_483_648, leftBytes: null };
  expect([slotWarning(null), slotWarning(undefined), slotWarning({ ...slot, pressure: 'NONE' }), slotWarning({ ...slot, pressure: 'LOSING' })]).toEqual([null, null, null, null]);
  expect(slotWarning({ ...slot, pressure: 'HIGH' })).toBe("Slot meridian_main holds back 2048 MB of the store's log: capture does not keep up.");
  expect(slotWarning({ ...slot, leftBytes: 1_048_576, pressure: 'HIGH' })).toContain('given up after 1 MB more');
});
