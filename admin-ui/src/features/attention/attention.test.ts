import { expect, test } from 'vitest';
import type { Drill } from '../../api/drill-types';
import { millisOf } from '../../live/lagLimit';
import type { Advice, Agent, Lag, Region, Run, Seeding, Shard } from '../../api/types';
import { type Item, worstFirst } from './items';
import { fromApprovals, fromBrake, fromDrills, fromEnvoys, fromLag, fromOrphans, fromRuns, fromSeedings, fromShards } from './others';
import { fromAdvice, fromRegions } from './regions';

const T = Date.parse('2026-11-27T10:00:00Z');
const NOBODY: ReadonlySet<string> = new Set();
const agent = (change: Partial<Agent> = {}): Agent & { group: string } => ({ group: 'default', connected: true, problem: null, leaseRemainingMillis: 14_000, lagMillis: {}, stopped: [], parkedShards: 0, ...change });
const region = (change: Partial<Region> = {}): Region => ({
  name: 'east', city: null, voter: { leader: true, connected: true }, agent: null, agents: [agent()], router: { connected: true, holdRevision: 1, envoys: [] }, zones: [],
  lease: { state: 'ACTIVE', generation: 1 }, data: 'RECONCILED', unfit: 0, returning: null, ...change,
}); // prettier-ignore
const regionItems = (change: Partial<Region>, advised = NOBODY, seedings: Seeding[] = [], lag?: Lag) => fromRegions([region(change)], advised, seedings, lag, T);
const titles = (items: Item[]) => items.map(({ status, title }) => `${status}: ${title}`);
const run = (change: Partial<Run>): Run => ({ id: 'mv-1', kind: 'MOVE', state: 'CATCHING_UP', shards: '1', to: 'west-1', planHash: '', waves: 1, wave: 1, moves: [], startedAt: null, endedAt: null, steps: [], problem: null, moved: 0, rolledBack: 0, untouched: 0, certificate: null, ...change });
const seeding = (change: Partial<Seeding>): Seeding => ({ id: 'sd-1', region: 'east', state: 'RUNNING', shards: 10, left: '0-9', counts: { waiting: 10, copying: 0, copied: 0, whole: 0, failed: 0 }, rows: 0, underWay: [], verification: null, repair: null, problem: null, startedAt: '2026-11-27T09:00:00Z', endedAt: null, by: 'a', why: null, ...change });
const advice: Advice = {
  region: 'east', policy: 'auto', since: '2026-11-27T09:59:00Z', maxLoss: '2s', holds: [], exposure: { lastSeen: null, heartbeat: null, seconds: 1.25, records: 7 },
  seen: [{ from: 'west', sees: 'SILENT', says: 'west hears nothing of east' }],
  plan: { shards: '0-3', to: null, planHash: '', waves: 1, moves: [{ shards: '0-1', from: 'east-1', to: 'west-1', reason: null }, { shards: '3', from: 'east-2', to: 'west-1', reason: null }, { shards: '2', from: 'east-1', to: 'north-1', reason: null }] },
}; // prettier-ignore

test('a region that is well needs nobody', () => {
  expect(regionItems({})).toEqual([]);
});

test('a region that looks lost is told with what was seen, what it costs, what would be done, and that nothing holds it', () => {
  const [item] = fromAdvice({ tripped: null, regions: [advice] });

  expect(item).toMatchObject({ status: 'danger', title: 'east looks lost', since: T - 60_000, command: './meridian failover --region east --dry-run' });
  expect(item?.facts).toEqual([
    'west hears nothing of east',
    'May be missing until it comes back, as far as is known: the last 1.3 s of east’s writes, 7 records of it known.',
    'A failover would move 3 shards to west-1 and 1 shard to north-1.',
    'Automatic failover (its policy is auto, at most 2s lost) is about to begin: nothing holds it.',
  ]);
});

test('what holds a failover back is told in the control plane’s words, and one that would be refused is no plan', () => {
  const [item] = fromAdvice({ tripped: null, regions: [{ ...advice, plan: null, holds: [{ name: 'BRAKE', says: 'the brake is on' }] }] });

  expect(item?.facts.slice(2)).toEqual(['A failover of it would be refused now.', 'Automatic failover (its policy is auto, at most 2s lost) does nothing now:', 'the brake is on']);
});

test('what tripped waits for a person', () => {
  expect(fromAdvice({ tripped: { since: '2026-11-27T09:00:00Z', why: 'two within an hour' }, regions: [] })).toMatchObject([{ kind: 'tripped', facts: ['two within an hour'], since: T - 3_600_000 }]);
});

