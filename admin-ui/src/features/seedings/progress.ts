import type { Region, Seeding } from '../../api/types';
import type { SeedingRequest } from '../../api/queries';
import { count } from '../../live/format';
import { because, quoted } from '../../live/shell';

/** Copied, whether compared already or not. */
export const there = ({ counts }: Pick<Seeding, 'counts'>) => counts.copied + counts.whole;

export const hasEnded = ({ state, endedAt }: Pick<Seeding, 'state' | 'endedAt'>) => endedAt !== null || ['DONE', 'CANCELLED', 'FAILED'].includes(state);

/** A state that is not listed here (a newer control plane) is shown by its name. */
export function stateOf({ state }: Pick<Seeding, 'state'>): 'success' | 'info' | 'warning' | 'danger' {
  switch (state) {
    case 'DONE':
      return 'success';
    case 'RUNNING':
      return 'info';
    case 'FAILED':
      return 'danger';
    default:
      return 'warning';
  }
}

/** `12 of 341 shards copied, 5,120 rows, 1 given up; comparing the copies` */
export function line(seeding: Seeding): string {
  const { counts, shards, rows, problem } = seeding;
  const parts = [`${there(seeding).toLocaleString('en')} of ${count(shards, 'shard')} copied`, `${counts.whole.toLocaleString('en')} known to be equal`, count(rows, 'row')];
  const failed = counts.failed > 0 ? [`${counts.failed.toLocaleString('en')} given up`] : [];
  const doing = seeding.state === 'RUNNING' && there(seeding) === shards - counts.failed ? `; ${problem ?? 'all copies are compared now'}` : '';
  return [...parts, ...failed].join(', ') + doing;
}

/** How far one was when this page first saw it go on. Times are the browser's. */
export interface Mark {
  at: number;
  rows: number;
  there: number;
}

/** Keeps the first sight of those that run; one that was paused meanwhile is measured anew. */
export function mark(before: ReadonlyMap<string, Mark>, seedings: Seeding[], at: number): ReadonlyMap<string, Mark> {
  return new Map(seedings.filter(({ state }) => state === 'RUNNING').map((seeding) => [seeding.id, before.get(seeding.id) ?? { at, rows: seeding.rows, there: there(seeding) }]));
}

/** Measured by this page, as `--wait` of the command line does; null: not yet. */
export interface Pace {
  rowsPerSecond: number;
  /** Until all are copied; comparing them comes after that. */
  leftMillis: number | null;
}

/** @param at of the answer that has `seeding` */
export function paceOf(seeding: Seeding, first: Mark | undefined, at: number): Pace | null {
  const millis = at - (first?.at ?? at);
  if (!first || millis < 1000) return null;
  const copied = there(seeding) - first.there;
  const left = seeding.shards - seeding.counts.failed - there(seeding);
  return { rowsPerSecond: Math.max(0, seeding.rows - first.rows) / (millis / 1000), leftMillis: copied <= 0 || left <= 0 ? null : (millis / copied) * left };
}

/** Of a region that is new there is nothing to throw away. */
export const isNew = (region: Pick<Region, 'data'> | undefined) => region?.data === 'UNSEEDED';

/** `Copy 341 shards to north` */
export function startLabel(plan: Seeding, fresh: boolean): string {
  return fresh ? `Copy ${count(plan.shards, 'shard')} to ${plan.region}` : `Throw away what ${plan.region} has of ${count(plan.shards, 'shard')}, and copy ${plan.shards === 1 ? 'it' : 'them'} anew`;
}

export function commandOf({ region, shards, why }: SeedingRequest, fresh: boolean): string {
  const sure = fresh && shards === undefined ? '' : ' --yes';
  const what = shards === undefined ? `region bootstrap ${quoted(region)}` : `seed --region ${quoted(region)} --shards ${quoted(shards)}`;
  return `./meridian ${what}${because(why ?? '')}${sure} --wait`;
}
