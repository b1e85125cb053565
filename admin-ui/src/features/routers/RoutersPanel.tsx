import { useEnvoyBarrier } from '../../api/administration';
import type { Asked } from '../../live/freshness';
import { listed, timeOfDay } from '../../live/format';
import { Command } from '../../live/Command';
import { Panel } from '../../live/Panel';
import { type Seen, sinceInWords } from '../../live/since';
import { Status, Unknown } from '../../live/Status';
import { Table } from '../../live/Table';
import { hrefOf } from '../../live/view';
import type { Edges } from './edges';
import own from './routers.module.css';

interface Props {
  /** Of both answers that `edges` was made of. */
  asked: Asked & { data: Edges[] | undefined };
  /** Newest revision of the state, and when it was told; null: not known. */
  present: { revision: number; at: number } | null;
  since: ReadonlyMap<string, Seen>;
}

/** All regions' edges in one look, what needs a person first. */
export function RoutersPanel({ asked, present, since }: Props) {
  return (
    <Panel title="Routers" asked={asked} anchor="envoys" dated>
      {(edges, stale) => (
        <>
          <p role="status" className={own.sum}>
            {sum(edges, stale)} {present ? `Decided is revision ${present.revision}, as of ${timeOfDay(present.at)}.` : 'Which revision is decided is not known.'}
          </p>
          <Table scrolls="Regions’ routers, those that need a person first" label="Routers" heads={['Region', 'Stands', 'Since', 'Routers', 'Answer by', 'Have the newest', 'Refuse', 'Gone']}>
            {edges.map((each) => (
              <Row key={each.region} edges={each} present={present?.revision ?? null} seen={since.get(each.region)} stale={stale} />
            ))}
          </Table>
          <p className={own.note}>
            Of routers that are attached to another node of the control plane, this tells what is at most 5 s old. Gone: Envoys that were attached within the last ten minutes and are not now. An Envoy that is behind or refuses routes by the newest revision that
            it accepted: what it then sends to a region that does not own the shard any more is refused by that region’s fence, so that nothing is written twice.
          </p>
          <Command line="./meridian envoys" />
        </>
      )}
    </Panel>
  );
}

function Row({ edges, present, seen, stale }: { edges: Edges; present: number | null; seen: Seen | undefined; stale: boolean }) {
  const { region, standing, heard, hold, envoys, current, refusing } = edges;
  const barrier = useEnvoyBarrier(region, present);
  return (
    <tr>
      <th scope="row">
        <a href={hrefOf('routers', { at: region })}>{region}</a>
      </th>
      <td>
        <Status status={standing.status} stale={stale}>
          {standing.text}
        </Status>
      </td>
      <td>{seen ? sinceInWords(seen) : 'unknown'}</td>
      <td>{heard === null ? <Unknown /> : heard ? (barrier.data ? `${barrier.data.routers} heard` : 'heard') : 'not all heard'}</td>
      <td>{hold === null ? <Unknown /> : hold}</td>
      <td>{current === null || heard === null ? <Unknown /> : `${current} of ${envoys.length}`}</td>
      <td>{heard === null ? <Unknown /> : refusing}</td>
      <td>{barrier.data ? barrier.data.gone : <Unknown />}</td>
    </tr>
  );
}

function sum(edges: Edges[], stale: boolean): string {
  if (edges.length === 0) return 'No region is declared yet.';
  const troubled = edges.filter(({ standing }) => standing.status === 'danger' || standing.status === 'warning');
  if (troubled.length > 0) return `${stale ? 'When it was last known, a person was needed' : 'A person is needed'} in ${listed(troubled.map(({ region }) => region))}.`;
  return stale ? 'When it was last known, all routers followed.' : 'All routers follow.';
}
