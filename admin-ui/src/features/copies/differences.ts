import type { Difference, Repair, RowDifference, ShardRepair } from '../../api/types';
import { count } from '../../live/format';

/** More than people read; the CLI has all. */
export const MOST_SHARDS = 100;
export const MOST_ROWS = 50;

export const regionsOf = (differences: Difference[]) => [...new Set(differences.flatMap(({ regions }) => Object.keys(regions)))].sort();

/** `id=7` */
export const keyText = (key: RowDifference['key']) =>
  Object.entries(key)
    .map(([column, value]) => `${column}=${value}`)
    .join(', ');

/** What of a shard's rows is known. */
export function rowsKnown({ rows, moreRows }: Difference): string {
  if (rows === null) return 'not compared';
  return `${moreRows ? 'at least ' : ''}${count(rows.length, 'row')}`;
}

/** How a copy's row stands to the owner's; null: nobody owns the shard, or its owner has not told. */
export function asOwner({ regions }: RowDifference, region: string, owner: string | null): 'owner' | 'same' | 'differs' | null {
  if (owner === null || regions[owner] === undefined || regions[region] === undefined) return null;
  if (region === owner) return 'owner';
  return regions[region] === regions[owner] ? 'same' : 'differs';
}

/** `public.account: 12, public.entry: 3`, or that whole shards are written */
export function askedText({ asked }: Pick<ShardRepair, 'asked'>): string {
  if (asked === null) return 'all rows';
  return Object.entries(asked)
    .map(([table, rows]) => `${table}: ${rows.toLocaleString('en')}`)
    .join(', ');
}

/** `Repair: the owners write 12 rows of 2 shards once more, 3 of them as deleted` */
export function repairLabel({ shards }: Repair): string {
  const rows = shards.reduce((sum, { asked }) => sum + Object.values(asked ?? {}).reduce((all, n) => all + n, 0), 0);
  const missing = shards.reduce((sum, shard) => sum + shard.missing, 0);
  const what = shards.some(({ asked }) => asked === null) ? 'all rows' : count(rows, 'row');
  return `Repair: ${shards.length === 1 ? 'the owner writes' : 'the owners write'} ${what} of ${count(shards.length, 'shard')} once more${missing > 0 ? `, ${missing.toLocaleString('en')} of them as deleted` : ''}`;
}

/** Whether two answers are about the same rows, written by the same owners in the same epochs. */
export function samePlan(a: Repair, b: Repair): boolean {
  const facts = ({ shards }: Repair) => JSON.stringify(shards.map(({ shard, owner, epoch, asked, missing }) => [shard, owner, epoch, askedText({ asked }), missing]));
  return facts(a) === facts(b);
}
