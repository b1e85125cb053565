import { Table } from '../../live/Table';
import css from '../../live/tables.module.css';
import { columnsOf, type Version } from './lost';
import own from './orphans.module.css';

/** One side of a comparison. */
export interface Side {
  name: string;
  version: Version;
  /** Said where there is no row. */
  none: string;
}

/** Two versions of a row, side by side where both are whole. @param differs the word for a column in which they differ */
export function Versions({ label, left, right, differs = 'differs' }: { label: string; left: Side; right: Side; differs?: string }) {
  const whole = (version: Version) => version.kind !== 'cut';
  if (!whole(left.version) || !whole(right.version) || (left.version.kind === 'none' && right.version.kind === 'none')) {
    return (
      <>
        <Told side={left} />
        <Told side={right} />
      </>
    );
  }
  const sides = [left, right].filter(({ version }) => version.kind === 'row');
  const both = sides.length === 2;
  const pairs = columnsOf(columns(left.version), columns(right.version));
  return (
    <>
      <Table scrolls={`${label}, column by column`} label={label} heads={['Column', ...sides.map(({ name }) => name), ...(both ? ['Compared'] : [])]}>
        {pairs.map((pair) => (
          <tr key={pair.name} className={pair.differs ? own.differs : undefined}>
            <th scope="row">{pair.name}</th>
            {left.version.kind === 'row' && <Value value={pair.lost} />}
            {right.version.kind === 'row' && <Value value={pair.ours} />}
            {both && <td>{pair.differs ? differs : pair.lost === undefined || pair.ours === undefined ? 'not told' : 'same'}</td>}
          </tr>
        ))}
      </Table>
      {[left, right].filter(({ version }) => version.kind === 'none').map((side) => (
        <Told key={side.name} side={side} />
      ))}
    </>
  );
}

const columns = (version: Version) => (version.kind === 'row' ? version.columns : {});

function Value({ value }: { value: string | null | undefined }) {
  return <td className={own.whole}>{value === undefined ? <span className={css.nothing}>not told</span> : value === null ? <span className={css.nothing}>null</span> : value}</td>;
}

function Told({ side: { name, version, none } }: { side: Side }) {
  if (version.kind === 'none') {
    return (
      <p>
        {name}: {none}
      </p>
    );
  }
  return (
    <div>
      <p>
        {name}
        {version.kind === 'cut' && ', as far as it was told'}:
      </p>
      <code className={own.whole}>{version.kind === 'cut' ? version.text : JSON.stringify(version.columns)}</code>
    </div>
  );
}
