import { useState } from 'react';
import type { Region } from '../api/types';
import type { Asked } from './freshness';
import { timeOfDay } from './format';
import { aliveFact } from './standing';

/** A fact as it is now, and what this page saw of its beginning. Times are the browser's. */
export interface Seen {
  fact: string | null;
  /** When it was first seen. */
  at: number;
  /** When it was last seen to be otherwise; null: it was so when this page first looked. */
  after: number | null;
}

export interface Watched {
  /** Of the newest answer; 0: there was none. */
  at: number;
  facts: ReadonlyMap<string, Seen>;
}

/** Answers come every 2 s; with more between them, when it began is not known to the second. */
const SAME_MOMENT_MILLIS = 10_000;

export const NOTHING_SEEN: Watched = { at: 0, facts: new Map() };

export function observe(before: Watched, facts: { name: string; fact: string | null }[], at: number): Watched {
  const seen = ({ name, fact }: { name: string; fact: string | null }): Seen => {
    const known = before.facts.get(name);
    if (known?.fact === fact) return known;
    return { fact, at, after: known ? before.at : null };
  };
  return { at, facts: new Map(facts.map((each) => [each.name, seen(each)])) };
}

/** Of things that are there or not. One that is new in an answer that was not the first began after the answer before. */
export function observePresent(before: Watched, names: string[], at: number): Watched {
  const began = (name: string): Seen => before.facts.get(name) ?? { fact: 'there', at, after: before.at === 0 ? null : before.at };
  return { at, facts: new Map(names.map((name) => [name, began(name)])) };
}

/** The API does not tell since when an agent is gone: what can be told is what this page saw, while it was open. */
export function useSince(asked: Asked & { data: Region[] | undefined }): Watched['facts'] {
  return useObserved(asked, asked.data?.map((region) => ({ name: region.name, fact: aliveFact(region)?.text ?? null })) ?? []);
}

/** @param facts as the newest answer has them */
export function useObserved(asked: Asked, facts: { name: string; fact: string | null }[]): Watched['facts'] {
  const [watched, setWatched] = useState(NOTHING_SEEN);
  if (asked.dataUpdatedAt > watched.at) setWatched(observe(watched, facts, asked.dataUpdatedAt));
  return watched.facts;
}

export function sinceInWords({ at, after }: Seen): string {
  if (after === null) return `before ${timeOfDay(at)}`;
  return at - after <= SAME_MOMENT_MILLIS ? timeOfDay(at) : `between ${timeOfDay(after)} and ${timeOfDay(at)}`;
}
