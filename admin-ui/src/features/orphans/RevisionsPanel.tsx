import { useRevisions } from '../../api/orphans';
import type { OrphanRevision } from '../../api/orphan-types';
import { Command } from '../../live/Command';
import { dayAndTime, duration } from '../../live/format';
import { useNow } from '../../live/clock';
import { Panel } from '../../live/Panel';
import { Status } from '../../live/Status';
import { Table } from '../../live/Table';
import { hrefOf } from '../../live/view';
import own from './orphans.module.css';
import { isUnderWay, orderStanding, wordOf } from './revising';

/** What people ordered to be decided otherwise, whoever did, and what became of each. */
export function RevisionsPanel() {
  return (
    <Panel title="Revised decisions" anchor="revisions" asked={useRevisions()} dated>
      {(orders, stale) => (
        <>
          {orders.length === 0 ? (
            <p>{stale ? 'No order to decide a lost write otherwise was told of when it was last known.' : 'Nobody ordered a lost write to be decided otherwise, as far as the control plane keeps such orders. One begins with a lost write, above.'}</p>
          ) : (
            <Orders orders={orders} stale={stale} />
          )}
          <Command line="./meridian orphans revisions" />
        </>
      )}
    </Panel>
  );
}

function Orders({ orders, stale }: { orders: OrphanRevision[]; stale: boolean }) {
  const now = useNow();
  return (
    <Table scrolls="Orders to decide lost writes otherwise, the newest first" label="Revised decisions" heads={['Order', 'State', 'Verdict', 'From', 'Shard', 'Position', 'Done by', 'Asked by', 'Asked', 'Ended', 'Reason', 'What its agent says']}>
      {orders.map((order) => (
        <tr key={order.id}>
          <th scope="row">
            <a href={hrefOf('replication', { at: 'lost-writes', shard: String(order.shard) })} aria-label={`Lost writes of shard ${order.shard}, which ${order.id} is about`}>
              {order.id}
            </a>
          </th>
          <td>
            <Status status={orderStanding(order).status} stale={stale && isUnderWay(order)}>
              {order.state}
            </Status>
          </td>
          <td>
            {wordOf(order.verdict)}
            {order.over !== null && ` over ${order.over}`}
          </td>
          <td>{order.source}</td>
          <td>{order.shard}</td>
          <td>
            {order.position} {order.index}
          </td>
          <td>{order.region}</td>
          <td>{order.by}</td>
          <td>{dayAndTime(order.askedAt)}</td>
          <td>{order.endedAt === null ? `not yet, for ${duration(Math.max(0, now - Date.parse(order.askedAt)))}` : dayAndTime(order.endedAt)}</td>
          <td className={own.wide}>{order.reason}</td>
          <td className={own.wide}>{order.problem ?? ''}</td>
        </tr>
      ))}
    </Table>
  );
}
