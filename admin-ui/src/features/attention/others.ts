import type { Drill } from '../../api/drill-types';
import type { Orphan } from '../../api/orphan-types';
import type { Approval, AttachedEnvoy, Brake, Lag, Run, Seeding, Shard } from '../../api/types';
import { runProblem } from '../../api/problem';
import { isLost, isOver } from '../../live/drilling';
import { count, duration, listed, timeOfDay } from '../../live/format';
import { lagLimit } from '../../live/lagLimit';
import { hrefOf } from '../../live/view';
import { EMERGENCY, type Item, timeOf } from './items';

/** Of the states in which requests are held: each is over within seconds, unless something does not come. */
const HOLDING = ['HOLDING', 'FENCING', 'CATCHING_UP', 'EXPIRING', 'GATHERING', 'ALIGNING', 'ACTIVATED', 'ROLLING_BACK'];
/** Four times what a catch-up may take unless said otherwise. */
const STUCK_MILLIS = 120_000;

/** Runs that have not ended and do not go on by themselves. */
export function fromRuns(runs: Run[], now: number): Item[] {
  return runs.flatMap((run): Item[] => {
    if (run.endedAt !== null || ['DONE', 'ROLLED_BACK', 'SUPERSEDED'].includes(run.state)) return [];
    const failover = run.kind === 'FAILOVER';
    const began = timeOf(run.steps.at(-1)?.started ?? run.startedAt);
    const problem = runProblem(run.problem);
    const facts = problem ? [problem.detail ?? problem.title] : [];
    const base = {
      id: `run ${run.id}`,
      facts,
      since: began,
      href: failover ? EMERGENCY(run.id) : hrefOf('overview', { at: run.id }),
      link: failover ? 'Emergency: the failover' : 'Overview: the run',
    };
    if (run.state === 'NEEDS_OPERATOR') {
      const command = failover ? `./meridian runs retry ${run.id}` : `./meridian runs ${run.id}`;
      return [{ ...base, kind: 'run', status: 'danger', title: `${run.id} waits for a person`, command }];
    }
    if (run.paused) return [{ ...base, kind: 'paused', status: 'warning', title: `${run.id} is paused`, command: `./meridian runs resume ${run.id}` }];
    if (HOLDING.includes(run.state) && began !== null && now - began > STUCK_MILLIS) {
      return [{ ...base, kind: 'run', status: 'danger', title: `${run.id} does not get beyond ${run.state}, and requests for its shards are held or refused`, command: `./meridian runs ${run.id}` }];
    }
    if (problem) return [{ ...base, kind: 'paused', status: 'warning', title: `${run.id} waits in ${run.state}`, command: `./meridian runs ${run.id}` }];
    return [];
  });
}

/** Shards that nobody may write and no run has in hand. */
export function fromShards(shards: Shard[], runs: Run[]): Item[] {
  const going = new Set(runs.filter(({ endedAt }) => endedAt === null).map(({ id }) => id));
  const left = shards.filter(({ state, frozenBy }) => state === 'WITHDRAWN' && (frozenBy === null || !going.has(frozenBy)));
  const [first] = left;
  if (!first) return [];
  return [
    {
      id: 'ownerless',
      kind: 'ownerless',
      status: 'danger',
      title: `${count(left.length, 'shard')} ${left.length === 1 ? 'has' : 'have'} no owner, and no run brings one: ${first.shard}${left.length > 1 ? ' …' : ''}`,
      facts: ['Their users’ requests are refused.'],
      since: null,
      href: hrefOf('overview', { at: 'map' }),
      link: 'Overview: the map',
      command: './meridian shards',
    },
  ];
}

export function fromBrake(brake: Brake): Item[] {
  if (!brake.on) return [];
  return [
    {
      id: 'brake',
      kind: 'brake',
      status: 'warning',
      title: 'The brake is on: nothing starts to move, and no failover begins by itself',
      facts: brake.reason === null ? [] : [`Why: ${brake.reason}`],
      since: timeOf(brake.since),
      href: hrefOf('safety', { at: 'brake' }),
      link: 'Safety: the brake',
      command: './meridian brake off',
    },
  ];
}

export function fromApprovals(approvals: Approval[]): Item[] {
  return approvals
    .filter(({ state }) => state === 'WAITING')
    .map((approval) => ({
      id: approval.id,
      kind: 'approval',
      status: 'warning',
      title: `${approval.id} waits for a second person: ${approval.what}`,
      facts: [`${approval.askedBy} asked for it${approval.reason ? `: ${approval.reason}` : ''}. It is good until ${timeOfDay(approval.expires)}.`],
      since: timeOf(approval.askedAt),
      href: hrefOf('access', { at: 'approvals' }),
      link: 'Access: approvals',
      command: `./meridian approvals approve ${approval.id}`,
    }));
}

