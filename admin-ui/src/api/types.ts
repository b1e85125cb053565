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
  /** Nodes of before regions could be failed over send none of these three. */
  lease?: RegionLease | null;
  data?: 'RECONCILED' | 'REJOINING' | 'UNSEEDED' | null;
  /** How many shards' copies are not whole, so that it may not own them. Nodes of before there were seedings do not send it. */
  unfit?: number;
  /** How far a region that was lost has come back; null: it was not lost, or is back. */
  returning?: Returning | null;
}

/** The right to write, as the control plane has granted it; what is left of it by the store's clock is with the agent. */
export interface RegionLease {
  /** REVOKING: it is not renewed any more, and not yet over for certain. EXPIRED: it is. */
  state: 'ACTIVE' | 'REVOKING' | 'EXPIRED';
  generation: number;
}

/** Counts of the shards that were taken from it; all three must come to `shards`, and then the copies be equal. */
export interface Returning {
  shards: number;
  /** Its history of the shard has an end, and that is known. */
  closed: number;
  /** Its copy follows the new owner. */
  aligned: number;
  /** All that it had written came to the new owner, and is decided. */
  settled: number;
  problem: string | null;
}

export interface Agent {
  /** Of its store. Nodes of before there were several do not send it. */
  group?: string;
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

/** PROTOCOL 5 and 7. A state that is not listed here (a newer control plane) is shown by its name. */
export const RUN_STATES = [
  'PLANNED',
  'PREPARED',
  'HOLDING',
  'FENCING',
  'CATCHING_UP',
  'EXPIRING',
  'GATHERING',
  'ALIGNING',
  'ACTIVATED',
  'ROUTED',
  'ROLLING_BACK',
  'DONE',
  'ROLLED_BACK',
  'SUPERSEDED',
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
  /** Of a failover: of its plan what is known now, of its run what the other regions answered; null: not yet. */
  exposure?: Exposure | null;
}

/** What a lost region may have acknowledged that no other region has. What is not known is null. */
export interface Exposure {
  /** When its agents were last heard. */
  lastSeen: string | null;
  /** The region's own time up to which the best of the others has everything. */
  heartbeat: string | null;
  /** Between the two. */
  seconds: number | null;
  /** Known to exist at the region, and not applied by the best of the others. */
  records: number | null;
  /** In them, reckoned. */
  rows?: number | null;
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
  /** Of a failover: which attempt to find out how far the others are; 0: none yet. */
  attempt?: number | null;
  /** By a person. Nodes of before there was pausing do not send it. */
  paused?: boolean;
}

/** What waits for a second person's word instead of being done. */
export interface Approval {
  id: string;
  /** WAITING, APPROVED, REJECTED or EXPIRED. */
  state: string;
  what: string;
  askedBy: string;
  reason: string;
  askedAt?: string;
  expires: string;
  endedBy?: string | null;
  endedAt?: string | null;
  note?: string | null;
  /** The run or token that an approved request made; null: none. */
  subject?: string | null;
}

export interface Approvals {
  approvals: Approval[];
  next: string | null;
}

/** Small letters, as in the API. */
export const ROLES = ['viewer', 'planner', 'approver', 'operator', 'breakglass'] as const;
export type Role = (typeof ROLES)[number];

/** Whose token is in use. */
export interface WhoAmI {
  name: string;
  roles: string[];
  /** Every role whose acts are open, those that another one includes too. */
  may: string[];
}

export interface FailoverAdvice {
  /** Null: automatic failover has not tripped. */
  tripped: { since: string; why: string } | null;
  /** Regions that look lost. */
  regions: Advice[];
}

/** Of a region that looks lost. */
export interface Advice {
  region: string;
  /** `recommend` or `auto`. */
  policy: string;
  since: string;
  /** `sees`: SILENT, ANSWERS or BLIND (cannot tell). */
  seen: { from: string; sees: string; says: string }[];
  /** Why nothing is done by itself; none: it is about to begin. */
  holds: { name: string; says: string }[];
  /** Of the policy; null: any. */
  maxLoss: string | null;
  exposure: Exposure;
  /** Null: it would be refused, and one of `holds` says why. */
  plan: Plan | null;
}

export interface Lag {
  links: LinkLag[];
  shards: ShardLag[];
}

/** How far the copy at `target` is behind `source`; what is not known is null. */
export interface LinkLag {
  source: string;
  target: string;
  group: string;
  connected: boolean;
  millis: number | null;
  records: number | null;
  /** In these records, and their size. Nodes of before they were counted do not send them. */
  rows?: number | null;
  bytes?: number | null;
}

export interface ShardLag {
  shard: number;
  source: string;
  target: string;
  group: string;
  millis: number;
  /** BEHIND, WAITING or STOPPED. */
  kind: string;
  reason?: string | null;
}

/** What an Envoy has of what its router told it. */
export interface AttachedEnvoy {
  region: string;
  router: string;
  /** Some node hears its router; else this is what the router said last. */
  connected: boolean;
  node: string;
  sentRevision: number;
  ackedRevision: number;
  nack: string | null;
}

/** While it is on, no run and no further wave starts. */
export interface Brake {
  on: boolean;
  reason: string | null;
  since: string | null;
}

/** Users, or all whose keys begin alike, who go to a zone of their own until a time. */
export interface Pin {
  name: string;
  key: string | null;
  prefix: string | null;
  to: string;
  until: string;
  /** Of a key: whether it leads anywhere now; null: a population's shards may be anywhere. */
  holds: boolean | null;
}

export interface Seedings {
  seedings: Seeding[];
}

/** Copies that a region gets anew from the shards' owners. */
export interface Seeding {
  id: string;
  region: string;
  /** RUNNING, PAUSED, DONE, CANCELLED or FAILED. */
  state: string;
  /** How many it is of. */
  shards: number;
  /** Those that are not whole yet, as a set. */
  left: string;
  counts: { waiting: number; copying: number; copied: number; whole: number; failed: number };
  /** Taken by now. */
  rows: number;
  underWay: ShardSeeding[];
  verification: string | null;
  repair: string | null;
  problem: string | null;
  startedAt: string;
  endedAt: string | null;
  by: string;
  why: string | null;
}

export interface ShardSeeding {
  shard: number;
  owner: string;
  epoch: number;
  attempt: number;
  /** WAITING, RESTING, PREPARING, PREPARED, TELLING, TOLD or FAILED. */
  state: string;
  told: number;
  taken: number;
  /** Rows, a guess; null: not known. */
  expected: number | null;
  missed: number;
  problem: string | null;
}

export interface AuditPage {
  /** Of all entries there ever were. */
  count: number;
  /** Hash of the newest one; empty: there is none. */
  head: string;
  entries: AuditEntry[];
  next: string | null;
  /** Numbers that this node does not have; another one does. */
  missing: { from: number; to: number }[];
}

/** docs/audit.md */
export interface AuditEntry {
  number: number;
  at: string;
  who: string;
  roles: string[];
  what: string;
  why: string;
  outcome: string;
  alarm: boolean;
  before: number;
  after: number;
  previous: string;
  hash: string;
}

/** As declared; only what the console reads of it. */
export interface Topology {
  revision: number;
  topology: {
    regions?: { name: string; failover?: string | { mode?: string; maxLoss?: string } }[];
    limits?: { lag?: string };
    failover?: { window?: string; perHour?: number };
  };
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
  /** BARRIER: for what comes before it; REFUSED: by the store; FROZEN: for what becomes of its lost region. */
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
  /** Nodes of before there were drills do not send it. */
  drills?: boolean;
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
