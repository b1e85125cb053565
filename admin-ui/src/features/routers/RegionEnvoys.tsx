import { Command } from '../../live/Command';
import type { Asked } from '../../live/freshness';
import { Panel } from '../../live/Panel';
import { quoted } from '../../live/shell';
import { type Seen, sinceInWords } from '../../live/since';
import { Status } from '../../live/Status';
import { Table } from '../../live/Table';
import { behind, type Edges, envoyStanding } from './edges';
import own from './routers.module.css';

interface Props {
  asked: Asked;
  edges: Edges;
  present: number | null;
  /** By {@link nameOf} an Envoy. */
  since: ReadonlyMap<string, Seen>;
}

/** One region's Envoys, and why one refuses what it is sent. */
export function RegionEnvoys({ asked, edges: shown, present, since }: Props) {
  const { region } = shown;
  return (
    <Panel title={`Envoys of ${region}`} asked={{ ...asked, data: shown }} anchor={region} dated>
      {({ envoys, heard }, stale) => (
        <>
          {envoys.length === 0 ? (
            <p>{heard === null ? 'No router of it was heard of yet: what its Envoys route by is not known.' : stale ? 'No Envoy was attached to its router when it was last known.' : 'No Envoy is attached to its router.'}</p>
          ) : (
            <Table scrolls={`Envoys of ${region}, those that refuse first`} label={`Envoys of ${region}`} heads={['Envoy', 'Router', 'Stands', 'Since', 'Sent', 'Accepted', 'Behind', 'Refusal']}>
              {envoys.map((envoy) => {
                const standing = envoyStanding(envoy, present);
                const seen = since.get(nameOf(envoy));
                return (
                  <tr key={nameOf(envoy)}>
                    <th scope="row">{envoy.node}</th>
                    <td>{envoy.router}</td>
                    <td>
                      <Status status={standing.status} stale={stale}>
                        {standing.text}
                      </Status>
                    </td>
                    <td>{seen ? sinceInWords(seen) : 'unknown'}</td>
                    <td>{envoy.sentRevision}</td>
                    <td>{envoy.ackedRevision}</td>
                    <td>{behind(envoy, present) ?? (present === null ? 'unknown' : 0)}</td>
                    <td className={own.wide}>{envoy.nack}</td>
                  </tr>
                );
              })}
            </Table>
          )}
          {present !== null && <Command line={`./meridian envoys barrier --region ${quoted(region)} --revision ${present}`}>Whether all of them have the newest:</Command>}
        </>
      )}
    </Panel>
  );
}

export const nameOf = ({ region, router, node }: { region: string; router: string; node: string }) => `${region} ${router} ${node}`;
