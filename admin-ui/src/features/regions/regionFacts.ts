import type { Region, Router, Slot } from '../../api/types';
import { duration } from '../../live/format';

export interface View {
  status: 'success' | 'warning' | 'danger' | 'plain';
  text: string;
}

/** A lease below this is not being renewed: renewals come every 2 s, so that a well one stays near its full length. */
const LEASE_LOW_MILLIS = 5_000;
/** `meridian.move.lag-limit`: above it a move is refused. */
const LAG_HIGH_MILLIS = 2_000;

/** Null everywhere here: not known. */
export function voterView(voter: Region['voter']): View | null {
  if (!voter) return null;
  // Only the leader hears all voters: any other node knows who leads, and of the rest nothing.
  if (voter.connected === null) return voter.leader === true ? { status: 'plain', text: 'Raft leader' } : null;
  if (!voter.connected) return { status: 'danger', text: 'not connected' };
  if (voter.leader === null) return { status: 'success', text: 'connected' };
  return { status: 'success', text: voter.leader ? 'Raft leader' : 'Raft follower' };
}

export function leaseView(remainingMillis: number | null): View | null {
  if (remainingMillis === null) return null;
  if (remainingMillis <= 0) return { status: 'danger', text: 'run out: writes are refused here' };
  return { status: remainingMillis < LEASE_LOW_MILLIS ? 'warning' : 'success', text: `${duration(remainingMillis)} left` };
}

export function lagView(millis: number | null): View | null {
  if (millis === null) return null;
  if (millis < 0) return { status: 'warning', text: 'nothing applied yet' };
  return { status: millis > LAG_HIGH_MILLIS ? 'warning' : 'plain', text: duration(millis) };
}

/** What is worth saying of a slot that is not yet a problem; null: nothing. */
export function slotWarning(slot: Slot | null | undefined): string | null {
  if (slot?.pressure !== 'HIGH') return null;
  const left = slot.leftBytes === null ? '' : `, and is given up after ${megabytes(slot.leftBytes)} more`;
  return `Slot ${slot.name} holds back ${megabytes(slot.retainedBytes)} of the store's log${left}: capture does not keep up.`;
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1_048_576)} MB`;

export function envoyView(envoy: NonNullable<Router['envoys']>[number]): View | null {
  if (envoy.nack) return { status: 'danger', text: envoy.ackedRevision === null ? 'refused its rules' : `refused newer rules, routes by ${envoy.ackedRevision}` };
  return envoy.ackedRevision === null ? null : { status: 'plain', text: `routes by revision ${envoy.ackedRevision}` };
}
