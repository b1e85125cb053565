import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { keepLagHistory } from './api/lagHistory';
import { RequestFailed } from './api/problem';
import { forgetToken, keepToken, receiveToken } from './api/token';
import type { ProblemDocument } from './api/types';
import { TokenForm } from './features/session/TokenForm';
import { MeProvider } from './live/may';
import { LiveProvider } from './live/stream';
import { ConsolePage } from './pages/ConsolePage';

type Session = { kind: 'open'; token: string } | { kind: 'closed'; refusal: ProblemDocument | null };

export function App() {
  const [session, setSession] = useState<Session>(opened);
  useEffect(() => {
    const onHash = () => setSession((before) => (location.hash.includes('token=') ? opened() : before));
    addEventListener('hashchange', onHash);
    return () => removeEventListener('hashchange', onHash);
  }, []);
  if (session.kind === 'closed') {
    return (
      <TokenForm
        refusal={session.refusal}
        onToken={(token) => {
          keepToken(token);
          setSession({ kind: 'open', token });
        }}
      />
    );
  }
  const refused = (refusal: ProblemDocument) => {
    forgetToken();
    setSession({ kind: 'closed', refusal });
  };
  return <OpenSession key={session.token} token={session.token} onRefused={refused} />;
}

function opened(): Session {
  const token = receiveToken();
  return token ? { kind: 'open', token } : { kind: 'closed', refusal: null };
}

function OpenSession({ token, onRefused }: { token: string; onRefused: (refusal: ProblemDocument) => void }) {
  const [client] = useState(() => newClient(onRefused));
  useEffect(() => () => client.clear(), [client]);
  return useMemo(
    () => (
      <QueryClientProvider client={client}>
        <LiveProvider token={token}>
          <MeProvider>
            <ConsolePage />
          </MeProvider>
        </LiveProvider>
      </QueryClientProvider>
    ),
    [client, token],
  );
}

function newClient(onRefused: (refusal: ProblemDocument) => void): QueryClient {
  const client = new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof RequestFailed && error.problem.status === 401) onRefused(error.problem);
      },
    }),
    // Retrying is the interval's business: a failed fetch is told at once. 'always': the control plane may be on this very machine, without a network.
    defaultOptions: { queries: { retry: false, networkMode: 'always', refetchIntervalInBackground: true }, mutations: { retry: false, networkMode: 'always' } },
  });
  keepLagHistory(client);
  return client;
}
