/*
 * Of drills, as io.meridian.control.rest has them (DrillJson, DrillScenarioResource, ReadinessResource) and as their runners write reports (drills, Report.java).
 * As in types.ts, an absent fact is null.
 */

export interface Drills {
  /** The newest first. */
  drills: Drill[];
  next: string | null;
}

export interface Drill {
  id: string;
  scenario: string;
  /** Null: its text is none that was registered. */
  version: number | null;
  sha256: string;
  /** `lose`, `evacuate` or `link`. */
  act: string;
  /** The region, or the link in words. */
  about: string;
  regions: string[];
  by: string;
  why: string | null;
  askedAt: string;
  /** WAITING, RUNNING, ABORTING; over: PASSED, MISSED, FAILED, ABORTED, SKIPPED. */
  state: string;
  waitsFor: string | null;
  /** Null: none has claimed it. */
  runner: { name: string; claimedAt: string; heardAt: string; lost: boolean } | null;
  /** Its runner is lost. */
  problem: string | null;
  /** Lines in all; `lines` has the newest. */
  told: number;
  /** By the runner's clock. */
  lines: { at: string; text: string }[];
  begunAt: string | null;
  endedAt: string | null;
  /** Why it did not end by itself. */
  reason: string | null;
  /** Null: it has not ended. */
  figures: Figures | null;
  /** Of the control plane, that it started; told at its end. */
  runs: string[];
  /** Whether there is one here. */
  report: boolean;
}

/** What was not measured is null. */
export interface Figures {
  rtoMillis: number | null;
  rpoRows: number | null;
  requests: number | null;
  failed: number | null;
  lost: number | null;
  doubled: number | null;
  orphans: number | null;
}

export interface Scenario {
  name: string;
  version: number;
  sha256: string;
  act: string;
  about: string;
  regions: string[];
  /** A drill of it may be about any region. */
  anyRegion: boolean;
  explanation: string;
  registeredAt: string;
  by: string;
}

export interface WrittenScenario {
  scenario: Scenario;
  /** YAML, as it was registered. */
  document: string;
}

export interface DrillRequest {
  scenario: string;
  /** Left out: the one that the scenario names, or a link's two. */
  region?: string;
}

export interface Readiness {
  asOf: string;
  /** For which a pass counts whole. */
  wholeDays: number;
  /** After which it counts nothing. */
  goneDays: number;
  regions: RegionReadiness[];
}

export interface RegionReadiness {
  region: string;
  /** 0 to 100, the mean of its scenarios; null: none is registered that is about it. */
  score: number | null;
  scenarios: ScenarioReadiness[];
}

export interface ScenarioReadiness {
  scenario: string;
  score: number;
  /** The newest about the region, which decides; null: there was none. */
  drill: string | null;
  state: string | null;
  endedAt: string | null;
  /** The score is what it is. */
  why: string;
}

export interface Schedules {
  /** By name. */
  schedules: Schedule[];
}

/** When drills begin that nobody asks for. */
export interface Schedule {
  name: string;
  scenario: string;
  /** Another than the scenario names; null: as it is written. */
  region: string | null;
  cron: string;
  /** Of the tz database. */
  timeZone: string;
  /** For how long one that was due may still begin. */
  windowMinutes: number;
  /** Days, or ranges `2026-12-24/2026-12-26` whose last day is in them, in the time zone. */
  blackouts: string[];
  enabled: boolean;
  note: string | null;
  /** In which it became what it is declared to be; its entity tag. */
  revision: number;
  changedAt: string;
  by: string;
  /** The next five; none while it is disabled. */
  next: ScheduleTime[];
  /** What is due now; null: nothing. */
  attempt: ScheduleAttempt | null;
  /** Of what was due, the newest ten, the newest first. */
  outcomes: ScheduleOutcome[];
  /** How often a drill was, and how often none was, ever. */
  started: number;
  skipped: number;
}

export interface ScheduleTime {
  at: string;
  /** As clocks in the time zone show it: `2026-12-07T03:00:00+01:00`. */
  local: string;
  /** Then it is too late. */
  until: string;
  /** The declared days that it falls on, so that it is skipped; null: none. */
  blackout: string | null;
}

export interface ScheduleAttempt {
  due: string;
  until: string;
  /** Null: it was refused. */
  drill: string | null;
  state: string | null;
  /** Why nothing has begun yet; null: nothing stands in the way. */
  reason: string | null;
}

export interface ScheduleOutcome {
  due: string;
  /** When that was settled. */
  at: string;
  /** STARTED or SKIPPED. */
  outcome: string;
  drill: string | null;
  /** Of the drill; null: there is none, or newer ones have taken its place. */
  state: string | null;
  reason: string | null;
}

/** As a person declares it; what is left out is the control plane's to say. */
export interface ScheduleDocument {
  scenario: string;
  region?: string;
  cron: string;
  timeZone?: string;
  /** What is no number goes as it was written, and is refused. */
  windowMinutes?: number | string;
  blackouts: string[];
  note?: string;
  enabled: boolean;
}

/** Format 1. Seconds count from the drill's start. */
export interface Report {
  format: 1;
  /** Among the files of the runner's machine. */
  id: string;
  scenario: string;
  explanation: string;
  instance: string;
  about: string;
  startedAt: string;
  seconds: number;
  outcome: string;
  reason: string | null;
  verdicts: { target: string; wanted: string; measured: string | null; met: boolean }[];
  clients: Clients;
  stages: Stage[];
  timeline: { second: number; text: string }[];
  curve: CurvePoint[];
  lag: { second: number; source: string; target: string; millis: number | null; records: number | null }[];
  runs: { id: string; kind: string; state: string; moved: number; verdict: string | null; checked: string | null; proven: boolean; file: string }[];
  acts: string[];
  document: string;
  earlier: EarlierDrill[];
  /** Over how many seconds a point of the curve was added up. */
  secondsPerPoint?: number;
}

/** What they saw. */
export interface Clients {
  sampled: number;
  everySeconds: number;
  requests: number;
  failed: number;
  failures: { kind: string; count: number }[];
  atLostEdge: number;
  failedAtLostEdge: number;
  longestOutageSeconds: number;
  worst: { shard: number; owner: string; edge: string; fromSecond: number; seconds: number; over: boolean }[];
  shardsWithOutage: number;
  longestAnswerSeconds: number | null;
  acknowledged: number;
  /** False: the stores could not be asked, and the next three are null. */
  judged: boolean;
  lost: number | null;
  doubled: number | null;
  orphans: number | null;
  examples: string[];
}

export interface Stage {
  name: string;
  fromSecond: number | null;
  seconds: number | null;
  /** Who says so. */
  by: string;
  note: string;
}

export interface CurvePoint {
  second: number;
  ok: number;
  failed: number;
}

/** Of the same scenario about the same, as the runner's machine has it. */
export interface EarlierDrill {
  id: string;
  startedAt: string;
  outcome: string;
  longestOutageSeconds: number;
  failed: number;
  requests: number;
  lost: number | null;
  orphans: number | null;
}
