import type { Orphan } from '../../api/orphan-types';

/** More than people read; every store has them all. */
export const MOST_SHOWN = 100;

/** One lost write, as all the regions that tell of it know it. */
export interface LostWrite {
  /** As a region knows it that has learned most. */
  told: Orphan;
  /** Regions in which it is decided, and those in which it is open still. */
  decidedIn: string[];
  openIn: string[];
  /** Regions in which it is decided, and that do not know yet what a person made of that. */
  behind: string[];
}

/** `{"id":"7"}` */
export const keyOf = (key: Orphan['key']) => (typeof key === 'string' ? key : JSON.stringify(key));

const nameOf = ({ source, position, shard, index, table, key }: Orphan) => JSON.stringify([source, position, shard, index, table, keyOf(key)]);
export const placeOf = ({ told }: LostWrite) => nameOf(told);
const isOpen = ({ decision }: Orphan) => !decision;
/** Of the newest that a person made of it; 0: nothing. */
const revisedAt = ({ revised }: Orphan) => (revised ? Date.parse(revised.at) || 0 : 0);

/** `UPDATE of public.account {"id":"7"}, shard 4 from east` */
export const inWords = ({ told }: LostWrite) => `${told.operation} of ${told.table} ${keyOf(told.key)}, shard ${told.shard} from ${told.source}`;

/** Every region tells of the same writes: each is one here. Open ones first, and one is open while any region has it so; then the newest. */
export function gathered(orphans: Orphan[]): LostWrite[] {
  const writes = new Map<string, Orphan[]>();
  for (const orphan of orphans) writes.set(nameOf(orphan), [...(writes.get(nameOf(orphan)) ?? []), orphan]);
  return [...writes.values()]
    .flatMap((all) => {
      const decided = all.filter((each) => !isOpen(each)).sort((a, b) => revisedAt(b) - revisedAt(a));
      const told = decided[0] ?? all[0];
      const names = (some: Orphan[]) => some.map(({ region }) => region);
      return told ? [{ told, decidedIn: names(decided), openIn: names(all.filter(isOpen)), behind: names(decided.filter((each) => revisedAt(each) < revisedAt(told))) }] : [];
    })
    .sort((a, b) => Number(a.openIn.length === 0) - Number(b.openIn.length === 0) || time(b) - time(a) || a.told.shard - b.told.shard);
}

const time = ({ told }: LostWrite) => (told.committedAt === null ? 0 : Date.parse(told.committedAt) || 0);

export interface Decided {
  status: 'success' | 'info' | 'warning';
  word: string;
  sentence: string;
}

/** As it stands: the rule's decision, and what a person made of it since. */
export function decisionOf({ told, openIn, decidedIn, behind }: LostWrite): Decided {
  if (decidedIn.length === 0) return { status: 'warning', word: 'open', sentence: 'Not decided yet: the shard’s owner decides it by itself.' };
  const first = decidedAs(told.decision);
  const { status, word, sentence } = told.revised ? { ...revisedAs(told.revised.verdict), word: `${first.word}, then ${revisedAs(told.revised.verdict).word}` } : first;
  return openIn.length === 0 && behind.length === 0 ? { status, word, sentence } : { status: 'warning', word: `${word}, not everywhere yet`, sentence };
}

function decidedAs(decision: string | null): Decided {
  switch (decision) {
    case 'SALVAGED':
      return { status: 'success', word: 'salvaged', sentence: 'It takes effect after all: the owner has written it once more.' };
    case 'REJECTED':
      return { status: 'info', word: 'rejected', sentence: 'It has no effect: what the owner had stays.' };
    case 'MERGED':
      return { status: 'info', word: 'merged', sentence: 'The row has something of both.' };
    case 'DROPPED':
      return { status: 'success', word: 'dropped', sentence: 'It has no effect that could be missed: it is in the shard’s history, or came twice.' };
    default:
      return { status: 'warning', word: String(decision), sentence: 'This console does not know that decision.' };
  }
}

function revisedAs(verdict: string): Decided {
  switch (verdict) {
    case 'SALVAGED':
      return { status: 'success', word: 'salvaged', sentence: 'A person decided otherwise: it takes effect after all.' };
    case 'REJECTED':
      return { status: 'info', word: 'rejected', sentence: 'A person decided otherwise: the row went back to what the owner had.' };
    default:
      return { status: 'warning', word: verdict, sentence: 'A person decided otherwise, in a way that this console does not know.' };
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
