/*
 * The part of the REST contract that tells of the control plane itself: its voters, who may come in, and the declared topology with its history.
 * As in types.ts an absent fact is null.
 */

/** Whether all live Envoys of a region have accepted a revision. */
export interface EnvoyBarrier {
  region: string;
  revision: number;
  /** Of the region that a node hears. */
  routers: number;
  live: number;
  acked: number;
  rejecting: number;
  /** Envoys that were attached within the last ten minutes and are not now. */
  gone: number;
  reached: boolean;
}

/** The control plane's own nodes, as one of them tells. */
export interface Cluster {
  /** That answered; `state` is its own, RUNNING when well. */
  node: string;
  state: string;
  leader: string | null;
  revision: number;
  logicVersion: number;
  voters: Voter[];
  /** Changes that people asked for, the newest last. */
  asked: { what: string; at: string }[];
}

export interface Voter {
  id: string;
  /** host:port of its Raft listener. */
  address: string;
  /** False: all that follows is null. */
  answers: boolean;
  /** LEADER, FOLLOWER or CANDIDATE. */
  role: string | null;
  /** RUNNING when well. */
  state: string | null;
  term: number | null;
  /** Newest entry in its log; the next three likewise. */
  written: number | null;
  committed: number | null;
  applied: number | null;
  snapshot: number | null;
  /** Entries that the leader has and this one has not. */
  lag: number | null;
  /** Newest logic version that it knows. */
  supports: number | null;
}

export interface NewVoter {
  id: string;
  address: string;
  /** In whose place; absent: beside all others. */
  replaces?: string;
}

/** What a change of the voters would come to. */
export interface VoterPreview {
  /** Ids, as they would be; none: it is so already. */
  voters: string[];
  change: string;
}

/** What a backup was put into the control plane with, as far as it is. */
export interface Restore {
  revision: number;
  /** How many shards wait for each region's fences; none: it is over, or there was none. */
  awaited: Record<string, number>;
}

export interface Tokens {
  tokens: Token[];
  next: string | null;
}

export interface Token {
  name: string;
  roles: string[];
  createdAt: string | null;
  createdBy: string | null;
  /** Null: it is valid until it is revoked. */
  expires: string | null;
}

/** What whoever makes a token is told, once. */
export interface MadeToken extends Token {
  /** Its text. */
  token: string;
  /** While it waits for a second person and is not valid yet. */
  approval?: string;
}

export interface TokenRequest {
  name: string;
  roles: string[];
  validForDays?: number;
}

/** The topology as it is declared: a document with names that this console need not know. */
export interface Declared {
  /** That brought it. */
  revision: number;
  topology: Record<string, unknown>;
  /** What the request that this answers changed, or would. */
  changes: string[];
}

export interface DeclaredRevision {
  revision: number;
  declared: string | null;
  current: boolean;
  /** Against the one before it; empty for the oldest that is kept. */
  changes: string[];
}

export interface TopologyDiff {
  from: number;
  to: number;
  changes: { pointer: string; before: unknown; after: unknown; sentence: string }[];
  sentences: string[];
}
