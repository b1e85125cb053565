import type { Approval, Exposure, Plan, PlannedMove, Run } from '../../api/types';
import type { FailoverRequest } from '../../api/queries';
import { count, duration, listed } from '../../live/format';
import { quoted } from '../../live/shell';
import { shardsIn } from '../../shards/shardSet';

/** What was looked at longer ago may have changed by now: another look is quick, and changes nothing. */
export const LOOK_GOOD_MILLIS = 60_000;

/** Within this a start whose answer was lost is asked for under its key again. Later it is another act: another loss of the same region, perhaps. */
export const SAME_ATTEMPT_MILLIS = 600_000;

export type LossReading = { kind: 'read'; text: string } | { kind: 'refused'; why: string };

/** A bound of loss: `500rows`, `2s`, or both; whole numbers, as the control plane reads them. */
export function readLoss(text: string): LossReading {
  const parts = text.split('|').map((part) => part.trim());
  const wrong = parts.find((part) => !/^\d{1,9}(rows|ms|s|m|h)$/.test(part));
  if (wrong !== undefined) return { kind: 'refused', why: `'${wrong}' is neither a number of rows like 500rows nor a time like 2s or 500ms` };
  if (parts.length > 2 || (parts.length === 2 && parts[0]?.endsWith('rows') === parts[1]?.endsWith('rows'))) {
    return { kind: 'refused', why: 'a bound has rows once and time once at most, like 500rows|2s' };
  }
  return { kind: 'read', text: parts.join('|') };
}

/** What is to be confirmed, and what stands against it; each by a sentence. */
export interface Situation {
  request: FailoverRequest;
  /** When the look was answered, by the browser's clock. */
  lookedAt: number;
  now: number;
  typed: string;
  /** One of the region's agents is connected; null: not known. */
  alive: boolean | null;
  stale: boolean;
}

/** Why it cannot be begun now; empty: it can. The control plane decides by what is true then in any case. */
export function obstacles({ request, lookedAt, now, typed, alive, stale }: Situation): string[] {
  return [
    ...(stale ? ['What this page shows is not confirmed: wait until it is, or use the command line.'] : []),
    ...(now - lookedAt > LOOK_GOOD_MILLIS ? ['This look is older than 60 s: look again.'] : []),
    ...(request.maxLoss === undefined ? ['Say how much may be missing, and look again.'] : []),
    ...(alive === true && request.force !== true ? [`${request.region} is alive now: move its shards away instead, or choose force.`] : []),
    ...(typed.trim() === request.region ? [] : [`Type ${request.region} to confirm that it is the lost one.`]),
  ];
}

/** `Fail east over: its 341 shards go to west-1 and north-1; up to 1.3 s of its writes, as far as is known, wait for its return` */
export function beginLabel(region: string, plan: Plan): string {
  const n = shardsIn(plan.shards);
  const to = listed(takers(plan.moves).map((taker) => taker.to));
  return `Fail ${region} over: its ${n === null ? `shards ${plan.shards}` : count(n, 'shard')} go${n === 1 ? 'es' : ''} to ${to || 'others'}; ${waiting(plan.exposure)}`;
}

function waiting(exposure: Exposure | null | undefined): string {
  if (!exposure || exposure.seconds === null) return 'how much of its writes waits for its return is unknown';
  if (exposure.seconds === 0 && exposure.records === 0) return 'as far as is known, none of its writes is missing meanwhile';
  return `up to ${duration(exposure.seconds * 1000)} of its writes, as far as is known, wait for its return`;
}

export interface Taker {
  to: string;
  /** Null: the texts cannot be read. */
  shards: number | null;
  moves: PlannedMove[];
}

/** Who takes over, in the plan's order. */
export function takers(moves: PlannedMove[]): Taker[] {
  const names = [...new Set(moves.map(({ to }) => to))];
  return names.map((to) => {
    const own = moves.filter((move) => move.to === to);
    const counts = own.map(({ shards }) => shardsIn(shards));
    return { to, moves: own, shards: counts.some((n) => n === null) ? null : counts.reduce<number>((sum, n) => sum + (n ?? 0), 0) };
  });
}

/** The same by hand, to be pasted into a shell. */
export function commandOf({ region, maxLoss, force, reason }: FailoverRequest): string {
  const words = ['./meridian failover --region', quoted(region)];
  if (maxLoss === undefined) return [...words, '--dry-run'].join(' ');
  return [...words, '--max-loss', quoted(maxLoss), ...(force ? ['--force'] : []), ...(reason ? ['--reason', quoted(reason)] : []), '--yes --wait'].join(' ');
}

/** What takes two people answers what waits, not what runs. */
export const isApproval = (answer: Run | Approval): answer is Approval => 'askedBy' in answer && !('planHash' in answer);
