import { EmptyState, EmptyStateBody } from '@patternfly/react-core';
import { useMemo, useState } from 'react';
import { useShards } from '../../api/queries';
import type { Shard } from '../../api/types';
import { Panel } from '../../live/Panel';
import { shardOf } from '../../shards/shardFunction';
import type { ZoneMark } from '../../shards/zones';
import { Legend } from './Legend';
import { byNumber, MOST_CELLS, shardCount, sizeOf, tally } from './map';
import { ShardGrid } from './ShardGrid';
import { WhereKey } from './WhereKey';

interface Props {
  marks: Map<string, ZoneMark>;
  chosen: ReadonlySet<number>;
}

export function ShardMapPanel({ marks, chosen }: Props) {
  return (
    <Panel title="Shards" anchor="map" asked={useShards()}>
      {({ shards }, stale) =>
        shards.length === 0 ? (
          <EmptyState titleText="No shards yet" headingLevel="h3">
            <EmptyStateBody>No topology has been applied.</EmptyStateBody>
          </EmptyState>
        ) : (
          <ShardMap shards={shards} marks={marks} chosen={chosen} stale={stale} />
        )
      }
    </Panel>
  );
}

function ShardMap({ shards, marks, chosen, stale }: Props & { shards: Shard[]; stale: boolean }) {
  const [key, setKey] = useState('');
  const places = useMemo(() => byNumber(shards), [shards]);
  const shares = useMemo(() => tally(places, marks), [places, marks]);
  const size = sizeOf(places);
  const found = key === '' || size === null ? null : shardOf(key, size);
  return (
    <>
      <WhereKey value={key} onChange={setKey} computable={size !== null} found={found} places={places} stale={stale} />
      {places.length <= MOST_CELLS ? (
        <ShardGrid places={places} marks={marks} chosen={chosen} found={found} />
      ) : (
        <p>{shardCount(places.length)} are too many to draw one by one; where they are is told by range.</p>
      )}
      <Legend tally={shares} size={places.length} chosen={chosen.size} />
    </>
  );
}
