import { writeShards } from '../../shards/shardSet';
import { ZoneCode } from '../../shards/ZoneCode';
import { percent, shardCount, type Tally } from './map';
import grid from './ShardGrid.module.css';
import css from './Legend.module.css';

/** What the cells mean, and the map once more in words. */
export function Legend({ tally, size, chosen }: { tally: Tally; size: number; chosen: number }) {
  return (
    <ul className={css.legend} aria-label="Legend of the shard map">
      {tally.zones.map(({ zone, mark, shards }) => (
        <li key={zone}>
          <ZoneCode mark={mark} />
          <strong>{zone}</strong>
          <span className={css.number}>
            {shardCount(shards.length)} · {percent(shards.length, size)}
          </span>
          <Ranges shards={shards} />
        </li>
      ))}
      <li>
        <span className={`${grid.cell} ${grid.sample} ${grid.frozen}`} aria-hidden="true" />
        <strong>frozen</strong>
        <span className={css.number}>{shardCount(tally.frozen.length)}</span>
        <Ranges shards={tally.frozen} otherwise="no requests are held" />
      </li>
      <li>
        <span className={`${grid.cell} ${grid.sample} ${grid.nobody}`} aria-hidden="true">–</span>
        <strong>between owners</strong>
        <span className={css.number}>{shardCount(tally.withdrawn.length)}</span>
        <Ranges shards={tally.withdrawn} otherwise="every shard has an owner" />
      </li>
      {tally.unknown.length > 0 && (
        <li>
          <span className={`${grid.cell} ${grid.sample} ${grid.nobody}`} aria-hidden="true">?</span>
          <strong>unknown</strong>
          <span className={css.number}>{shardCount(tally.unknown.length)}</span>
          <Ranges shards={tally.unknown} />
        </li>
      )}
      {chosen > 0 && (
        <li>
          <span className={`${grid.cell} ${grid.sample} ${grid.chosen}`} aria-hidden="true" />
          <strong>chosen</strong>
          <span className={css.number}>{shardCount(chosen)}</span>
          <span className={css.ranges}>for the move being prepared</span>
        </li>
      )}
    </ul>
  );
}

function Ranges({ shards, otherwise = '' }: { shards: number[]; otherwise?: string }) {
  const text = writeShards(shards);
  return (
    <span className={css.ranges} title={text}>
      {text || otherwise}
    </span>
  );
}
