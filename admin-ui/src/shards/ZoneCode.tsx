import type { ZoneMark } from './zones';
import css from './zones.module.css';

/** The mark of a zone as it stands in the map's cells. */
export function ZoneCode({ mark }: { mark: ZoneMark | undefined }) {
  return (
    <span className={`${css.code} ${mark ? zoneColour(mark) : css.nobody}`} aria-hidden="true">
      {mark?.code ?? '?'}
    </span>
  );
}

export function zoneColour(mark: ZoneMark): string {
  return [css.colour0, css.colour1, css.colour2, css.colour3, css.colour4, css.colour5][mark.colour] ?? '';
}
