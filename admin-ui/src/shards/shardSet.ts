/** Shards as people write them, `0-340,400`: read and written by the rules of the topology module's ShardSet. */
export type Reading = { kind: 'read'; shards: ReadonlySet<number> } | { kind: 'refused'; why: string };

export function readShards(text: string, shards: number): Reading {
  const read = new Set<number>();
  for (const item of text.split(',')) {
    const range = item.trim();
    const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(range);
    if (!match) return refused(`'${item}' is neither a number nor a range like 0-340`);
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (last < first) return refused(`range '${range}' ends before it begins`);
    if (last >= shards) return refused(`shard ${last} does not exist: shards are numbered 0 to ${shards - 1}`);
    for (let shard = first; shard <= last; shard++) read.add(shard);
  }
  return { kind: 'read', shards: read };
}

/** The most shards that any topology may have. */
const ANY_SIZE = 65_536;

/** How many a text of the control plane names, which has checked it; null: it cannot be read. */
export function shardsIn(text: string): number | null {
  const reading = readShards(text, ANY_SIZE);
  return reading.kind === 'read' ? reading.shards.size : null;
}

/** The shortest text that readShards turns back into the same shards. */
export function writeShards(shards: Iterable<number>): string {
  const ranges: [number, number][] = [];
  for (const shard of [...new Set(shards)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last?.[1] === shard - 1) last[1] = shard;
    else ranges.push([shard, shard]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

function refused(why: string): Reading {
  return { kind: 'refused', why };
}
