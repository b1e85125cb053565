import { EmptyState, EmptyStateBody } from '@patternfly/react-core';
import { useRegions } from '../../api/queries';
import { Panel } from '../../live/Panel';
import type { ZoneMark } from '../../shards/zones';
import { RegionCard } from './RegionCard';
import css from './RegionCard.module.css';

export function RegionsPanel({ marks }: { marks: Map<string, ZoneMark> }) {
  return (
    <Panel title="Regions" anchor="regions" asked={useRegions()}>
      {(regions, stale) =>
        regions.length === 0 ? (
          <EmptyState titleText="No regions yet" headingLevel="h3">
            <EmptyStateBody>No topology has been applied.</EmptyStateBody>
          </EmptyState>
        ) : (
          <div className={css.regions}>
            {regions.map((region) => (
              <RegionCard key={region.name} region={region} marks={marks} stale={stale} />
            ))}
          </div>
        )
      }
    </Panel>
  );
}
