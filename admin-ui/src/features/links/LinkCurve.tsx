import type { Told } from '../../api/lagHistory';
import { inWords, type Point, segments } from './curve';
import own from './links.module.css';

/** Left is the oldest that is kept, right is now. */
const WIDTH = 160;
const HEIGHT = 32;
/** So that a line at the top or on the ground is whole. */
const MARGIN = 2;

/** How far a link was behind, as far as this console was told. */
export function LinkCurve({ told, now, stale }: { told: readonly Told[]; now: number; stale: boolean }) {
  const said = inWords(told);
  return (
    <svg className={stale ? `${own.curve} ${own.stale}` : own.curve} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={said}>
      <title>{said}</title>
      <path className={own.line} d={segments(told, now).map(drawn).join('')} />
    </svg>
  );
}

/** A point alone is a dot. */
const drawn = (points: Point[]) => `${points.map(({ x, y }, place) => `${place === 0 ? 'M' : 'L'}${(x * WIDTH).toFixed(1)} ${(HEIGHT - MARGIN - y * (HEIGHT - 2 * MARGIN)).toFixed(1)}`).join('')}${points.length === 1 ? 'h0.1' : ''}`;
