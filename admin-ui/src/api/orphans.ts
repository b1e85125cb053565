import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useToken } from '../live/stream';
import { ask } from './client';
import type { Orphan, OrphanName, OrphanRevision, Verdict } from './orphan-types';
import { type Asking, READ_EVERY_MILLIS, saying, useLooked } from './queries';

/*
 * What is asked of the API about writes that lost their place. As in queries.ts, one hook per resource.
 */

/** @param search as the API's parameters; empty: all */
export const useOrphans = (search = '') => useLooked<Orphan[]>(search === '' ? ['orphans'] : ['orphans', search], search === '' ? '/orphans' : `/orphans?${search}`, () => false, READ_EVERY_MILLIS);
export const useOpenOrphans = () => useLooked<Orphan[]>(['orphans', 'open'], '/orphans?open=true', () => false, READ_EVERY_MILLIS);
/** The newest first: those under way, and the newest 50 of the others. */
export const useRevisions = () => useLooked<OrphanRevision[]>(['orphans', 'revisions'], '/orphans/revisions');

/** The agent of the shard's owner does it, and the order says what became of that. @param over a state that an order before told, and that this one may overwrite */
export function useRevise({ source, position, shard, index }: OrphanName, verdict: Verdict, over: string | null) {
  const token = useToken();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ reason, key }: Asking) => {
      const body = { source, position, shard, index, verdict, ...(over === null ? {} : { over }), reason };
      return ask<OrphanRevision>({ method: 'POST', path: '/orphans/revisions', token, body, headers: { 'Idempotency-Key': key, ...saying(reason) } });
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['orphans'] }),
  });
}
