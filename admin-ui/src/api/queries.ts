import { type QueryKey, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useStream, useToken } from '../live/stream';
import { ask, type Call } from './client';
import type {
  Approval,
  Approvals,
  AttachedEnvoy,
  AuditPage,
  Brake,
  FailoverAdvice,
  Lag,
  Parked,
  ParkedOrder,
  Pin,
  Plan,
  Region,
  Repair,
  Run,
  Runs,
  Seeding,
  Seedings,
  Shards,
  Topology,
  Verification,
  WhoAmI,
} from './types';

/** Lag, leases and ACKs are not part of the revisioned state: no event tells of them, so they are asked for. */
const OBSERVED_EVERY_MILLIS = 2_000;
/** What events tell of is asked for now and then too, so that a lost event shows for seconds, not for ever. */
const TOLD_EVERY_MILLIS = 10_000;
/** What people read for longer than they act on it. */
export const READ_EVERY_MILLIS = 5_000;

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

export const useTopology = () => useResource<Topology>(['topology'], '/topology', TOLD_EVERY_MILLIS);

/** Roles change seldom, and the control plane decides anyway: this only says so before somebody tries. Nodes of before it was told answer 404. */
export function useWhoAmI() {
  const token = useToken();
  return useQuery({ queryKey: ['whoami'], queryFn: ({ signal }) => ask<WhoAmI>({ path: '/whoami', token, signal }), refetchInterval: 60_000, staleTime: 60_000 });
}

/** No event tells of it. Nobody asks while the page is not looked at. */
export function useLooked<T>(key: [string, ...string[]], path: string, ended: (data: T) => boolean = () => false, everyMillis = OBSERVED_EVERY_MILLIS) {
  const token = useToken();
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => ask<T>({ path, token, signal }),
    refetchInterval: ({ state }) => (state.data !== undefined && ended(state.data) ? false : everyMillis),
    refetchIntervalInBackground: false,
  });
}

export const useAdvice = () => useLooked<FailoverAdvice>(['advice'], '/failover-advice', () => false, READ_EVERY_MILLIS);
export const useLag = () => useLooked<Lag>(['lag'], '/lag', () => false, READ_EVERY_MILLIS);
export const useEnvoys = () => useLooked<AttachedEnvoy[]>(['envoys'], '/envoys', () => false, READ_EVERY_MILLIS);
export const useBrake = () => useLooked<Brake>(['brake'], '/brake', () => false, READ_EVERY_MILLIS);
export const usePins = () => useLooked<{ pins: Pin[] }>(['pins'], '/pins', () => false, READ_EVERY_MILLIS);
export const useWaitingApprovals = () => useLooked<Approvals>(['approvals', 'waiting'], '/approvals?waiting=true&limit=200', () => false, READ_EVERY_MILLIS);
export const useApprovals = () => useLooked<Approvals>(['approvals', 'all'], '/approvals?limit=50', () => false, READ_EVERY_MILLIS);
/** In a list that has what goes on whole, and twenty of what ended. */
export const useSeedings = () => useLooked<Seedings>(['seedings'], '/seedings');
/** @param search as the API's parameters; a page behind a cursor never changes, but the newest does */
export const useAudit = (search: string) => useLooked<AuditPage>(['audit', search], `/audit?${search}`, () => search.includes('cursor='), READ_EVERY_MILLIS);

/** All entries from the oldest on, a page at a time. */
export function useAuditPages() {
  const token = useToken();
  return async (onPage: (page: AuditPage) => Promise<void>, signal: AbortSignal) => {
    for (let cursor: string | null = '0'; cursor !== null; ) {
      const page: AuditPage = await ask<AuditPage>({ path: `/audit?order=oldest&limit=500&cursor=${cursor}`, token, signal });
      await onPage(page);
      cursor = page.next;
    }
  };
}

/** What every act is done with: why, as far as it was said, and the same key for every attempt at it. */
export interface Asking {
  reason: string;
  key: string;
}

