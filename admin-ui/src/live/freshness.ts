import { toProblem } from '../api/problem';
import type { ProblemDocument } from '../api/types';

/** How much a thing shown can be believed. Times are the browser's, in milliseconds. */
export type Freshness =
  | { kind: 'fresh'; asOf: number }
  | { kind: 'stale'; since: number; problem: ProblemDocument | null }
  /** Never learned. Without a problem: the first answer is still awaited. */
  | { kind: 'unknown'; problem: ProblemDocument | null };

export interface Asked {
  dataUpdatedAt: number;
  error: unknown;
}

/** Twice the control plane's patience with itself: what nobody confirmed for so long may have changed. */
export const BELIEVED_MILLIS = 20_000;

export function freshnessOf(asked: Asked, now: number): Freshness {
  const problem = asked.error ? toProblem(asked.error) : null;
  if (asked.dataUpdatedAt === 0) return { kind: 'unknown', problem };
  if (problem || now - asked.dataUpdatedAt > BELIEVED_MILLIS) return { kind: 'stale', since: asked.dataUpdatedAt, problem };
  return { kind: 'fresh', asOf: asked.dataUpdatedAt };
}

/** What has ended does not change any more: it is as true as when it was told, however long ago. */
export function settled<A extends Asked>(asked: A, ended: boolean): A {
  return ended ? { ...asked, dataUpdatedAt: Infinity, error: null } : asked;
}

/** Two answers that are shown as one: as old as the older of them, and known once both are. */
export function together<A, B>(a: Asked & { data: A | undefined }, b: Asked & { data: B | undefined }): Asked & { data: [A, B] | undefined } {
  return {
    data: a.data === undefined || b.data === undefined ? undefined : [a.data, b.data],
    dataUpdatedAt: Math.min(a.dataUpdatedAt, b.dataUpdatedAt),
    error: a.error ?? b.error,
  };
}

/** The page is as fresh as its oldest part. */
export function worst(all: Freshness[]): Freshness {
  const rank = { stale: 0, unknown: 1, fresh: 2 };
  const [first] = [...all].sort((a, b) => rank[a.kind] - rank[b.kind] || age(a) - age(b));
  return first ?? { kind: 'unknown', problem: null };
}

function age(freshness: Freshness): number {
  switch (freshness.kind) {
    case 'fresh':
      return freshness.asOf;
    case 'stale':
      return freshness.since;
    case 'unknown':
      return freshness.problem ? 0 : 1;
  }
}
