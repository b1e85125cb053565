import { Label } from '@patternfly/react-core';
import { useTopology } from '../../api/queries';
import { Command } from '../../live/Command';
import { Panel } from '../../live/Panel';
import { Table } from '../../live/Table';
import { hrefOf } from '../../live/view';
import { PER_HOUR, policiesOf, WINDOW } from './policy';

/** What happens when a region looks lost and nobody asks for anything. It is declared in the topology and changed there. */
export function PolicyPanel() {
  return (
    <Panel title="When a region looks lost" asked={useTopology()} anchor="policy">
      {({ revision, topology }, stale) => (
        <>
          <Table scrolls="Failover policies by region" label="Failover policies" heads={['Region', 'Policy', 'At most lost', 'So']}>
            {policiesOf(topology).map(({ region, mode, maxLoss, sentence }) => (
              <tr key={region}>
                <th scope="row">{region}</th>
                <td>{stale ? `was: ${mode}` : <Label isCompact>{mode}</Label>}</td>
                <td>{maxLoss ?? 'not declared'}</td>
                <td>{sentence}</td>
              </tr>
            ))}
          </Table>
          <p>
            A region looks lost when nothing was heard of it in two windows of {topology.failover?.window ?? WINDOW} and most others see the same. After {topology.failover?.perHour ?? PER_HOUR} automatic failovers
            within an hour none follows until a person acknowledges. What looks lost now stands under <a href={hrefOf('overview', { at: 'attention' })}>Needs attention</a>.
          </p>
          <Command line="./meridian topology apply FILE">Declared in the topology of revision {revision}, and changed there; to let a region fail over by itself takes two people:</Command>
          <Command line="./meridian failover advice">What looks lost now, on the command line:</Command>
        </>
      )}
    </Panel>
  );
}
