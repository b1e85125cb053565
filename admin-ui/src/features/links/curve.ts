import { KEPT_MILLIS, type Told } from '../../api/lagHistory';
import { duration, timeOfDay } from '../../live/format';

/** In the unit square: x from the oldest that is kept to now, y from no lag to the most that was told. */
export interface Point {
  x: number;
  y: number;
}

/** Answers come every 5 s. Where one did not come, or did not know, nothing is drawn: a line across would be a guess. */
const GAP_MILLIS = 15_000;

/** What belongs together; the newest last. */
export function segments(told: readonly Told[], now: number): Point[][] {
  const most = mostOf(told) ?? 0;
  const drawn: Point[][] = [];
  let before: number | null = null;
  for (const { at, millis } of told) {
    const x = 1 - (now - at) / KEPT_MILLIS;
    if (millis === null || x < 0) {
      before = null;
      continue;
    }
    const point = { x: Math.min(1, x), y: most === 0 ? 0 : millis / most };
    if (before === null || at - before > GAP_MILLIS) drawn.push([point]);
    else drawn.at(-1)?.push(point);
    before = at;
  }
  return drawn;
}

/** Of all answers; null: none knew. */
export function mostOf(told: readonly Told[]): number | null {
  const known = told.flatMap(({ millis }) => (millis === null ? [] : [millis]));
  return known.length === 0 ? null : Math.max(...known);
}

/** What the curve says, for who does not see it. */
export function inWords(told: readonly Told[]): string {
  const known = told.flatMap(({ millis }) => (millis === null ? [] : [millis]));
  const [first] = told;
  if (!first || known.length === 0) return 'no answer knew how far it was behind';
  const [least, most] = [duration(Math.min(...known)), duration(Math.max(...known))];
  const without = told.length - known.length;
  return `${least === most ? most : `${least} to ${most}`} behind since ${timeOfDay(first.at)}${without === 0 ? '' : `, not known ${without} of ${told.length} times`}`;
}
