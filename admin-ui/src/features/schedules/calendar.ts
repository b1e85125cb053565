import type { Schedule } from '../../api/drill-types';
import { drillInWords, localOf } from './schedule';

/*
 * Days are ISO texts, as the API tells them: those of each schedule's own time zone, in which its blackout days are, too. Months are their first seven characters.
 */

export interface Firing {
  schedule: string;
  drill: string;
  day: string;
  time: string;
  timeZone: string;
  at: string;
  /** The declared days that it falls on, so that it is skipped. */
  blackout: string | null;
}

export interface BlackoutDays {
  schedule: string;
  /** Both in it. */
  first: string;
  last: string;
}

/** What the API tells of what is due next, in the order in which it comes. */
export function firingsOf(schedules: Schedule[]): Firing[] {
  return schedules
    .flatMap((schedule) =>
      schedule.next.flatMap((due) => {
        const local = localOf(due);
        return local ? [{ schedule: schedule.name, drill: drillInWords(schedule), day: local.date, time: local.time, timeZone: schedule.timeZone, at: due.at, blackout: due.blackout }] : [];
      }),
    )
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.schedule.localeCompare(b.schedule));
}

export const blackoutsOf = (schedules: Schedule[]): BlackoutDays[] =>
  schedules.flatMap(({ name, blackouts }) =>
    blackouts.flatMap((text) => {
      const [, first, last] = /^(\d{4}-\d\d-\d\d)(?:\/(\d{4}-\d\d-\d\d))?$/.exec(text) ?? [];
      return first === undefined ? [] : [{ schedule: name, first, last: last ?? first }];
    }),
  );

export const onDay = (day: string, firings: Firing[]) => firings.filter((each) => each.day === day);
export const blackedOut = (day: string, blackouts: BlackoutDays[]) => blackouts.filter(({ first, last }) => first <= day && day <= last);
export const inMonth = (month: string, blackouts: BlackoutDays[]) => blackouts.filter(({ first, last }) => first.slice(0, 7) <= month && month <= last.slice(0, 7));

export const monthOf = (day: string) => day.slice(0, 7);

/** The last month in which something that is told falls; today's where nothing does. */
export function lastTold(today: string, firings: Firing[], blackouts: BlackoutDays[]): string {
  const months = [today, ...firings.map(({ day }) => day), ...blackouts.map(({ last }) => last)].map(monthOf);
  return months.reduce((a, b) => (a > b ? a : b));
}

/** Whole weeks from Monday; null: a day of another month. */
export function weeksOf(month: string): (string | null)[][] {
  const first = new Date(`${month}-01T00:00:00Z`);
  const days = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  const before = (first.getUTCDay() + 6) % 7;
  const cells = Array.from({ length: Math.ceil((before + days) / 7) * 7 }, (_, place) => (place < before || place >= before + days ? null : `${month}-${String(place - before + 1).padStart(2, '0')}`));
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}

/** @param by days, may be negative */
export function moved(day: string, by: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + by);
  return at.toISOString().slice(0, 10);
}

/** The same day of another month, or that month's last one. @param by months, may be negative */
export function movedMonths(day: string, by: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const days = new Date(Date.UTC(year, month + by, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + by, Math.min(date, days))).toISOString().slice(0, 10);
}

/** Where a key leads from a day; null: nowhere. */
export function afterKey(key: string, day: string): string | null {
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  switch (key) {
    case 'ArrowLeft':
      return moved(day, -1);
    case 'ArrowRight':
      return moved(day, 1);
    case 'ArrowUp':
      return moved(day, -7);
    case 'ArrowDown':
      return moved(day, 7);
    case 'Home':
      return moved(day, -weekday);
    case 'End':
      return moved(day, 6 - weekday);
    case 'PageUp':
      return movedMonths(day, -1);
    case 'PageDown':
      return movedMonths(day, 1);
    default:
      return null;
  }
}

export const monthInWords = (month: string) => MONTH.format(new Date(`${month}-01T00:00:00Z`));
const MONTH = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** The day in this browser's time zone. */
export function todayOf(now: number): string {
  const at = new Date(now);
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}`;
}
