import { type KeyboardEvent, memo, type SyntheticEvent, useRef, useState } from 'react';
import type { Shard } from '../../api/types';
import type { ZoneMark } from '../../shards/zones';
import { zoneColour } from '../../shards/ZoneCode';
import { columnsFor, describe, step } from './map';
import css from './ShardGrid.module.css';

interface Props {
  places: (Shard | undefined)[];
  marks: Map<string, ZoneMark>;
  /** Shards that a move in preparation would take. */
  chosen: ReadonlySet<number>;
  /** The shard of the key looked for. */
  found: number | null;
}

/** Every shard as a cell: the zone's code is written in it, so that colour only repeats what can be read. Arrow keys walk; one cell is a tab stop. */
export function ShardGrid({ places, marks, chosen, found }: Props) {
  const [cursor, setCursor] = useState(0);
  const [pointed, setPointed] = useState<number | null>(null);
  const grid = useRef<HTMLDivElement>(null);
  const columns = columnsFor(places.length);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = step(event.key, cursor, columns, places.length);
    if (next === null) return;
    event.preventDefault();
    setCursor(next);
    grid.current?.querySelector<HTMLElement>(`[data-shard="${next}"]`)?.focus();
  };
  const onPoint = (event: SyntheticEvent) => {
    const number = numberOf(event.target);
    if (number !== null) setPointed(number);
  };
  return (
    <>
      <p className={css.detail} aria-hidden="true" data-testid="shard-detail">
        {pointed === null ? 'Point at a shard, or walk with the arrow keys' : describe(pointed, places[pointed])}
      </p>
      <div
        ref={grid}
        role="grid"
        aria-label="Shard map"
        className={css.grid}
        style={{ '--columns': columns } as React.CSSProperties}
        onKeyDown={onKeyDown}
        onMouseOver={onPoint}
        onMouseLeave={() => setPointed(null)}
        onFocus={(event) => {
          const number = numberOf(event.target);
          if (number !== null) setCursor(number);
          onPoint(event);
        }}
        onBlur={() => setPointed(null)}
        onClick={(event) => {
          if (event.target instanceof HTMLElement && numberOf(event.target) !== null) event.target.focus();
        }}
      >
        {Array.from({ length: Math.ceil(places.length / columns) }, (_, row) => {
          const first = row * columns;
          const within = (number: number | null) => (number !== null && number >= first && number < first + columns ? number : null);
          return (
            <Row
              key={first}
              first={first}
              shards={places.slice(first, first + columns)}
              marks={marks}
              chosen={chosen}
              found={within(found)}
              cursor={within(cursor)}
            />
          );
        })}
      </div>
    </>
  );
}

interface RowProps {
  first: number;
  shards: (Shard | undefined)[];
  marks: Map<string, ZoneMark>;
  chosen: ReadonlySet<number>;
  found: number | null;
  cursor: number | null;
}

const Row = memo(function Row({ first, shards, marks, chosen, found, cursor }: RowProps) {
  return (
    <div role="row" className={css.row}>
      <span role="rowheader" className={css.header}>
        {first}
      </span>
      {shards.map((shard, place) => {
        const number = first + place;
        return (
          <span
            key={number}
            role="gridcell"
            data-shard={number}
            tabIndex={cursor === number ? 0 : -1}
            aria-label={`${describe(number, shard)}${chosen.has(number) ? ', chosen for the move' : ''}, ${textOf(shard, marks)}`}
            className={classes(shard, marks, chosen.has(number), found === number)}
          >
            {textOf(shard, marks)}
          </span>
        );
      })}
    </div>
  );
}, sameRow);

/** Rows of which nothing changed are not drawn again: unchanged shards keep their identity from one answer to the next. */
function sameRow(before: RowProps, after: RowProps): boolean {
  return (
    before.marks === after.marks &&
    before.found === after.found &&
    before.cursor === after.cursor &&
    before.shards.length === after.shards.length &&
    before.shards.every((shard, place) => shard === after.shards[place] && before.chosen.has(before.first + place) === after.chosen.has(after.first + place))
  );
}

function textOf(shard: Shard | undefined, marks: Map<string, ZoneMark>): string {
  if (!shard) return '?';
  if (shard.state === 'WITHDRAWN') return '–';
  return (shard.zone && marks.get(shard.zone)?.code) ?? '?';
}

function classes(shard: Shard | undefined, marks: Map<string, ZoneMark>, chosen: boolean, found: boolean): string {
  const mark = shard?.state === 'OWNED' && shard.zone ? marks.get(shard.zone) : undefined;
  return [css.cell, mark ? zoneColour(mark) : css.nobody, shard?.frozenBy && css.frozen, chosen && css.chosen, found && css.found]
    .filter(Boolean)
    .join(' ');
}

function numberOf(target: EventTarget): number | null {
  const number = target instanceof HTMLElement ? target.dataset.shard : undefined;
  return number === undefined ? null : Number(number);
}
