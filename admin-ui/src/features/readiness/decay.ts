import type { Readiness, RegionReadiness, ScenarioReadiness } from '../../api/drill-types';

const DAY_MILLIS = 86_400_000;

export type Decay =
  /** It was never drilled. */
  | { kind: 'never' }
  /** The newest drill shows nothing, whatever passed before it. */
  | { kind: 'nothing' }
  /** Times in milliseconds. */
  | { kind: 'wears'; ageDays: number; wholeUntil: number; goneAt: number; stage: 'whole' | 'wearing' | 'gone' };

/** How what a drill showed wears off, by the control plane's clock and its rules. */
export function decayOf({ drill, state, endedAt, score }: ScenarioReadiness, { asOf, wholeDays, goneDays }: Pick<Readiness, 'asOf' | 'wholeDays' | 'goneDays'>): Decay {
  if (drill === null) return { kind: 'never' };
  const ended = Date.parse(endedAt ?? '');
  const age = Date.parse(asOf) - ended;
  // A pass that counts nothing before its time has another reason, which the control plane tells in words.
  if (state !== 'PASSED' || Number.isNaN(age) || (score === 0 && age < goneDays * DAY_MILLIS - DAY_MILLIS)) return { kind: 'nothing' };
  const stage = age <= wholeDays * DAY_MILLIS ? 'whole' : age < goneDays * DAY_MILLIS ? 'wearing' : 'gone';
  return { kind: 'wears', ageDays: Math.max(0, Math.floor(age / DAY_MILLIS)), wholeUntil: ended + wholeDays * DAY_MILLIS, goneAt: ended + goneDays * DAY_MILLIS, stage };
}

export function ageInWords(days: number): string {
  return days === 0 ? 'less than a day' : days === 1 ? '1 day' : `${days} days`;
}

/** Whole, worn or nothing; null: no scenario is about it. */
export function statusOf(score: number | null): 'success' | 'warning' | 'danger' | null {
  if (score === null) return null;
  return score >= 100 ? 'success' : score > 0 ? 'warning' : 'danger';
}

/** `74 = (100 + 48) / 2`, for who reckons it over; null: there is nothing to reckon. */
export function madeOf({ score, scenarios }: RegionReadiness): string | null {
  if (score === null || scenarios.length === 0) return null;
  const sum = scenarios.map((each) => each.score).join(' + ');
  return scenarios.length === 1 ? `${score}: that of its one scenario` : `${score}: (${sum}) / ${scenarios.length}, rounded down`;
}

/** Of all regions, by name. */
export const scenariosOf = (regions: RegionReadiness[]) => [...new Set(regions.flatMap(({ scenarios }) => scenarios.map(({ scenario }) => scenario)))].sort();

/** What nobody has drilled about any region or this one: `lose-region about west`. */
export const neverDrilled = (regions: RegionReadiness[]) => regions.flatMap(({ region, scenarios }) => scenarios.filter(({ drill }) => drill === null).map(({ scenario }) => ({ region, scenario })));
