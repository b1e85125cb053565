import type { Orphan } from '../../api/types';

/** More than people read; every store has them all. */
export const MOST_SHOWN = 100;

/** One lost write, as all the regions that tell of it know it. */
export interface LostWrite {
  /** As a region knows it that has learned most. */
  told: Orphan;
  /** Regions in which it is decided, and those in which it is open still. */
  decidedIn: string[];
  openIn: string[];
}

/** `{"id":"7"}` */
export const keyOf = (key: Orphan['key']) => (typeof key === 'string' ? key : JSON.stringify(key));

const nameOf = ({ source, position, shard, index, table, key }: Orphan) => JSON.stringify([source, position, shard, index, table, keyOf(key)]);
export const placeOf = ({ told }: LostWrite) => nameOf(told);
const isOpen = ({ decision }: Orphan) => !decision;

/** `UPDATE of public.account {"id":"7"}, shard 4 from east` */
export const inWords = ({ told }: LostWrite) => `${told.operation} of ${told.table} ${keyOf(told.key)}, shard ${told.shard} from ${told.source}`;

/** Every region tells of the same writes: each is one here. Open ones first, and one is open while any region has it so; then the newest. */
export function gathered(orphans: Orphan[]): LostWrite[] {
  const writes = new Map<string, Orphan[]>();
  for (const orphan of orphans) writes.set(nameOf(orphan), [...(writes.get(nameOf(orphan)) ?? []), orphan]);
  return [...writes.values()]
    .flatMap((all) => {
      const told = all.find((each) => !isOpen(each)) ?? all[0];
      return told ? [{ told, decidedIn: all.filter((each) => !isOpen(each)).map(({ region }) => region), openIn: all.filter(isOpen).map(({ region }) => region) }] : [];
    })
    .sort((a, b) => Number(a.openIn.length === 0) - Number(b.openIn.length === 0) || time(b) - time(a) || a.told.shard - b.told.shard);
}

const time = ({ told }: LostWrite) => (told.committedAt === null ? 0 : Date.parse(told.committedAt) || 0);

export interface Decided {
  status: 'success' | 'info' | 'warning';
  word: string;
  sentence: string;
}

export function decisionOf({ told, openIn, decidedIn }: LostWrite): Decided {
  const everywhere = openIn.length === 0;
  const word = (name: string) => (everywhere ? name : `${name}, not everywhere yet`);
  const status = (settled: Decided['status']) => (everywhere ? settled : 'warning');
  if (decidedIn.length === 0) return { status: 'warning', word: 'open', sentence: 'Not decided yet: the shard’s owner decides it by itself.' };
  switch (told.decision) {
    case 'SALVAGED':
      return { status: status('success'), word: word('salvaged'), sentence: 'It takes effect after all: the owner has written it once more.' };
    case 'REJECTED':
      return { status: status('info'), word: word('rejected'), sentence: 'It has no effect: what the owner had stays.' };
    case 'MERGED':
      return { status: status('info'), word: word('merged'), sentence: 'The row has something of both.' };
    case 'DROPPED':
      return { status: status('success'), word: word('dropped'), sentence: 'It has no effect that could be missed: it is in the shard’s history, or came twice.' };
    default:
      return { status: 'warning', word: word(String(told.decision)), sentence: 'This console does not know that decision.' };
  }
}

/** A row as told: its columns; `cut`: it was too long to travel, and is only text; null: there is none. */
export type Version = { kind: 'row'; columns: Record<string, string | null> } | { kind: 'cut'; text: string } | { kind: 'none' };

export function versionOf(text: string | null): Version {
  if (!text) return { kind: 'none' };
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read !== 'object' || read === null || Array.isArray(read)) return { kind: 'cut', text };
    return { kind: 'row', columns: Object.fromEntries(Object.entries(read).map(([name, value]) => [name, typeof value === 'string' || value === null ? value : JSON.stringify(value)])) };
  } catch {
    return { kind: 'cut', text };
  }
}

export interface ColumnPair {
  name: string;
  /** Undefined: this version does not tell of the column. */
  lost: string | null | undefined;
  ours: string | null | undefined;
  differs: boolean;
}

/** Both versions, column by column, in the order in which they were told. A column that one of them does not tell of is not called different. */
export function columnsOf(lost: Record<string, string | null>, ours: Record<string, string | null>): ColumnPair[] {
  return [...new Set([...Object.keys(lost), ...Object.keys(ours)])].map((name) => ({
    name, lost: lost[name], ours: ours[name], differs: lost[name] !== undefined && ours[name] !== undefined && lost[name] !== ours[name],
  })); // prettier-ignore
}
