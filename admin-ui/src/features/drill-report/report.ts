import type { CurvePoint, Report } from '../../api/drill-types';
import { count, duration } from '../../live/format';

const LISTS = ['verdicts', 'stages', 'timeline', 'curve', 'lag', 'runs', 'acts', 'earlier'] as const;

/** Whatever a runner left, as a report of the format that this console knows; null: it is another one. */
export function readReport(answer: unknown): Report | null {
  if (typeof answer !== 'object' || answer === null) return null;
  const members = answer as Record<string, unknown>;
  const whole = members.format === 1 && typeof members.clients === 'object' && members.clients !== null && LISTS.every((list) => Array.isArray(members[list]));
  return whole ? (answer as Report) : null;
}

export const seconds = (known: number | null) => (known === null ? 'not measured' : duration(Math.round(known * 1000)));
export const number = (known: number | null) => (known === null ? 'not measured' : known.toLocaleString('en'));

export function outcomeInWords({ outcome, reason }: Pick<Report, 'outcome' | 'reason'>): { status: 'success' | 'warning' | 'danger'; text: string } {
  switch (outcome) {
    case 'PASSED':
      return { status: 'success', text: 'Passed: every target was met' };
    case 'MISSED':
      return { status: 'warning', text: 'Missed: not every target was met' };
    case 'ABORTED':
      return { status: 'warning', text: `Aborted: ${reason ?? 'why was not told'}` };
    case 'FAILED':
      return { status: 'danger', text: `Failed: ${reason ?? 'why was not told'}` };
    default:
      return { status: 'warning', text: `${outcome}: this console does not know that outcome` };
  }
}

/** What changed since an earlier drill: `12.4 s less`, `3 more`, `as before`. Less is better, of all that is compared. */
export function change(now: number | null, before: number | null, words: (by: number) => string): string {
  if (now === null || before === null) return '';
  const by = now - before;
  if (Math.abs(by) < 0.05) return 'as before';
  return `now ${words(Math.abs(by))} ${by > 0 ? 'more' : 'less'}`;
}

/** A bar of the curve, in units of the most answers that a point has: good ones upwards, failed ones downwards. */
export interface Bar {
  x: number;
  width: number;
  ok: number;
  failed: number;
}

/** @param every seconds of a point */
export function bars(curve: CurvePoint[], every: number, end: number): Bar[] {
  const most = Math.max(1, ...curve.map(({ ok, failed }) => Math.max(ok, failed)));
  const length = Math.max(end, 1);
  return curve.map(({ second, ok, failed }) => ({ x: second / length, width: every / length, ok: ok / most, failed: failed / most }));
}

/** The curve, for who does not see it. */
export function curveInWords(curve: CurvePoint[], every: number): string {
  if (curve.length === 0) return 'No answer was counted.';
  const [ok, failed] = [curve.reduce((sum, point) => sum + point.ok, 0), curve.reduce((sum, point) => sum + point.failed, 0)];
  const bad = curve.filter((point) => point.failed > 0);
  const [first, last] = [bad[0], bad.at(-1)];
  const when = first && last ? `, from second ${first.second} to ${last.second + every}` : '';
  return `${count(ok, 'request')} answered, ${failed.toLocaleString('en')} failed${when}`;
}

export interface LinkLag {
  link: string;
  points: { second: number; millis: number | null }[];
  /** Null: nobody knew. */
  worst: number | null;
  unknown: number;
}

/** The copies' lag by link, the worst first. */
export function lagByLink(lag: Report['lag']): LinkLag[] {
  const links = new Map<string, LinkLag['points']>();
  for (const { source, target, second, millis } of lag) {
    const link = `${source} to ${target}`;
    links.set(link, [...(links.get(link) ?? []), { second, millis }]);
  }
  return [...links]
    .map(([link, points]) => {
      const known = points.flatMap(({ millis }) => (millis === null ? [] : [millis]));
      return { link, points, worst: known.length === 0 ? null : Math.max(...known), unknown: points.length - known.length };
    })
    .sort((a, b) => (b.worst ?? Infinity) - (a.worst ?? Infinity));
}

/** The line of a link's curve in the unit square; where nobody knew there is none. */
export function segments({ points, worst }: Pick<LinkLag, 'points' | 'worst'>, end: number): { x: number; y: number }[][] {
  const drawn: { x: number; y: number }[][] = [];
  let broken = true;
  for (const { second, millis } of points) {
    if (millis === null) {
      broken = true;
      continue;
    }
    const point = { x: Math.min(1, second / Math.max(end, 1)), y: worst ? millis / worst : 0 };
    if (broken) drawn.push([point]);
    else drawn.at(-1)?.push(point);
    broken = false;
  }
  return drawn;
}
