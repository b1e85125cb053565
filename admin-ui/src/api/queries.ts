import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useStream, useToken } from '../live/stream';
import { ask } from './client';
import type { Parked, ParkedOrder, Plan, Region, Repair, Run, Runs, Shards, Verification } from './types';

/** Lag, leases and ACKs are not part of the revisioned state: no event tells of them, so they are asked for. */
const OBSERVED_EVERY_MILLIS = 2_000;
/** What events tell of is asked for now and then too, so that a lost event shows for seconds, not for ever. */
const TOLD_EVERY_MILLIS = 10_000;

function useResource<T>(key: [string, ...string[]], path: string, everyMillis: number, enabled = true) {
  const token = useToken();
  const stream = useStream();
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => ask<T>({ path, token, signal }),
    refetchInterval: stream.kind === 'live' ? everyMillis : OBSERVED_EVERY_MILLIS,
    enabled,
  });
}

export const useRegions = () => useResource<Region[]>(['regions'], '/regions', OBSERVED_EVERY_MILLIS);
export const useShards = () => useResource<Shards>(['shards'], '/shards', TOLD_EVERY_MILLIS);
/** What goes on and the newest of what ended: the state keeps fewer than fit on a page. */
export const useRuns = () => useResource<Runs>(['runs'], '/runs?limit=200', TOLD_EVERY_MILLIS);
export const useRun = (id: string) => useResource<Run>(['runs', id], `/runs/${encodeURIComponent(id)}`, OBSERVED_EVERY_MILLIS);

/** No event tells of it. Nobody asks while the page is not looked at. */
function useLooked<T>(key: [string, ...string[]], path: string, ended: (data: T) => boolean = () => false) {
  const token = useToken();
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => ask<T>({ path, token, signal }),
    refetchInterval: ({ state }) => (state.data !== undefined && ended(state.data) ? false : OBSERVED_EVERY_MILLIS),
    refetchIntervalInBackground: false,
  });
}

export const useParked = () => useLooked<Parked[]>(['parked'], '/parked');
export const useParkedOrder = (id: string) => useLooked<ParkedOrder>(['parked', 'orders', id], `/parked/orders/${encodeURIComponent(id)}`, ({ state }) => state !== 'PENDING');

/** @param reason needed to skip */
export interface ParkedWish {
  action: 'skip' | 'retry';
  parked: Parked;
  reason?: string;
}

/** About the very position that was shown; the store's agent does it, and the order says what became of it. */
export function useOrderParked() {
  const token = useToken();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ action, parked, reason, key }: ParkedWish & { key: string }) => {
      const place = [parked.region, parked.group, parked.source, String(parked.shard)].map(encodeURIComponent).join('/');
      const body = { position: parked.position, ...(reason === undefined ? {} : { reason }) };
      return ask<ParkedOrder>({ method: 'POST', path: `/parked/${place}/${action}`, token, body, headers: { 'Idempotency-Key': key } });
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['parked'], exact: true }),
  });
}

const running = ({ state }: { state: string }) => state === 'RUNNING';

export const useVerification = (id: string) => useLooked<Verification>(['verifications', id], `/verifications/${encodeURIComponent(id)}`, (verification) => !running(verification));
export const useRepair = (id: string) => useLooked<Repair>(['repairs', id], `/repairs/${encodeURIComponent(id)}`, (repair) => !running(repair));

/** What is left out is not narrowed: all shards, all tables. */
export interface VerificationRequest {
  shards?: string;
  tables?: string[];
  rows?: true;
}

/** While one of the same is under way, that one is the answer. */
export function useStartVerification() {
  const token = useToken();
  return useMutation({
    mutationFn: ({ request, key }: { request: VerificationRequest; key: string }) =>
      ask<Verification>({ method: 'POST', path: '/verifications', token, body: request, headers: { 'Idempotency-Key': key } }),
  });
}

/** What repairing the rows that a verification found would come to; nothing changes. */
export function usePlanRepair() {
  const token = useToken();
  return useMutation({
    mutationFn: (verification: string) => ask<Repair>({ method: 'POST', path: '/repairs?dryRun=true', token, body: { verification } }),
  });
}

export function useStartRepair() {
  const token = useToken();
  return useMutation({
    mutationFn: ({ verification, key }: { verification: string; key: string }) =>
      ask<Repair>({ method: 'POST', path: '/repairs', token, body: { verification }, headers: { 'Idempotency-Key': key } }),
  });
}

export interface MoveRequest {
  shards: string;
  to: string;
}

/** What a move would do, by the very code that does it; nothing changes. */
export function usePlanMove() {
  const token = useToken();
  return useMutation({
    mutationFn: (request: MoveRequest) => ask<Plan>({ method: 'POST', path: '/moves?dryRun=true', token, body: request }),
  });
}

/** @param key the same for every attempt at one and the same start: a start whose answer was lost is then not a second move */
export function useStartMove() {
  const token = useToken();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ request, key }: { request: MoveRequest; key: string }) =>
      ask<Run>({ method: 'POST', path: '/moves', token, body: request, headers: { 'Idempotency-Key': key } }),
    onSettled: () => client.invalidateQueries({ queryKey: ['runs'] }),
  });
}

export function useCancelRun(id: string) {
  const token = useToken();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => ask<Run>({ method: 'POST', path: `/runs/${encodeURIComponent(id)}/cancel`, token }),
    onSettled: () => client.invalidateQueries({ queryKey: ['runs'] }),
  });
}
