import { Alert, Label } from '@patternfly/react-core';
import { useNow } from './clock';
import { timeOfDay } from './format';
import type { Freshness } from './freshness';
import { type Stream, useStream } from './stream';

/** In the masthead: how current the page is, in a word. */
export function StreamLabel({ freshness }: { freshness: Freshness }) {
  const stream = useStream();
  useNow();
  return (
    <span role="status" aria-label="How current this page is">
      {freshness.kind === 'stale' ? (
        <Label status="warning">Stale since {timeOfDay(freshness.since)}</Label>
      ) : freshness.kind === 'unknown' ? (
        <Label variant="outline">{freshness.problem ? 'Unknown: no answer' : 'Asking'}</Label>
      ) : (
        <Fresh stream={stream} />
      )}
    </span>
  );
}

function Fresh({ stream }: { stream: Stream }) {
  switch (stream.kind) {
    case 'live':
      return <Label status="success">Live</Label>;
    case 'connecting':
      return <Label status="info">Asking every 2 s</Label>;
    case 'down':
      return <Label status="info">Asking every 2 s: no events since {timeOfDay(stream.since)}</Label>;
  }
}

/** Above everything while what is shown may have changed: what is not known, since when, and why. */
export function StaleBanner({ since, problem }: Extract<Freshness, { kind: 'stale' }>) {
  return (
    <Alert isInline variant="warning" component="h2" title={`Stale since ${timeOfDay(since)}: what is shown below was true then and may have changed`}>
      {problem ? `${problem.title}${problem.detail ? `: ${problem.detail}` : ''}. ` : ''}
      It is asked for again by itself.
    </Alert>
  );
}
