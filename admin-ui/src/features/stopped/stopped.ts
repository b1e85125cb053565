import type { Region, StoppedShard } from '../../api/types';
import { agentsOf } from '../../live/standing';
import { quoted } from '../../live/shell';
import { writeShards } from '../../shards/shardSet';

/** Shards of which a store applies nothing more, with why and since when their copies stand still. */
export interface StoppedIn {
  region: string;
  group: string;
  shards: StoppedShard[];
  /** All of them, as people write them. */
  text: string;
  connected: boolean;
}

/** By store; the API's order. Stores where nothing stopped are left out. */
export function stoppedIn(regions: Region[]): StoppedIn[] {
  return regions.flatMap((region) =>
    agentsOf(region).flatMap((agent) => {
      const shards = agent.stopped ?? [];
      if (shards.length === 0) return [];
      return [{ region: region.name, group: agent.group ?? 'default', shards, text: writeShards(shards.map(({ shard }) => shard)), connected: agent.connected === true }];
    }),
  );
}

/** The look that comes before. */
export const seedCommand = ({ region, text }: Pick<StoppedIn, 'region' | 'text'>) => `./meridian seed --region ${quoted(region)} --shards ${quoted(text)} --dry-run`;
