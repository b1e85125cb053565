import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import type { Lag, LinkLag } from './types';

/** The API tells of the lag now and keeps nothing: what it was is what this console was told, on whichever page. */
export const KEPT_MILLIS = 10 * 60_000;

/** One answer about a link. Times are the browser's. */
export interface Told {
  at: number;
  /** Null: the answer did not know. */
  millis: number | null;
}

export type LagHistory = ReadonlyMap<string, readonly Told[]>;

export const linkKey = ({ source, target, group }: Pick<LinkLag, 'source' | 'target' | 'group'>) => JSON.stringify([source, target, group]);

/** A link that an answer leaves out keeps what was told of it before, as long as that is kept. */
export function remember(before: LagHistory, { links }: Lag, at: number): LagHistory {
  const oldest = at - KEPT_MILLIS;
  const after = new Map<string, readonly Told[]>();
  for (const [key, told] of before) after.set(key, told.filter((each) => each.at >= oldest));
  for (const link of links) after.set(linkKey(link), [...(after.get(linkKey(link)) ?? []), { at, millis: link.millis }]);
  return new Map([...after].filter(([, told]) => told.length > 0));
}

interface Store {
  history: LagHistory;
  watchers: Set<() => void>;
}

const EMPTY: LagHistory = new Map();
const stores = new WeakMap<QueryClient, Store>();

/** From now on every answer about the lag is remembered, whoever asked for it. */
export function keepLagHistory(client: QueryClient): void {
  if (stores.has(client)) return;
  const known = client.getQueryState<Lag>(['lag']);
  const store: Store = { history: known?.data ? remember(EMPTY, known.data, known.dataUpdatedAt) : EMPTY, watchers: new Set() };
  stores.set(client, store);
  client.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated' || event.action.type !== 'success' || event.query.queryKey[0] !== 'lag') return;
    const { data, dataUpdatedAt } = event.query.state;
    store.history = remember(store.history, data as Lag, dataUpdatedAt);
    store.watchers.forEach((each) => each());
  });
}

export function useLagHistory(): LagHistory {
  const client = useQueryClient();
  const watch = (watcher: () => void) => {
    keepLagHistory(client);
    stores.get(client)?.watchers.add(watcher);
    return () => void stores.get(client)?.watchers.delete(watcher);
  };
  return useSyncExternalStore(watch, () => stores.get(client)?.history ?? EMPTY);
}
