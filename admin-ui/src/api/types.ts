/*
 * The REST contract of ARCHITECTURE.md ("The REST API"), written down once. It is replaced by what openapi-typescript makes as soon as the
 * control plane offers an OpenAPI file; nothing else in the console describes an answer again.
 *
 * An absent fact is null: it is shown as unknown and never given a default.
 */

export interface Region {
  name: string;
  city: string | null;
  voter: { leader: boolean | null; connected: boolean | null } | null;
  /** The only one; null: none was heard of, or there are several store groups. */
  agent: Agent | null;
  /** One per store group that was heard of. Nodes of before there were several do not send it. */
  agents?: (Agent & { group: string })[];
  router: Router | null;
  /** Only R zones have shards. Nodes of before there were kinds do not send them: theirs are R zones. */
  zones: { name: string; kind?: 'R' | 'G' | 'C'; shards: number | null }[];
}

export interface Agent {
  connected: boolean | null;
  problem: string | null;
  leaseRemainingMillis: number | null;
  /** By source region: the age of the newest heartbeat applied from there. */
  lagMillis: Record<string, number | null> | null;
  /** Shards that apply nothing more because a record outside their lineage came. */
  stopped: StoppedShard[] | null;
  /** Null: not told. Nodes of before it was watched do not send it. */
  slot?: Slot | null;
  /** How many shards wait in its store. Nodes of before they were counted do not send it. */
  parkedShards?: number;
}

/** What holds back the store's log until the changes in it are captured. */
export interface Slot {
  name: string;
  state: string;
  retainedBytes: number;
  /** Until the store gives it up; null: it never does. */
  leftBytes: number | null;
  /** HIGH heals when capture catches up; LOSING is in the agent's `problem`, too. */
  pressure: 'NONE' | 'HIGH' | 'LOSING';
}

export interface StoppedShard {
  shard: number;
  source?: string | null;
  reason?: string | null;
}

export interface Router {
  connected: boolean | null;
  holdRevision: number | null;
  envoys: { node: string; ackedRevision: number | null; nack: string | null }[] | null;
}

export interface Shards {
  revision: number;
  shards: Shard[];
}

export interface Shard {
  shard: number;
  /** Of the owner; while WITHDRAWN nobody owns it and these name the last one, or nothing. */
  region: string | null;
  zone: string | null;
  epoch: number | null;
  state: 'OWNED' | 'WITHDRAWN';
  frozenBy: string | null;
}

/** PROTOCOL 5. A state that is not listed here (a newer control plane) is shown by its name. */
export const RUN_STATES = [
  'PLANNED',
  'PREPARED',
  'HOLDING',
  'FENCING',
  'CATCHING_UP',
  'ACTIVATED',
  'ROUTED',
  'ROLLING_BACK',
  'DONE',
  'ROLLED_BACK',
  'NEEDS_OPERATOR',
] as const;
export type RunState = (typeof RUN_STATES)[number];

export interface PlannedMove {
  shards: string;
  from: string;
  to: string;
  reason: string | null;
}

/** What a dry run answers: the part of a run that is known before it starts. */
export interface Plan {
  shards: string;
  /** Null when the shards go to several zones: each move says where. */
  to: string | null;
  planHash: string;
  waves: number;
  moves: PlannedMove[];
  /** On the plan as a whole. */
  notes?: string[];
  problem?: RunProblem;
}

export interface Run extends Plan {
  id: string;
  kind: string;
  state: string;
  wave: number;
  startedAt: string | null;
  endedAt: string | null;
  steps: Step[];
  problem: RunProblem;
  /** Counts of shards; null: not told. */
  moved: number | null;
  rolledBack: number | null;
  untouched: number | null;
  certificate: Certificate | null;
}

/** A page of runs, the newest first. */
export interface Runs {
  runs: Run[];
  /** Cursor of the page behind it. */
  next: string | null;
}

