import { Stack, StackItem } from '@patternfly/react-core';
import { useEnvoys, useRegions, useShards } from '../../api/queries';
import { together } from '../../live/freshness';
import { useObserved } from '../../live/since';
import { edgesOf, envoyStanding } from './edges';
import { nameOf, RegionEnvoys } from './RegionEnvoys';
import { RoutersPanel } from './RoutersPanel';

/** What routes requests in each region, by which revision, and what stands in the way of a newer one. */
export function Routers() {
  const shards = useShards();
  const both = together(useRegions(), useEnvoys());
  const present = shards.data ? { revision: shards.data.revision, at: shards.dataUpdatedAt } : null;
  const revision = present?.revision ?? null;
  const edges = both.data && edgesOf(...both.data, revision);
  const regionsSince = useObserved(both, edges?.map(({ region, standing }) => ({ name: region, fact: lasting(standing) })) ?? []);
  const envoysSince = useObserved(both, both.data?.[1].map((envoy) => ({ name: nameOf(envoy), fact: lasting(envoyStanding(envoy, revision)) })) ?? []);
  return (
    <Stack hasGutter>
      <StackItem>
        <RoutersPanel asked={{ ...both, data: edges }} present={present} since={regionsSince} />
      </StackItem>
      {edges?.map((each) => (
        <StackItem key={each.region}>
          <RegionEnvoys asked={both} edges={each} present={revision} since={envoysSince} />
        </StackItem>
      ))}
    </Stack>
  );
}

/** To follow from one revision to the next is one thing that lasts, not a new one with each. */
const lasting = ({ status, text }: { status: string; text: string }) => (status === 'info' || status === 'success' ? 'follows' : text);
