import { Alert, Bullseye, Button, Spinner } from '@patternfly/react-core';
import { type ComponentType, useEffect, useState } from 'react';

/**
 * A page whose code comes when it is needed, or when {@link LazyPage.fetch} is called: the console has to open fast, and has to have all its pages before the
 * control plane that serves them is in trouble.
 */
export interface LazyPage<P> {
  Page: ComponentType<P>;
  fetch: () => Promise<void>;
}

type Loading<P> = { kind: 'waits' } | { kind: 'there'; Page: ComponentType<P> } | { kind: 'failed'; why: string };

export function lazyPage<P extends object>(load: () => Promise<ComponentType<P>>): LazyPage<P> {
  let there: ComponentType<P> | null = null;
  const fetch = async () => {
    there ??= await load();
  };
  function Page(props: P) {
    const [loading, setLoading] = useState<Loading<P>>(() => (there ? { kind: 'there', Page: there } : { kind: 'waits' }));
    useEffect(() => {
      if (loading.kind !== 'waits') return;
      let left = false;
      fetch().then(
        () => !left && there && setLoading({ kind: 'there', Page: there }),
        (cause: unknown) => !left && setLoading({ kind: 'failed', why: cause instanceof Error ? cause.message : String(cause) }),
      );
      return () => {
        left = true;
      };
    }, [loading]);
    switch (loading.kind) {
      case 'there':
        return <loading.Page {...props} />;
      case 'waits':
        return (
          <Bullseye>
            <Spinner aria-label="Fetching this page" />
          </Bullseye>
        );
      case 'failed':
        return (
          <Alert isInline variant="danger" component="h2" title="This page could not be fetched from the control plane">
            <p>{loading.why}. What it shows and does is on the command line, too: ./meridian help.</p>
            <Button variant="secondary" onClick={() => setLoading({ kind: 'waits' })}>
              Fetch it again
            </Button>
          </Alert>
        );
    }
  }
  return { Page, fetch };
}
