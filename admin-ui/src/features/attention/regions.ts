import type { FailoverAdvice, Lag, Region, Seeding } from '../../api/types';
import { exposureInWords } from '../../live/exposure';
import { count, listed } from '../../live/format';
import { because, quoted } from '../../live/shell';
import { agentsOf, isAlive, returnSteps } from '../../live/standing';
import { hrefOf } from '../../live/view';
import { shardsIn } from '../../shards/shardSet';
import { EMERGENCY, type Item, timeOf } from './items';

/** Regions that look lost to the others, with what follows if nobody does anything. */
export function fromAdvice({ tripped, regions }: FailoverAdvice): Item[] {
  const lost = regions.map((advice): Item => {
    const { region, policy, holds, exposure, plan, maxLoss } = advice;
    const by = `Automatic failover (its policy is ${policy}${maxLoss === null ? '' : `, at most ${maxLoss} lost`})`;
    return {
      id: `lost ${region}`,
      kind: 'lost',
      status: 'danger',
      title: `${region} looks lost`,
      facts: [
        ...advice.seen.map(({ says }) => says),
        `May be missing until it comes back, as far as is known: ${exposureInWords(exposure, region)}.`,
        plan === null ? 'A failover of it would be refused now.' : `A failover would move ${takers(plan.moves)}.`,
        ...(holds.length === 0 ? [`${by} is about to begin: nothing holds it.`] : [`${by} does nothing now:`, ...holds.map(({ says }) => says)]),
      ],
      since: timeOf(advice.since),
      href: EMERGENCY('failover'),
      link: 'Emergency: look, then fail it over',
      command: `./meridian failover --region ${quoted(region)} --dry-run`,
    };
  });
  if (!tripped) return lost;
  return [
    ...lost,
    {
      id: 'tripped',
      kind: 'tripped',
      status: 'danger',
      title: 'Automatic failover has tripped: it starts none until a person acknowledges',
      facts: [tripped.why],
      since: timeOf(tripped.since),
      href: hrefOf('audit', { who: 'automatic failover' }),
      link: 'Audit: what it did',
      command: acknowledgeCommand(''),
    },
  ];
}

export const acknowledgeCommand = (reason: string) => `./meridian failover acknowledge${because(reason)}`;

/** `171 shards to west-1 and 170 shards to north-1` */
function takers(moves: { shards: string; to: string }[]): string {
  const byZone = new Map<string, number>();
  for (const { shards, to } of moves) byZone.set(to, (byZone.get(to) ?? 0) + (shardsIn(shards) ?? 0));
  return listed([...byZone].map(([to, n]) => `${count(n, 'shard')} to ${to}`));
}

/**
 * @param advised regions of which the advice tells already, so that nothing is told twice
 * @param seedings those that go on
 */
export function fromRegions(regions: Region[], advised: ReadonlySet<string>, seedings: Seeding[], lag: Lag | undefined, now: number): Item[] {
  return regions.flatMap((region) => {
    const lost = region.lease?.state === 'EXPIRED' || region.lease?.state === 'REVOKING' || region.data === 'REJOINING';
    const seeding = seedings.find((each) => each.region === region.name);
    return [
      ...(lost ? [comingBack(region)] : []),
      ...(advised.has(region.name) || (lost && isAlive(region) !== true) ? [] : unheardAgents(region)),
      ...unheardRouter(region),
      ...unheardVoter(region),
      ...agentsOf(region).flatMap((agent, place) => storeItems(region.name, agent, place, lag, now)),
      ...unwhole(region, seeding, lost),
    ];
  });
}

function comingBack(region: Region): Item {
  const { name, returning, lease } = region;
  const back = isAlive(region) === true;
  const steps = returning ? [...returnSteps(returning), ...(returning.problem === null ? [] : [returning.problem])] : [];
  const over = lease?.state === 'REVOKING' ? 'its right to write is being waited out' : 'its right to write is over';
  return {
    id: `gone ${name}`,
    kind: back ? 'rejoining' : 'gone',
    status: back ? 'info' : 'danger',
    title: back ? `${name} is on its way back: it owns nothing until its copy is equal` : `${name} was failed over, and is not back: ${over}`,
    facts: back ? steps : ['Start it: it comes back by itself, and nothing has to be said to it.', ...steps],
    since: null,
    href: EMERGENCY('standing'),
    link: 'Emergency: how the regions stand',
    command: './meridian regions',
  };
}

const toRegions = { since: null, href: hrefOf('overview', { at: 'regions' }), link: 'Overview: regions' };

function unheardAgents(region: Region): Item[] {
  const agents = agentsOf(region);
  const gone = agents.flatMap((agent) => (agent.connected === false ? [groupOf(agent)] : []));
  if (agents.length > 0 && gone.length === 0) return [];
  const base = { ...toRegions, id: `agent ${region.name}`, kind: 'unheard' as const, command: './meridian regions' };
  if (agents.length === 0) return [{ ...base, status: 'warning', title: `No agent of ${region.name} was heard of yet`, facts: ['Neither whether it may write nor how far its copies are is known.'] }];
  const all = gone.length === agents.length;
  return [
    {
      ...base,
      status: 'danger',
      title: all ? `The agent of ${region.name} is not heard` : `${gone.length} of ${count(agents.length, 'agent')} of ${region.name} are not heard: ${listed(gone)}`,
      facts: ['Unheard, its region writes on until its lease ends. Whether the region is lost is told above once the other regions say so too.'],
    },
  ];
}

