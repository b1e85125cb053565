import type { Agent, Region, Returning } from '../api/types';
import { count } from './format';

/** A fact in a word; null everywhere here: not known. */
export interface Fact {
  status: 'success' | 'warning' | 'danger' | 'plain';
  text: string;
}

export const agentsOf = ({ agent, agents }: Pick<Region, 'agent' | 'agents'>): Agent[] => (agents?.length ? agents : agent ? [agent] : []);

/** Whether one of its agents at least is connected: by this the control plane decides whether a region is alive. */
export function isAlive(region: Pick<Region, 'agent' | 'agents'>): boolean | null {
  const agents = agentsOf(region);
  if (agents.some(({ connected }) => connected === true)) return true;
  return agents.length > 0 && agents.every(({ connected }) => connected === false) ? false : null;
}

export function aliveFact(region: Pick<Region, 'agent' | 'agents'>): Fact | null {
  const alive = isAlive(region);
  if (alive === null) return null;
  const agents = agentsOf(region);
  const gone = agents.filter(({ connected }) => connected !== true).length;
  if (!alive) return { status: 'danger', text: 'not connected' };
  return gone === 0 ? { status: 'success', text: 'connected' } : { status: 'warning', text: `${gone} of ${agents.length} agents not connected` };
}

export function grantFact(lease: Region['lease']): Fact | null {
  switch (lease?.state) {
    case undefined:
      return null;
    case 'ACTIVE':
      return { status: 'plain', text: 'active: not revoked' }; // not green: a lost region's is active, too
    case 'REVOKING':
      return { status: 'warning', text: 'revoked: waited out now' };
    case 'EXPIRED':
      return { status: 'danger', text: 'over: nothing is written there' };
    default:
      return { status: 'warning', text: String(lease?.state) };
  }
}

export function dataFact(data: Region['data']): Fact | null {
  switch (data) {
    case undefined:
    case null:
      return null;
    case 'RECONCILED':
      return { status: 'plain', text: 'reconciled: may own shards' };
    case 'REJOINING':
      return { status: 'warning', text: 'rejoining: owns nothing until its copy is equal' };
    case 'UNSEEDED':
      return { status: 'warning', text: 'unseeded: owns nothing until it has copies of all' };
    default:
      return { status: 'warning', text: String(data satisfies never) };
  }
}

/** The steps in which a lost region comes back, each with how far it is. */
export function returnSteps({ shards, closed, aligned, settled }: Returning): string[] {
  const of = (n: number) => `${n.toLocaleString('en')} of ${count(shards, 'shard')}`;
  const left = closed === shards && aligned === shards && settled === shards ? ['What is left: all regions’ copies are compared, and have to be equal'] : [];
  return [`${of(closed)} closed: what it wrote last is known`, `${of(aligned)} aligned: its copy follows the new owner`, `${of(settled)} settled: every write that lost its place is decided`, ...left];
}
