import type { Repair } from '../../api/types';
import { count } from '../../live/format';
import { Table } from '../../live/Table';
import css from '../../live/tables.module.css';
import own from './copies.module.css';
import { askedText, MOST_SHARDS } from './differences';

/** A repair by shard; before it was started without what came of it. */
export function ShardRepairs({ repair, label, outcomes = false }: { repair: Repair; label: string; outcomes?: boolean }) {
  const shown = repair.shards.slice(0, MOST_SHARDS);
  return (
    <>
      <Table scrolls={`${label}, by shard`} label={label} heads={['Shard', 'Owner', 'Epoch', 'Rows', 'Of these not at the owner', ...(outcomes ? ['Written', 'Deleted', 'Problem'] : [])]}>
        {shown.map((shard) => (
          <tr key={shard.shard}>
            <th scope="row">{shard.shard}</th>
            <td>{shard.owner}</td>
            <td>{shard.epoch}</td>
            <td>{askedText(shard)}</td>
            <td>{shard.missing.toLocaleString('en')}</td>
            {outcomes && (
              <>
                <td>{told(shard.rows)}</td>
                <td>{told(shard.absent)}</td>
                <td className={own.problem}>{shard.problem ?? 'none'}</td>
              </>
            )}
          </tr>
        ))}
      </Table>
      {repair.shards.length > shown.length && (
        <p>
          {shown.length} of {count(repair.shards.length, 'shard')} are shown.
        </p>
      )}
    </>
  );
}

const told = (n: number | null) => (n === null ? 'not reported yet' : n.toLocaleString('en'));

const MOST_LEFT = 20;

/** What this repair does not reach, and why: a list that looks complete and is not would be believed. */
export function Left({ repair: { left } }: { repair: Repair }) {
  if (left.length === 0) return null;
  return (
    <>
      <p>Left as it is:</p>
      <ul className={css.notes}>
        {left.slice(0, MOST_LEFT).map(({ shard, why }) => (
          <li key={`${shard} ${why}`}>
            Shard {shard}: {why}
          </li>
        ))}
        {left.length > MOST_LEFT && <li>and {count(left.length - MOST_LEFT, 'more shard')}</li>}
      </ul>
    </>
  );
}
