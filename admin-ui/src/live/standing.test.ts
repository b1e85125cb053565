import { expect, test } from 'vitest';
import type { Agent } from '../api/types';
import { aliveFact, dataFact, grantFact, isAlive, returnSteps } from './standing';

const agent = (connected: boolean | null): Agent & { group: string } => ({ group: 'g', connected, problem: null, leaseRemainingMillis: null, lagMillis: null, stopped: null });
const several = (...connected: (boolean | null)[]) => ({ agent: null, agents: connected.map(agent) });

test.each([
  ['one agent, connected', { agent: agent(true) }, true],
  ['one agent, gone', { agent: agent(false) }, false],
  ['no agent heard of', { agent: null }, null],
  ['no agent heard of, told as a list', { agent: null, agents: [] }, null],
  ['one of two connected', several(false, true), true],
  ['both gone', several(false, false), false],
  ['one gone, of the other nothing known', several(false, null), null],
])('a region with %s: alive is %j', (_, region, alive) => {
  expect(isAlive(region)).toBe(alive);
});

test('a region that lives with an agent missing is not shown as well', () => {
  expect(aliveFact(several(false, true))).toEqual({ status: 'warning', text: '1 of 2 agents not connected' });
});

test('what a node does not send is unknown, not well', () => {
  expect([grantFact(undefined), grantFact(null), dataFact(undefined), dataFact(null)]).toEqual([null, null, null, null]);
});

test('states are told apart, and new ones by their names', () => {
  const lease = (state: string) => grantFact({ state: state as 'ACTIVE', generation: 2 })?.status;
  expect([lease('ACTIVE'), lease('REVOKING'), lease('EXPIRED'), lease('NEW')]).toEqual(['plain', 'warning', 'danger', 'warning']);
  expect(dataFact('NEW' as 'REJOINING')).toEqual({ status: 'warning', text: 'NEW' });
});

test('the comparison of copies is told as what is left only when all else is done', () => {
  const almost = { shards: 341, closed: 341, aligned: 341, settled: 340, problem: null };

  expect(returnSteps(almost)).toEqual([
    '341 of 341 shards closed: what it wrote last is known', '341 of 341 shards aligned: its copy follows the new owner', '340 of 341 shards settled: every write that lost its place is decided',
  ]); // prettier-ignore
  expect(returnSteps({ ...almost, settled: 341 })[3]).toMatch(/copies are compared/);
});