/** An act upon something that is there. What it says is asked for again, whatever came of it. */
export function useAct<T>(call: Pick<Call, 'method' | 'path' | 'patienceMillis'>, refreshes: QueryKey[], body?: (asking: Asking) => unknown) {
  const token = useToken();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ reason, key }: Asking) =>
      ask<T>({ ...call, token, ...(body ? { body: body({ reason, key }) } : {}), headers: { 'Idempotency-Key': key, ...saying(reason === '' ? undefined : reason) } }),
    onSettled: () => Promise.all(refreshes.map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

export const useAcknowledge = () => useAct<FailoverAdvice>({ method: 'POST', path: '/failover-advice/acknowledge' }, [['advice']]);
export const useBrakeOn = () => useAct<Brake>({ method: 'PUT', path: '/brake' }, [['brake']], ({ reason }) => ({ reason }));
export const useBrakeOff = () => useAct<Brake>({ method: 'DELETE', path: '/brake' }, [['brake'], ['runs']]);
export const useEndApproval = (id: string, how: 'approve' | 'reject') =>
  useAct<Approval>({ method: 'POST', path: `/approvals/${encodeURIComponent(id)}/${how}` }, [['approvals'], ['runs'], ['regions']]);
export const useRemovePin = (name: string) => useAct<{ pins: Pin[] }>({ method: 'DELETE', path: `/pins/${encodeURIComponent(name)}` }, [['pins']]);
export const useSteerSeeding = (id: string, how: 'pause' | 'resume' | 'cancel' | 'retry') =>
  useAct<Seeding>({ method: 'POST', path: `/seedings/${encodeURIComponent(id)}/${how}` }, [['seedings'], ['regions']]);

export interface SeedingRequest {
  region: string;
  shards?: string;
  why?: string;
}

/** Which shards would be copied, by the very code that does it; nothing changes. */
export function usePlanSeeding() {
  const token = useToken();
  return useMutation({ mutationFn: (request: SeedingRequest) => ask<Seeding>({ method: 'POST', path: '/seedings?dryRun=true', token, body: request }) });
}

/** @param key the same for every attempt at one and the same start */
export function useStartSeeding() {
  const token = useToken();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ request, key }: { request: SeedingRequest; key: string }) =>
      ask<Seeding>({ method: 'POST', path: '/seedings', token, body: request, headers: { 'Idempotency-Key': key, ...saying(request.why) } }),
    onSettled: () => Promise.all([['seedings'], ['regions']].map((queryKey) => client.invalidateQueries({ queryKey }))),
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
/** The newest twenty, the newest first. */
export const useRepairs = () => useLooked<{ repairs: Repair[] }>(['repairs'], '/repairs', () => false, READ_EVERY_MILLIS);
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
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ verification, key }: { verification: string; key: string }) =>
      ask<Repair>({ method: 'POST', path: '/repairs', token, body: { verification }, headers: { 'Idempotency-Key': key } }),
    onSettled: () => client.invalidateQueries({ queryKey: ['repairs'], exact: true }),
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

/** Of a lost region. What is left out: no bound, which only a look may do; and not by force. */
export interface FailoverRequest {
  region: string;
  maxLoss?: string;
  force?: true;
  reason?: string;
}

/** What takes two people is done for a reason only, which every request says in the same place. */
export const saying = (reason: string | undefined): Record<string, string> => (reason === undefined ? {} : { 'Meridian-Reason': encodeURIComponent(reason) });

/** Who would take over, and what may be missing until the region is back, by the very code that does it; nothing changes. */
export function usePlanFailover() {
  const token = useToken();
  return useMutation({
    mutationFn: (request: FailoverRequest) => ask<Plan>({ method: 'POST', path: '/failovers?dryRun=true', token, body: request, headers: saying(request.reason) }),
  });
}

/** @param key the same for every attempt at one and the same start */
export function useStartFailover() {
  const token = useToken();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ request, key }: { request: FailoverRequest; key: string }) =>
      ask<Run | Approval>({ method: 'POST', path: '/failovers', token, body: request, headers: { 'Idempotency-Key': key, ...saying(request.reason) } }),
    onSettled: () => Promise.all([['runs'], ['regions'], ['shards']].map((queryKey) => client.invalidateQueries({ queryKey }))),
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
