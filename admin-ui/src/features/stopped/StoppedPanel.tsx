import { EmptyState, EmptyStateBody } from '@patternfly/react-core';
import { useRegions } from '../../api/queries';
import { Command } from '../../live/Command';
import { count } from '../../live/format';
import { Panel } from '../../live/Panel';
import { Status } from '../../live/Status';
import { Table } from '../../live/Table';
import { hrefOf } from '../../live/view';
import own from './stopped.module.css';
import { seedCommand, type StoppedIn, stoppedIn } from './stopped';

/** More than people read. */
const MOST_SHOWN = 100;

/** Copies that stand still until they are made anew: what came was outside their lineage. */
export function StoppedPanel() {
  const asked = useRegions();
  return (
    <Panel title="Stopped shards" anchor="stopped" asked={asked}>
      {(regions, stale) => {
        const all = stoppedIn(regions);
        if (all.length > 0) return all.map((each) => <Stopped key={`${each.region} ${each.group}`} stopped={each} stale={stale || !each.connected} />);
        if (stale) return <p>Nothing had stopped when it was last known.</p>;
        return (
          <EmptyState titleText="No region tells of a stopped shard" headingLevel="h3" variant="sm">
            <EmptyStateBody>Every copy goes on taking what comes, as far as agents are heard.</EmptyStateBody>
          </EmptyState>
        );
      }}
    </Panel>
  );
}

function Stopped({ stopped, stale }: { stopped: StoppedIn; stale: boolean }) {
  const { region, group, shards, text } = stopped;
  const where = `${region}${group === 'default' ? '' : `, group ${group}`}`;
  const shown = shards.slice(0, MOST_SHOWN);
  return (
    <div className={own.store}>
      <Table scrolls={`Stopped shards of ${where}`} caption={`${where}: ${count(shards.length, 'shard')}`} heads={['Shard', 'From', 'Standing', 'Reason']}>
        {shown.map(({ shard, source, reason }) => (
          <tr key={`${shard} ${source}`}>
            <th scope="row">{shard}</th>
            <td>{source ?? 'not told'}</td>
            <td>
              <Status status="danger" stale={stale}>
                applies nothing more
              </Status>
            </td>
            <td className={own.reason}>{reason ?? 'none was told'}</td>
          </tr>
        ))}
      </Table>
      {shards.length > shown.length && (
        <p>
          {shown.length} of {count(shards.length, 'shard')} are shown; <code>./meridian regions --json</code> has all.
        </p>
      )}
      <p>
        A record came that does not follow what this copy has, so that nothing after it may take effect here. It does not heal by itself: get {shards.length === 1 ? 'the shard' : 'these shards'} anew from{' '}
        {shards.length === 1 ? 'its owner' : 'their owners'}. Until then do not count on {region} for {shards.length === 1 ? 'it' : 'them'} in a failover.
      </p>
      <p>
        <a href={hrefOf('replication', { at: 'seed', region, shards: text })}>Copy {shards.length === 1 ? 'it' : 'them'} anew to {region}: the form, filled in</a>
      </p>
      <Command line={seedCommand(stopped)} />
    </div>
  );
}