const groupOf = (agent: { group?: string }) => agent.group ?? 'its only one';

function unheardRouter({ name, router }: Region): Item[] {
  if (router?.connected === true) return [];
  const known = router?.connected === false;
  return [
    {
      ...toRegions,
      id: `router ${name}`,
      href: hrefOf('routers', { at: name }),
      link: 'Routers: its Envoys',
      kind: 'unheard',
      status: known ? 'danger' : 'warning',
      title: known ? `A router of ${name} is not heard` : `No router of ${name} was heard of yet`,
      facts: [known ? 'Its Envoys route by what they had last; moves to and from there wait for it.' : 'What its Envoys route by is not known.'],
      command: './meridian envoys',
    },
  ];
}

function unheardVoter({ name, voter }: Region): Item[] {
  if (voter?.connected !== false) return [];
  return [
    {
      ...toRegions,
      id: `voter ${name}`,
      kind: 'unheard',
      status: 'warning',
      title: `The control plane’s node in ${name} is not heard`,
      facts: ['The others decide without it, as long as they are a majority.'],
      command: './meridian voters',
    },
  ];
}

/** Of one store group: what its agent complains of, shards that apply nothing more, and what waits. */
function storeItems(name: string, agent: ReturnType<typeof agentsOf>[number], place: number, lag: Lag | undefined, now: number): Item[] {
  const group = agent.group;
  const where = `${name}${group !== undefined && group !== 'default' ? `, group ${group}` : ''}`;
  const began = (kind: string) => {
    const ages = (lag?.shards ?? []).filter((shard) => shard.kind === kind && shard.target === name && (group === undefined || shard.group === group)).map(({ millis }) => millis);
    return ages.length === 0 ? null : now - Math.max(...ages);
  };
  const stopped = agent.stopped ?? [];
  const parked = agent.parkedShards ?? 0;
  const broke = agent.leaseRemainingMillis !== null && agent.leaseRemainingMillis <= 0 && agent.connected === true;
  const item = (what: string, rest: Pick<Item, 'kind' | 'status' | 'title' | 'facts' | 'command'> & Partial<Item>): Item => ({ ...toRegions, id: `${what} ${name} ${group ?? place}`, ...rest });
  return [
    ...(broke
      ? [item('lease', { kind: 'broken', status: 'danger', title: `Writes are refused in ${where}: its lease has run out`, facts: ['It is renewed as soon as its agent and a majority of the control plane hear each other.'], command: './meridian regions' })]
      : []),
    ...(agent.problem ? [item('problem', { kind: 'broken', status: 'danger', title: `The agent of ${where} says that something is wrong`, facts: [agent.problem], command: './meridian regions' })] : []),
    ...(stopped.length > 0
      ? [
          item('stopped', {
            kind: 'broken',
            status: 'danger',
            title: `${where} applies nothing more of ${count(stopped.length, 'shard')}: ${fewNumbers(stopped.map(({ shard }) => shard))}`,
            facts: [...new Set(stopped.flatMap(({ reason }) => (reason ? [reason] : [])))].slice(0, 3),
            since: began('STOPPED'),
            href: hrefOf('replication', { at: 'stopped' }),
            link: 'Replication: stopped shards',
            command: `./meridian seed --region ${quoted(name)} --shards ${stopped.map(({ shard }) => shard).slice(0, 20).join(',')} --dry-run`,
          }),
        ]
      : []),
    ...(parked > 0
      ? [
          item('parked', {
            kind: 'parked',
            status: 'warning',
            title: `${count(parked, 'shard')} ${parked === 1 ? 'waits' : 'wait'} in the store of ${where}`,
            facts: ['Changes that cannot take effect there yet: some wait for their turn, others were refused and need a person.'],
            since: began('WAITING'),
            href: hrefOf('replication', { at: 'parked' }),
            link: 'Replication: waiting shards',
            command: './meridian parked',
          }),
        ]
      : []),
  ];
}

/** `3, 4, 9`, and of many the first ten. */
function fewNumbers(numbers: number[]): string {
  return numbers.length <= 10 ? numbers.join(', ') : `${numbers.slice(0, 10).join(', ')} …`;
}

/** Copies that are not whole, so that the region may not own them. */
function unwhole({ name, data, unfit = 0 }: Region, seeding: Seeding | undefined, lost: boolean): Item[] {
  if (data !== 'UNSEEDED' && (unfit === 0 || lost)) return [];
  const going = seeding ? [`${seeding.id} is making them: ${(seeding.counts.copied + seeding.counts.whole).toLocaleString('en')} of ${count(seeding.shards, 'shard')} copied.`] : [];
  return [
    {
      id: `unseeded ${name}`,
      kind: 'unseeded',
      status: seeding ? 'info' : 'warning',
      title: data === 'UNSEEDED' ? `${name} is new and has no copies of all shards yet: it owns nothing` : `${count(unfit, 'copy', 'copies')} in ${name} ${unfit === 1 ? 'is' : 'are'} not whole: it may not own ${unfit === 1 ? 'it' : 'them'}`,
      facts: going,
      since: null,
      href: hrefOf('replication', { at: seeding ? 'seedings' : 'seed' }),
      link: seeding ? 'Replication: the seeding' : 'Replication: copy its shards',
      command: seeding ? `./meridian seedings show ${seeding.id}` : data === 'UNSEEDED' ? `./meridian region bootstrap ${quoted(name)} --wait` : './meridian seedings',
    },
  ];
}
