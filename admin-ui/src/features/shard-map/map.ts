import type { Shard } from '../../api/types';
import { count } from '../../live/format';
import type { ZoneMark } from '../../shards/zones';

/** More cells than this are no map any more (and slow to draw): the legend's ranges say the same. */
export const MOST_CELLS = 4096;

/** Place n holds shard n; undefined where the control plane told nothing. */
export function byNumber(shards: Shard[]): (Shard | undefined)[] {
  const size = shards.reduce((most, { shard }) => Math.max(most, shard + 1), 0);
  const places = new Array<Shard | undefined>(size).fill(undefined);
  for (const shard of shards) if (shard.shard >= 0) places[shard.shard] = shard;
  return places;
}

/** N, or null where it cannot be told for sure: a shard function with a wrong N gives wrong answers that look right. */
export function sizeOf(places: (Shard | undefined)[]): number | null {
  const isPowerOfTwo = places.length > 0 && (places.length & (places.length - 1)) === 0;
  return isPowerOfTwo && !places.includes(undefined) ? places.length : null;
}

/** As near a square as whole powers of two allow, and at least as wide as high: 1024 -> 32, 2048 -> 64, 64 -> 8. */
export function columnsFor(shards: number): number {
  return shards <= 1 ? 1 : 2 ** Math.ceil(Math.log2(shards) / 2);
}

export function describe(number: number, shard: Shard | undefined): string {
  if (!shard) return `Shard ${number}: unknown`;
  const epoch = shard.epoch === null ? 'epoch unknown' : `epoch ${shard.epoch}`;
  const frozen = shard.frozenBy ? `, frozen by ${shard.frozenBy}: its requests are held` : '';
  switch (shard.state) {
    case 'OWNED':
      return `Shard ${number}: ${shard.zone ?? 'zone unknown'} in ${shard.region ?? 'region unknown'}, ${epoch}${frozen}`;
    case 'WITHDRAWN':
      return `Shard ${number}: between two owners, nobody may write it, ${epoch}${frozen}`;
    default:
      return `Shard ${number}: ${String(shard.state satisfies never)}, ${epoch}${frozen}`;
  }
}

export interface Share {
  zone: string;
  mark: ZoneMark | undefined;
  shards: number[];
}

export interface Tally {
  zones: Share[];
  withdrawn: number[];
  frozen: number[];
  unknown: number[];
}

export function tally(places: (Shard | undefined)[], marks: Map<string, ZoneMark>): Tally {
  const zones = new Map<string, Share>([...marks.values()].map((mark) => [mark.zone, { zone: mark.zone, mark, shards: [] }]));
  const result: Tally = { zones: [], withdrawn: [], frozen: [], unknown: [] };
  places.forEach((shard, number) => {
    if (shard?.frozenBy) result.frozen.push(number);
    if (shard?.state === 'WITHDRAWN') result.withdrawn.push(number);
    else if (!shard?.zone) result.unknown.push(number);
    else {
      const share = zones.get(shard.zone) ?? { zone: shard.zone, mark: undefined, shards: [] };
      share.shards.push(number);
      zones.set(shard.zone, share);
    }
  });
  result.zones = [...zones.values()];
  return result;
}

export function percent(part: number, whole: number): string {
  if (whole === 0) return '';
  const share = (100 * part) / whole;
  return part > 0 && share < 1 ? '<1 %' : `${Math.round(share)} %`;
}

export const shardCount = (n: number) => count(n, 'shard');

/** The cell that a key press leads to, or null when the key is not ours. */
export function step(key: string, from: number, columns: number, size: number): number | null {
  const to = {
    ArrowRight: from + 1,
    ArrowLeft: from - 1,
    ArrowDown: from + columns,
    ArrowUp: from - columns,
    Home: from - (from % columns),
    End: from - (from % columns) + columns - 1,
    PageDown: from + 8 * columns,
    PageUp: from - 8 * columns,
  }[key];
  if (to === undefined) return null;
  if (key.startsWith('Page')) return to < 0 ? from % columns : to >= size ? size - columns + (from % columns) : to;
  return to < 0 || to >= size ? from : to;
}