test.each<[string, Partial<Region>, string[]]>([
  ['whose agent is gone', { agents: [agent({ connected: false })] }, ['danger: The agent of east is not heard']],
  ['with one of two agents gone', { agents: [agent(), agent({ connected: false, group: 'b' })] }, ['danger: 1 of 2 agents of east are not heard: b']],
  ['of which no agent was heard', { agents: [] }, ['warning: No agent of east was heard of yet']],
  ['whose router is gone', { router: { connected: false, holdRevision: 1, envoys: [] } }, ['danger: A router of east is not heard']],
  ['of which no router was heard', { router: null }, ['warning: No router of east was heard of yet']],
  ['whose node is gone', { voter: { leader: false, connected: false } }, ['warning: The control plane’s node in east is not heard']],
  ['whose node only the leader could hear', { voter: { leader: false, connected: null } }, []],
  ['whose lease has run out', { agents: [agent({ leaseRemainingMillis: 0 })] }, ['danger: Writes are refused in east: its lease has run out']],
  ['whose agent complains', { agents: [agent({ problem: 'slot lost' })] }, ['danger: The agent of east says that something is wrong']],
  ['with broken shards', { agents: [agent({ stopped: [{ shard: 3 }, { shard: 9, reason: 'a hole' }] })] }, ['danger: east applies nothing more of 2 shards: 3, 9']],
  ['with parked shards', { agents: [agent({ parkedShards: 1 })] }, ['warning: 1 shard waits in the store of east']],
  ['that was lost and is away', { agents: [agent({ connected: false })], data: 'REJOINING', lease: { state: 'EXPIRED', generation: 1 } }, ['danger: east was failed over, and is not back: its right to write is over']],
  ['that comes back', { data: 'REJOINING' }, ['info: east is on its way back: it owns nothing until its copy is equal']],
  ['that is new', { data: 'UNSEEDED', unfit: 10 }, ['warning: east is new and has no copies of all shards yet: it owns nothing']],
  ['with unfit copies', { unfit: 2 }, ['warning: 2 copies in east are not whole: it may not own them']],
])('a region %s', (_, change, expected) => {
  expect(titles(regionItems(change))).toEqual(expected);
});

test('what the advice tells of a region is not told twice, and what a seeding makes is under way', () => {
  expect(regionItems({ agents: [agent({ connected: false })] }, new Set(['east']))).toEqual([]);
  expect(titles(regionItems({ data: 'UNSEEDED' }, NOBODY, [seeding({})]))[0]).toMatch(/^info: /);
});

test('how long shards wait or are broken is told by the store', () => {
  const shard = (kind: string, millis: number) => ({ shard: 1, source: 'west', target: 'east', group: 'default', millis, kind });
  const lag = { links: [], shards: [shard('WAITING', 5_000), shard('WAITING', 9_000), shard('STOPPED', 70_000)] };

  expect(regionItems({ agents: [agent({ parkedShards: 2, stopped: [{ shard: 1 }] })] }, NOBODY, [], lag).map(({ kind, since }) => [kind, since])).toEqual([['broken', T - 70_000], ['parked', T - 9_000]]);
});

test.each<[string, Partial<Run>, string[]]>([
  ['goes on', { steps: [{ name: 'CATCHING_UP', wave: 1, started: '2026-11-27T09:59:50Z', millis: null, note: null }] }, []],
  ['is stuck while requests are held', { steps: [{ name: 'CATCHING_UP', wave: 1, started: '2026-11-27T09:57:00Z', millis: null, note: null }] }, ['danger: mv-1 does not get beyond CATCHING_UP, and requests for its shards are held or refused']],
  ['waits for a person', { state: 'NEEDS_OPERATOR', problem: 'no router' }, ['danger: mv-1 waits for a person']],
  ['is paused', { state: 'PLANNED', paused: true }, ['warning: mv-1 is paused']],
  ['says why it waits', { state: 'PREPARED', problem: 'the brake is on' }, ['warning: mv-1 waits in PREPARED']],
  ['has ended with a problem', { state: 'ROLLED_BACK', endedAt: '2026-11-27T09:57:00Z', problem: 'lag' }, []],
])('a run that %s', (_, change, expected) => {
  expect(titles(fromRuns([run(change)], T))).toEqual(expected);
});

test('a failover that needs a person is tried again by a command of its own', () => {
  expect(fromRuns([run({ kind: 'FAILOVER', state: 'NEEDS_OPERATOR' })], T)[0]).toMatchObject({ command: './meridian runs retry mv-1', href: '#view=emergency&at=mv-1' });
});

test('shards without an owner are told only when no run brings one', () => {
  const shard = (frozenBy: string | null): Shard => ({ shard: 4, region: null, zone: null, epoch: 2, state: 'WITHDRAWN', frozenBy });

  expect(fromShards([shard('mv-1')], [run({})])).toEqual([]);
  expect(titles(fromShards([shard(null)], []))).toEqual(['danger: 1 shard has no owner, and no run brings one: 4']);
  expect(fromShards([shard('mv-1')], [run({ endedAt: '2026-11-27T09:57:00Z' })])).toHaveLength(1);
});

