import { type QueryClient, type QueryKey, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { follow } from '../api/events';
import type { Change, ProblemDocument } from '../api/types';

/** The stream of events, which tells what to fetch again. */
export type Stream =
  | { kind: 'connecting' }
  | { kind: 'live'; since: number }
  | { kind: 'down'; since: number; problem: ProblemDocument };

const StreamContext = createContext<Stream>({ kind: 'connecting' });
const TokenContext = createContext<string>('');

export const useStream = () => useContext(StreamContext);
export const useToken = () => useContext(TokenContext);

export function LiveProvider({ token, children }: { token: string; children: ReactNode }) {
  const client = useQueryClient();
  const [stream, setStream] = useState<Stream>({ kind: 'connecting' });
  useEffect(() => {
    const end = new AbortController();
    const refresh = refresher(client);
    const listener = {
      opened: () => {
        setStream({ kind: 'live', since: Date.now() });
        refresh([]);
      },
      changed: (change: Change) => keysOf(change).forEach(refresh),
      broke: ({ problem }: { problem: ProblemDocument }) =>
        // "since" is when it was last up, however often it has been tried in vain
        setStream((before) => ({ kind: 'down', since: before.kind === 'down' ? before.since : Date.now(), problem })),
    };
    void follow(token, listener, end.signal);
    return () => end.abort();
  }, [token, client]);
  return (
    <TokenContext.Provider value={token}>
      <StreamContext.Provider value={stream}>{children}</StreamContext.Provider>
    </TokenContext.Provider>
  );
}

export function keysOf(change: Change): QueryKey[] {
  return [
    ...(change.runs.length > 0 ? [['runs']] : []),
    ...(change.shards ? [['shards']] : []),
    ...(change.regions || change.topology ? [['regions']] : []),
    ...(change.topology ? [['shards'], ['topology']] : []),
    ...(change.drills ? [['drills'], ['readiness']] : []),
  ];
}

/**
 * Fetches again what a key names, one fetch at a time: changes that arrive meanwhile make one more fetch afterwards, so that a burst of them
 * can neither starve the display (each cancelling the fetch before) nor leave it behind.
 */
function refresher(client: QueryClient): (key: QueryKey) => void {
  const running = new Map<string, { again: boolean }>();
  return (key) => {
    const name = JSON.stringify(key);
    const before = running.get(name);
    if (before) {
      before.again = true;
      return;
    }
    const mine = { again: true };
    running.set(name, mine);
    void (async () => {
      while (mine.again) {
        mine.again = false;
        await client.invalidateQueries({ queryKey: key });
      }
      running.delete(name);
    })();
  };
}
