import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useToken } from '../live/stream';
import type { Cluster, Declared, DeclaredRevision, EnvoyBarrier, MadeToken, NewVoter, Restore, Token, TokenRequest, Tokens, TopologyDiff, VoterPreview } from './administration-types';
import { ask, askFile, BACKUP_PATIENCE_MILLIS, type Call, VOTERS_PATIENCE_MILLIS } from './client';
import { type Asking, READ_EVERY_MILLIS, saying, useAct, useLooked } from './queries';
import type { Approval, WhoAmI } from './types';

/*
 * What is asked of the API about the control plane itself: its voters, who may come in, the declared topology. As in queries.ts, one hook per resource.
 */

/** By the revision that is decided now; the answer says for which one it is. @param revision null: none is known, and nothing is asked */
export function useEnvoyBarrier(region: string, revision: number | null) {
  const token = useToken();
  return useQuery({
    queryKey: ['envoys', 'barrier', region],
    queryFn: ({ signal }) => ask<EnvoyBarrier>({ path: `/envoys/barrier?region=${encodeURIComponent(region)}&revision=${revision}`, token, signal }),
    refetchInterval: READ_EVERY_MILLIS,
    refetchIntervalInBackground: false,
    enabled: revision !== null,
  });
}

export const useCluster = () => useLooked<Cluster>(['control-plane'], '/control-plane', () => false, READ_EVERY_MILLIS);

const CLUSTER = [['control-plane'], ['regions']];

/** Who would vote, by the very rules that let it; nothing changes. */
export function usePlanVoter() {
  const token = useToken();
  return useMutation({ mutationFn: (body: NewVoter) => ask<VoterPreview>({ method: 'POST', path: '/control-plane/voters?dryRun=true', token, body }) });
}

export const useAddVoter = (voter: NewVoter) => useAct<Cluster>({ method: 'POST', path: '/control-plane/voters', patienceMillis: VOTERS_PATIENCE_MILLIS }, CLUSTER, () => voter);
export const useRemoveVoter = (id: string) => useAct<Cluster>({ method: 'DELETE', path: `/control-plane/voters/${encodeURIComponent(id)}`, patienceMillis: VOTERS_PATIENCE_MILLIS }, CLUSTER);
export const useLead = (id: string) => useAct<Cluster>({ method: 'POST', path: '/control-plane/leader' }, CLUSTER, () => ({ id }));
export const useRaiseLogic = (version: number) => useAct<{ logicVersion: number }>({ method: 'POST', path: '/control-plane/logic-version' }, CLUSTER, () => ({ version }));

/** The whole state, as a file: it is given to `keep`, and nothing of it stays here. */
export function useBackup(keep: (file: { name: string | null; content: Blob }) => void) {
  const token = useToken();
  return useMutation({
    mutationFn: async (_: Asking) => {
      const file = await askFile({ path: '/backup', token, patienceMillis: BACKUP_PATIENCE_MILLIS });
      keep(file);
      return { name: file.name, bytes: file.content.size };
    },
  });
}

/** How far a restore is. */
export const useRestore = () => useLooked<Restore>(['restore'], '/restore', () => false, READ_EVERY_MILLIS);

/** Asked more often than what buttons need: this one is looked at. */
export const useWhoAmINow = () => useLooked<WhoAmI>(['whoami'], '/whoami', () => false, READ_EVERY_MILLIS);
/** By name; more than these there seldom are, and `next` says so. */
export const useTokens = () => useLooked<Tokens>(['tokens'], '/tokens?limit=200', () => false, READ_EVERY_MILLIS);
export const useRevokeToken = (name: string) => useAct<Token>({ method: 'DELETE', path: `/tokens/${encodeURIComponent(name)}` }, [['tokens'], ['approvals']]);

/** The text of a token is told once, to `tell`: no cache keeps it. */
export function useMakeToken(request: TokenRequest, tell: (made: MadeToken) => void) {
  const token = useToken();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ reason, key }: Asking) => {
      const made = await ask<MadeToken>({ method: 'POST', path: '/tokens', token, body: request, headers: { 'Idempotency-Key': key, ...saying(reason === '' ? undefined : reason) } });
      tell(made);
      return { name: made.name };
    },
    onSettled: () => Promise.all([['tokens'], ['approvals']].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

export const useDeclaredRevisions = () => useLooked<DeclaredRevision[]>(['topology', 'revisions'], '/topology/revisions', () => false, READ_EVERY_MILLIS);
/** Between two revisions that were: it never changes. */
export const useTopologyDiff = (from: number, to: number) => useLooked<TopologyDiff>(['topology', 'diff', `${from}-${to}`], `/topology/diff?from=${from}&to=${to}`, () => true);

/** A change of the declared topology: of a document, or back to an earlier revision. It is about the revision that was seen, and refused when there is another. */
export type TopologyChange = { kind: 'apply'; document: string; seen: number | null } | { kind: 'roll-back'; to: number; seen: number };

function callOf(change: TopologyChange, dry: boolean): Omit<Call, 'token' | 'headers'> & { headers: Record<string, string> } {
  const headers: Record<string, string> = change.seen === null ? {} : { 'If-Match': `"${change.seen}"` };
  if (change.kind === 'apply') return { method: 'PUT', path: `/topology${dry ? '?dryRun=true' : ''}`, text: change.document, headers };
  return { method: 'POST', path: `/topology/rollback?to=${change.to}${dry ? '&dryRun=true' : ''}`, headers };
}

/** What would change, by the very code that changes it; nothing does. */
export function usePlanTopology() {
  const token = useToken();
  return useMutation({ mutationFn: (change: TopologyChange) => ask<Declared>({ ...callOf(change, true), token }) });
}

/** @param tell what became of it: the topology as it is then, or what waits for a second person */
export function useChangeTopology(change: TopologyChange, tell: (answer: Declared | Approval) => void) {
  const token = useToken();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ reason, key }: Asking) => {
      const call = callOf(change, false);
      tell(await ask<Declared | Approval>({ ...call, token, headers: { ...call.headers, 'Idempotency-Key': key, ...saying(reason === '' ? undefined : reason) } }));
    },
    onSettled: () => Promise.all([['topology'], ['regions'], ['shards'], ['approvals']].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
