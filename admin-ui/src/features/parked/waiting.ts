import type { Parked } from '../../api/types';
import { quoted } from '../../live/shell';

/** More than people read; the CLI lists all. */
export const MOST_SHOWN = 100;

/** Where it waits: one shard of one source in one store. */
export const placeOf = ({ region, group, source, shard }: Omit<Parked, 'position'>) => JSON.stringify([region, group, source, shard]);

/** `shard 17 from east in west, group accounts` */
export const inWords = ({ region, group, source, shard }: Pick<Parked, 'region' | 'group' | 'source' | 'shard'>) => `shard ${shard} from ${source} in ${region}, group ${group}`;

/** As `./meridian parked show|skip|retry` takes it. */
export const placeInShell = ({ region, group, source, shard }: Pick<Parked, 'region' | 'group' | 'source' | 'shard'>) => `${quoted(region)} ${quoted(source)} ${shard}${group === 'default' ? '' : ` --group ${quoted(group)}`}`;

export interface Why {
  status: 'danger' | 'info' | 'warning';
  word: string;
  sentence: string;
}

export function whyOf(waiting: string): Why {
  switch (waiting) {
    case 'REFUSED':
      return { status: 'danger', word: 'refused', sentence: 'The store refused it. It is tried again by itself; if what stands in its way stays, a person has to act.' };
    case 'BARRIER':
      return { status: 'info', word: 'waits its turn', sentence: 'It waits for what comes before it, and takes effect by itself when that is there.' };
    case 'FROZEN':
      return { status: 'info', word: 'frozen', sentence: 'Its region was lost: it waits until a failover has agreed up to where that region’s history counts.' };
    default:
      return { status: 'warning', word: waiting, sentence: 'This console does not know why it waits.' };
  }
}

/** What was refused, which needs people, first; then what waits longest. */
export function urgentFirst(parked: Parked[]): Parked[] {
  const rank = ({ waiting }: Parked) => (waiting === 'REFUSED' ? 0 : waiting === 'BARRIER' || waiting === 'FROZEN' ? 2 : 1);
  return [...parked].sort((a, b) => rank(a) - rank(b) || Date.parse(a.since) - Date.parse(b.since) || a.shard - b.shard);
}