export type RunProblem = string | ProblemDocument | null;

export interface Step {
  name: string;
  wave: number;
  started: string;
  /** Null while the step lasts. */
  millis: number | null;
  note: string | null;
}

export interface Certificate {
  run: string;
  planHash: string;
  verdict: 'NOTHING_LOST' | 'NOT_PROVEN' | 'NOTHING_MOVED';
  reasons: string[];
  shards: CertifiedShard[];
}

export interface CertifiedShard {
  shard: number;
  from: string;
  to: string;
  closedEpoch: number | null;
  openedEpoch: number | null;
  closedAt: string | null;
  openedAt: string | null;
  rowsBefore: number | null;
  hashBefore: string | null;
  rowsAfter: number | null;
  hashAfter: string | null;
  equal: boolean | null;
}

/** Changes of a shard that wait in a store; the facts are those of the oldest one. Names of other reasons to wait may come. */
export interface Parked {
  /** Where it waits. */
  region: string;
  group: string;
  /** Where it comes from. */
  source: string;
  shard: number;
  /** BARRIER: for what comes before it; REFUSED: by the store. */
  waiting: string;
  position: string;
  epoch: number;
  reason: string;
  /** By the store's clock. */
  since: string;
  records: number;
  bytes: number;
}

/** What a person decided of what waits, until the store's agent did it. */
export interface ParkedOrder {
  id: string;
  /** PENDING, DONE or FAILED. */
  state: string;
  problem: string | null;
  /** SKIP or RETRY. */
  action: string;
  region: string;
  group: string;
  source: string;
  shard: number;
  position: string;
  by: string;
  reason: string | null;
  askedAt: string;
  endedAt: string | null;
}

/** One comparison of all regions' copies. */
export interface Verification {
  id: string;
  /** RUNNING, DONE or FAILED. */
  state: string;
  /** Null while it is not known. */
  equal: boolean | null;
  /** How many are compared. */
  shards: number;
  /** Of the shards that are equal, counted once. */
  rows: number;
  differences: Difference[];
  /** Why it failed; or, of one that is done, why rows are not known. */
  problem: string | null;
}

export interface Difference {
  shard: number;
  /** By region, as whole shards. */
  regions: Record<string, { rows: number; hash: string }>;
  /** Those that differ; null: its rows were not compared. */
  rows: RowDifference[] | null;
  /** There may be more than `rows` has. */
  moreRows: boolean;
}

export interface RowDifference {
  table: string;
  /** Columns of the primary key. */
  key: Record<string, string>;
  /** Hash of the row, by region; null: it is not there. */
  regions: Record<string, string | null>;
}

/** Rows that their owners write once more, so that every copy has them as the owner has. A dry run answers the same, of what would be. */
export interface Repair {
  id: string;
  /** RUNNING, DONE or FAILED: some shard has a problem. */
  state: string;
  /** Whose rows are written; null: whole shards are. */
  verification: string | null;
  shards: ShardRepair[];
  /** What differs, or may, and is not repaired. */
  left: { shard: number; why: string }[];
  startedAt: string;
  endedAt: string | null;
  by: string;
}

export interface ShardRepair {
  shard: number;
  owner: string;
  epoch: number;
  /** Rows by table; null: all that the owner has. */
  asked: Record<string, number> | null;
  /** How many of these the owner did not have when they were compared. */
  missing: number;
  /** Written once more; null: not reported yet. */
  rows: number | null;
  /** Told as deleted, because the owner has them not; null: not reported yet. */
  absent: number | null;
  problem: string | null;
}

/** `event: change` of GET /events: what to fetch again. */
export interface Change {
  revision: number;
  runs: string[];
  shards: boolean;
  topology: boolean;
  regions: boolean;
}

/** RFC 9457. Members that are not named here are facts, and are shown too. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number | null;
  detail: string | null;
  errors?: { pointer: string; detail: string }[];
  [fact: string]: unknown;
}
