import { Label } from '@patternfly/react-core';
import { useEnvoys } from '../../api/queries';
import type { AttachedEnvoy } from '../../api/types';
import { Command } from '../../live/Command';
import { Panel } from '../../live/Panel';
import { Table } from '../../live/Table';
import own from './safety.module.css';

/** What each Envoy was sent, and routes by. */
export function EnvoysPanel() {
  return (
    <Panel title="Envoys" asked={useEnvoys()} anchor="envoys">
      {(envoys, stale) => (
        <>
          {envoys.length === 0 ? (
            <p>{stale ? 'No router told of an Envoy when it was last known.' : 'No router tells of an Envoy.'}</p>
          ) : (
            <Table scrolls="Envoys by region" label="Envoys" heads={['Region', 'Router', 'Envoy', 'Stands', 'Sent', 'Accepted', 'Refusal']}>
              {[...envoys].sort(refusingFirst).map((envoy) => (
                <tr key={`${envoy.region} ${envoy.router} ${envoy.node}`}>
                  <td>{envoy.region}</td>
                  <td>{envoy.router}</td>
                  <th scope="row">{envoy.node}</th>
                  <td>{stale ? `was: ${standing(envoy).word}` : <Label isCompact status={standing(envoy).status}>{standing(envoy).word}</Label>}</td>
                  <td>{envoy.sentRevision}</td>
                  <td>{envoy.ackedRevision}</td>
                  <td className={own.wide}>{envoy.nack}</td>
                </tr>
              ))}
            </Table>
          )}
          <Command line="./meridian envoys" />
        </>
      )}
    </Panel>
  );
}

const refusingFirst = (a: AttachedEnvoy, b: AttachedEnvoy) => Number(b.nack !== null) - Number(a.nack !== null);

function standing({ nack, connected, sentRevision, ackedRevision }: AttachedEnvoy): { status: 'danger' | 'warning' | 'info' | 'success'; word: string } {
  if (nack !== null) return { status: 'danger', word: 'refuses' };
  if (!connected) return { status: 'warning', word: 'router not heard' };
  return sentRevision > ackedRevision ? { status: 'info', word: 'has not accepted the newest yet' } : { status: 'success', word: 'has the newest' };
}