test('the brake, waiting approvals and refusing Envoys are told; what is in order is not', () => {
  expect(fromBrake({ on: false, reason: null, since: null })).toEqual([]);
  expect(fromBrake({ on: true, reason: 'payday', since: '2026-11-27T09:00:00Z' })).toMatchObject([{ facts: ['Why: payday'], since: T - 3_600_000 }]);
  const approval = { id: 'ap-1', state: 'WAITING', what: 'x', askedBy: 'bob', reason: '', askedAt: '2026-11-27T09:00:00Z', expires: '2026-11-27T11:00:00Z' };
  expect(fromApprovals([approval, { ...approval, id: 'ap-2', state: 'REJECTED' }]).map(({ id }) => id)).toEqual(['ap-1']);
  const envoy = { region: 'east', router: 'r', connected: true, node: 'e', sentRevision: 2, ackedRevision: 1, nack: null };
  expect(fromEnvoys([envoy])).toEqual([]);
  expect(titles(fromEnvoys([{ ...envoy, nack: 'no' }]))).toEqual(['danger: The Envoy e in east refuses what it is sent, and routes by revision 1']);
});

test('every region tells of the same lost write, and it counts once', () => {
  const orphan = { region: 'west', source: 'east', position: '1', shard: 4, index: 0, epoch: 1, table: 't', key: { id: '7' }, operation: 'UPDATE', content: null, decision: null, reason: null, ours: null, foundAt: '2026-11-27T09:50:00Z', committedAt: null };

  expect(fromOrphans([orphan, { ...orphan, region: 'north', foundAt: '2026-11-27T09:40:00Z' }])).toMatchObject([{ title: '1 write that lost its place in a failover is not decided yet', since: T - 1_200_000 }]);
  expect(fromOrphans([{ ...orphan, decision: 'REJECTED' }])).toEqual([]);
});

test('copies are late above the declared limit, one line for each source, and not of a lost region', () => {
  const link = (source: string, target: string, millis: number | null, connected = true) => ({ source, target, group: 'default', connected, millis, records: null });
  const lag = { links: [link('east', 'west', 2_500), link('east', 'north', 4_000), link('west', 'east', null), link('north', 'west', 9_000, false)], shards: [] };

  expect(titles(fromLag(lag, undefined, NOBODY))).toEqual(['warning: What east writes comes late: west is 2.5 s behind and north is 4.0 s behind']);
  expect(titles(fromLag(lag, '3s', NOBODY))).toEqual(['warning: What east writes comes late: north is 4.0 s behind']);
  expect(fromLag(lag, '3s', new Set(['east']))).toEqual([]);
  expect(['500ms', '2s', '1m', 'soon'].map(millisOf)).toEqual([500, 2_000, 60_000, null]);
});

test('of a region’s seedings the newest counts, when it does not go on', () => {
  const failed = seeding({ state: 'FAILED', endedAt: '2026-11-27T09:30:00Z', counts: { waiting: 0, copying: 0, copied: 0, whole: 8, failed: 2 } });

  expect(titles(fromSeedings([failed]))).toEqual(['warning: The seeding sd-1 of east has failed: 2 shards']);
  expect(fromSeedings([failed, seeding({ id: 'sd-2', startedAt: '2026-11-27T09:40:00Z' })])).toEqual([]);
  expect(titles(fromSeedings([seeding({ state: 'PAUSED' })]))).toEqual(['warning: The seeding sd-1 of east is paused']);
});

test('the worst stands first, and of the same kind what lasts longest', () => {
  const item = (id: string, status: Item['status'], kind: Item['kind'], since: number | null): Item => ({ id, status, kind, since, title: '', facts: [], href: '', link: '', command: '' });
  const items = [item('a', 'info', 'lost', 1), item('b', 'danger', 'envoy', 1), item('c', 'warning', 'brake', null), item('d', 'danger', 'lost', 9), item('e', 'danger', 'lost', 2)];

  expect(worstFirst(items).map(({ id }) => id)).toEqual(['e', 'd', 'b', 'c', 'a']);
});

test('a drill says that what looks broken may be broken on purpose, and one whose runner is lost is urgent', () => {
  const drill = { id: 'dr-3', scenario: 'lose-region', about: 'west', by: 'anna', why: 'monthly', state: 'RUNNING', endedAt: null, waitsFor: 'x', problem: null, askedAt: '2026-11-27T09:58:00Z', runner: { name: 'r', claimedAt: '2026-11-27T09:59:00Z', heardAt: '', lost: false } } as Drill;
  const lost = { ...drill, problem: 'runner lost: r', runner: { name: 'r', claimedAt: '2026-11-27T09:59:00Z', heardAt: '', lost: true } };

  expect(titles(fromDrills([drill]))).toEqual(['warning: The drill dr-3 (lose-region about west) is RUNNING: what looks broken may be broken on purpose']);
  expect(fromDrills([lost])).toMatchObject([{ status: 'danger', facts: ['runner lost: r', 'anna asked for it: monthly.'], command: './meridian drill undo', since: T - 60_000 }]);
  expect(fromDrills([{ ...drill, state: 'PASSED', endedAt: '2026-11-27T10:00:00Z' }])).toEqual([]);
});