/** Every region tells of the same writes: each counts once. */
export function fromOrphans(orphans: Orphan[]): Item[] {
  const open = orphans.filter(({ decision }) => !decision);
  const n = new Set(open.map(({ source, position, shard, index, table, key }) => JSON.stringify([source, position, shard, index, table, key]))).size;
  if (n === 0) return [];
  const found = open.map(({ foundAt }) => timeOf(foundAt)).filter((time) => time !== null);
  return [
    {
      id: 'orphans',
      kind: 'orphans',
      status: 'warning',
      title: `${count(n, 'write')} that lost ${n === 1 ? 'its' : 'their'} place in a failover ${n === 1 ? 'is' : 'are'} not decided yet`,
      facts: ['The shard’s owner decides by itself; what stays open needs a person.'],
      since: found.length === 0 ? null : Math.min(...found),
      href: EMERGENCY('lost-writes'),
      link: 'Emergency: lost writes',
      command: './meridian orphans',
    },
  ];
}

/** Copies that are further behind than a move allows. One line for each source: what is late is mostly the way from there. */
export function fromLag(lag: Lag, declared: string | undefined, lost: ReadonlySet<string>): Item[] {
  const { text, millis: limit } = lagLimit(declared);
  const late = new Map<string, { target: string; millis: number }[]>();
  for (const { source, target, millis, connected } of lag.links) {
    if (connected && millis !== null && millis > limit && !lost.has(source)) late.set(source, [...(late.get(source) ?? []), { target, millis }]);
  }
  return [...late].map(([source, links]) => ({
    id: `lag ${source}`,
    kind: 'lag',
    status: 'warning',
    title: `What ${source} writes comes late: ${listed(links.map(({ target, millis }) => `${target} is ${duration(millis)} behind`))}`,
    facts: [`Above ${text} no move to there starts.`],
    since: null,
    href: hrefOf('replication', { at: 'links' }),
    link: 'Replication: links',
    command: './meridian lag',
  }));
}

/** Those that do not go on by themselves. Of a region that has another one after it, only the newest counts. */
export function fromSeedings(seedings: Seeding[]): Item[] {
  const newest = new Map<string, Seeding>();
  for (const seeding of [...seedings].sort((a, b) => a.startedAt.localeCompare(b.startedAt))) newest.set(seeding.region, seeding);
  return [...newest.values()].flatMap((seeding): Item[] => {
    const { id, region, state, counts, problem } = seeding;
    const base = { id: `seeding ${id}`, kind: 'seeding' as const, status: 'warning' as const, facts: problem === null ? [] : [problem], since: timeOf(seeding.startedAt), href: hrefOf('replication', { at: 'seedings' }), link: 'Replication: the seeding' };
    if (state === 'PAUSED') return [{ ...base, title: `The seeding ${id} of ${region} is paused`, command: `./meridian seedings resume ${id}` }];
    if (state === 'FAILED') return [{ ...base, title: `The seeding ${id} of ${region} has failed: ${count(counts.failed, 'shard')}`, command: `./meridian seedings retry ${id}` }];
    if (state === 'RUNNING' && counts.failed > 0) return [{ ...base, title: `The seeding ${id} of ${region} goes on, and has given up ${count(counts.failed, 'shard')}`, command: `./meridian seedings show ${id}` }];
    return [];
  });
}

export function fromEnvoys(envoys: AttachedEnvoy[]): Item[] {
  return envoys
    .filter(({ nack }) => nack !== null)
    .map(({ region, router, node, nack, ackedRevision }) => ({
      id: `envoy ${region} ${router} ${node}`,
      kind: 'envoy',
      status: 'danger',
      title: `The Envoy ${node} in ${region} refuses what it is sent, and routes by revision ${ackedRevision}`,
      facts: [nack ?? ''],
      since: null,
      href: hrefOf('routers', { at: region }),
      link: 'Routers: its Envoys',
      command: './meridian envoys',
    }));
}

/** What is broken on purpose looks broken: whoever is called by it has to know. */
export function fromDrills(drills: Drill[]): Item[] {
  return drills
    .filter((drill) => !isOver(drill))
    .map((drill) => {
      const { id, scenario, about, by, why, runner, problem, waitsFor } = drill;
      const asked = `${by} asked for it${why === null ? '' : `: ${why}`}.`;
      const base = { id: `drill ${id}`, kind: 'drill' as const, since: timeOf(runner?.claimedAt ?? drill.askedAt), href: hrefOf('drills', { at: id }), link: 'Drills: the drill' };
      if (isLost(drill)) return { ...base, status: 'danger', title: `The runner of the drill ${id} (${scenario} about ${about}) is lost: what it broke may be broken still`, facts: problem === null ? [asked] : [problem, asked], command: './meridian drill undo' };
      if (drill.state === 'WAITING') return { ...base, status: 'info', title: `The drill ${id} (${scenario} about ${about}) waits for ${waitsFor ?? 'its runner'}`, facts: [asked], command: './meridian drill serve' };
      return { ...base, status: 'warning', title: `The drill ${id} (${scenario} about ${about}) is ${drill.state}: what looks broken may be broken on purpose`, facts: [asked], command: './meridian drill abort' };
    });
}
