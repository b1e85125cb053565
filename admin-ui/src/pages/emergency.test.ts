import { expect, test } from 'vitest';
import type { Region, Run } from '../api/types';
import { emergencyIn } from './emergency';

const region = (name: string, data?: Region['data'], connected = false): Region => ({
  name, city: null, voter: null, router: null, agent: { connected, problem: null, leaseRemainingMillis: null, lagMillis: null, stopped: null }, zones: [], ...(data ? { data } : {}),
}); // prettier-ignore
const run = (state: string, kind = 'FAILOVER', endedAt: string | null = null): Run => ({
  id: 'mv-7', kind, state, shards: '0', to: null, planHash: 'p', waves: 1, moves: [], wave: 1, startedAt: null, endedAt, steps: [], problem: null, moved: 0, rolledBack: 0, untouched: 1, certificate: null,
}); // prettier-ignore

test.each<[string, Region[], Run[], string | null]>([
  ['nothing', [region('east', 'RECONCILED'), region('west')], [run('DONE', 'FAILOVER', '2026-11-26T10:00:00Z'), run('FENCING', 'MOVE')], null],
  ['a failover', [region('east', 'REJOINING')], [run('GATHERING')], 'failover runs'],
  ['a failover in a state that is not known', [], [run('NEW')], 'failover runs'],
  ['one of two failovers waits for a person', [], [run('GATHERING'), run('NEEDS_OPERATOR')], 'failover needs a person'],
  ['two failovers', [], [run('GATHERING'), run('EXPIRING')], '2 failovers run'],
  ['a region that comes back', [region('east', 'REJOINING', true), region('west', 'RECONCILED')], [run('SUPERSEDED')], 'east rejoins'],
  ['a region that is lost', [region('east', 'REJOINING')], [run('DONE')], 'east not back yet'],
  ['two of them', [region('east', 'REJOINING'), region('west', 'REJOINING')], [], '2 regions not back yet'],
])('while there is %s, the link says so', (_, regions, runs, text) => {
  expect(emergencyIn(regions, runs)?.text ?? null).toBe(text);
});
