import { useRepairs } from '../../api/queries';
import type { Repair } from '../../api/types';
import { Command } from '../../live/Command';
import { count, timeOfDay } from '../../live/format';
import { Panel } from '../../live/Panel';
import { Status } from '../../live/Status';
import { Table } from '../../live/Table';
import { hrefOf, useParams } from '../../live/view';
import { hasEnded, RepairView, statusOf } from './RepairView';
import own from './copies.module.css';

/** Repairs that there were, whoever started them, and the one that the address names. */
export function RepairsPanel() {
  const asked = useRepairs();
  const params = useParams();
  const named = params.get('at') === 'repairs' ? params.get('repair') : null;
  return (
    <>
      <Panel title="Repairs" anchor="repairs" asked={asked}>
        {({ repairs }, stale) => (
          <>
            {repairs.length === 0 ? (
              <p>{stale ? 'No repair was told of when it was last known.' : 'The control plane knows of no repair. One begins with a comparison, row by row.'}</p>
            ) : (
              <Repairs repairs={repairs} named={named} stale={stale} />
            )}
            <Command line={named === null ? './meridian repairs' : `./meridian repairs ${named}`} />
          </>
        )}
      </Panel>
      {named !== null && (
        <div className={own.spaced}>
          <RepairView key={named} id={named} asPlanned busy={false} onCompareAgain={null} />
        </div>
      )}
    </>
  );
}

function Repairs({ repairs, named, stale }: { repairs: Repair[]; named: string | null; stale: boolean }) {
  return (
    <Table scrolls="Repairs, the newest first" label="Repairs" heads={['Repair', 'State', 'Shards', 'Rows written', 'Problems', 'By', 'Started', 'Ended']}>
      {repairs.map((repair) => (
        <tr key={repair.id}>
          <th scope="row">
            <a href={hrefOf('replication', { at: 'repairs', repair: repair.id })} aria-label={`Show ${repair.id}`} aria-current={repair.id === named ? 'true' : undefined}>
              {repair.id}
            </a>
          </th>
          <td>
            <Status status={statusOf(repair.state)} stale={stale && !hasEnded(repair)}>
              {repair.state}
            </Status>
          </td>
          <td>{reported(repair)}</td>
          <td>{repair.shards.reduce((sum, { rows }) => sum + (rows ?? 0), 0).toLocaleString('en')}</td>
          <td>{repair.shards.filter(({ problem }) => problem !== null).length.toLocaleString('en')}</td>
          <td>{repair.by}</td>
          <td title={repair.startedAt}>{timeOfDay(repair.startedAt)}</td>
          <td title={repair.endedAt ?? undefined}>{repair.endedAt === null ? 'not yet' : timeOfDay(repair.endedAt)}</td>
        </tr>
      ))}
    </Table>
  );
}

/** `3 of 341 shards reported` */
function reported({ shards }: Repair): string {
  const told = shards.filter(({ rows, problem }) => rows !== null || problem !== null).length;
  return told === shards.length ? count(told, 'shard') : `${told.toLocaleString('en')} of ${count(shards.length, 'shard')} reported`;
}
