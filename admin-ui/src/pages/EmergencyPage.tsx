import { Stack, StackItem } from '@patternfly/react-core';
import type { Region, Run } from '../api/types';
import { FailoverForm } from '../features/failover/FailoverForm';
import { DrillGoesOn } from '../features/drills/DrillGoesOn';
import type { Seen } from '../live/since';
import { StandingPanel } from '../features/failover/StandingPanel';
import { hasEnded, isFailover, newestFirst } from '../features/moves/runState';
import { RunView } from '../features/moves/RunView';
import { OrphansPanel } from '../features/orphans/OrphansPanel';

interface Props {
  regions: Region[];
  runs: Run[];
  since: ReadonlyMap<string, Seen>;
  /** What the page shows is not confirmed now. */
  stale: boolean;
}

/** What is needed when a region is lost, from top to bottom in the order in which it is needed. */
export function EmergencyPage({ regions, runs, since, stale }: Props) {
  const failovers = newestFirst(runs.filter(isFailover));
  const going = failovers.filter((run) => !hasEnded(run));
  return (
    <Stack hasGutter>
      <DrillGoesOn />
      <StackItem>
        <StandingPanel since={since} />
      </StackItem>
      {(going.length > 0 ? going : failovers.slice(0, 1)).map((run) => (
        <StackItem key={run.id}>
          <RunView run={run} />
        </StackItem>
      ))}
      <StackItem>
        <FailoverForm regions={regions} stale={stale} />
      </StackItem>
      <StackItem>
        <OrphansPanel />
      </StackItem>
    </Stack>
  );
}
