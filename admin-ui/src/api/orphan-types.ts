/*
 * Of lost writes, as io.meridian.control.rest has them (OrphanResource, OrphanRevisionResource). As in types.ts, an absent fact is null.
 */

/** A write that lost its place in its shard's history in a failover, as one region tells of it. */
export interface Orphan {
  /** That tells. */
  region: string;
  /** Nodes of before decisions were revised do not send it. */
  group?: string;
  /** That had taken the write. */
  source: string;
  position: string;
  shard: number;
  /** Among its transaction's writes of the shard. */
  index: number;
  epoch: number | null;
  table: string;
  /** Columns of the primary key; or the same as a JSON text. */
  key: Record<string, string> | string;
  operation: string;
  /** JSON object, columns to texts, and so is `ours`; what is long is cut. */
  content: string | null;
  /** Null or empty: not decided yet, as far as that region knows. */
  decision: string | null;
  reason: string | null;
  /** The owner's row when it decided; null or empty: it had none. */
  ours: string | null;
  foundAt: string | null;
  committedAt: string | null;
  /** What a person made of the decision since; null: nothing, as far as that region knows. Nodes of before decisions were revised do not send it. */
  revised?: Revised | null;
}

export interface Revised {
  /** SALVAGED or REJECTED. */
  verdict: string;
  by: string;
  reason: string;
  /** By the store's clock. */
  at: string;
}

export type Verdict = 'SALVAGE' | 'REJECT';

/** What a lost write is called for ever. */
export interface OrphanName {
  source: string;
  position: string;
  shard: number;
  index: number;
}

/** A person's order to decide a lost write otherwise, and what its shard's owner made of it. */
export interface OrphanRevision extends OrphanName {
  id: string;
  /** PENDING, DONE or FAILED. */
  state: string;
  problem: string | null;
  /** SALVAGE or REJECT. */
  verdict: string;
  /** Whose agent does it: it owned the shard when it was asked for. */
  region: string;
  group: string;
  /** The state of the rows that may be overwritten; null: only what the decision left. */
  over: string | null;
  /** Not done since the rows were written meanwhile: how they are, a JSON array of objects, null where there is none; cut when it is long. */
  present: string | null;
  /** A name of just that state, as `over` of an order that overwrites it; null: no order could. */
  presentOver: string | null;
  by: string;
  reason: string;
  askedAt: string;
  endedAt: string | null;
}
