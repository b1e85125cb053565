import { expect, test } from 'vitest';
import type { Schedule } from '../../api/drill-types';
import { afterKey, blackedOut, blackoutsOf, firingsOf, inMonth, lastTold, movedMonths, onDay, weeksOf } from './calendar';

const schedule = (change: Partial<Schedule>): Schedule => ({
  name: 'weekly', scenario: 'lose-region', region: 'west', cron: '0 3 * * MON', timeZone: 'Europe/Berlin', windowMinutes: 60, blackouts: [], enabled: true, note: null, revision: 4, changedAt: '2026-11-28T10:00:00Z', by: 'anna', next: [], attempt: null, outcomes: [], started: 0, skipped: 0, ...change,
}); // prettier-ignore
const due = (local: string, at: string, blackout: string | null = null) => ({ at, local, until: at, blackout });

test('what is due falls on the day of the schedule’s own zone, in the order in which it comes', () => {
  const firings = firingsOf([
    schedule({ next: [due('2026-12-07T03:00:00+01:00', '2026-12-07T02:00:00Z')] }),
    schedule({ name: 'early', region: null, timeZone: 'Pacific/Auckland', next: [due('2026-12-07T00:30+13:00', '2026-12-06T11:30:00Z', '2026-12-07')] }),
  ]);

  expect(firings.map(({ schedule: name, day, time, blackout }) => [name, day, time, blackout])).toEqual([['early', '2026-12-07', '00:30', '2026-12-07'], ['weekly', '2026-12-07', '03:00', null]]);
  expect(firings.map(({ drill }) => drill)).toEqual(['lose-region', 'lose-region about west']);
  expect(onDay('2026-12-07', firings).length).toBe(2);
});

test('blackout days are those that are declared, the last one in them', () => {
  const blackouts = blackoutsOf([schedule({ blackouts: ['2026-12-24', '2026-12-31/2027-01-06', 'nonsense'] })]);

  expect(['2026-12-24', '2026-12-30', '2026-12-31', '2027-01-06', '2027-01-07'].map((day) => blackedOut(day, blackouts).length)).toEqual([1, 0, 1, 1, 0]);
  expect(['2026-11', '2026-12', '2027-01', '2027-02'].map((month) => inMonth(month, blackouts).length)).toEqual([0, 2, 1, 0]);
  expect(lastTold('2026-11-28', [], blackouts)).toBe('2027-01');
  expect(lastTold('2027-03-01', [], blackouts)).toBe('2027-03');
});

test.each([
  ['2026-12', 5, 1, '2026-12-31'],
  ['2027-02', 4, 0, '2027-02-28'],
  ['2028-02', 5, 1, '2028-02-29'],
  ['2026-11', 6, 6, '2026-11-30'],
])('%s has %i weeks and begins behind %i days of another month', (month, weeks, before, last) => {
  const all = weeksOf(month);

  expect([all.length, all[0]?.indexOf(`${month}-01`)]).toEqual([weeks, before]);
  expect(all.flat().filter((day) => day !== null).at(-1)).toBe(last);
});

test.each([
  ['ArrowLeft', '2026-11-30'],
  ['ArrowRight', '2026-12-02'],
  ['ArrowUp', '2026-11-24'],
  ['ArrowDown', '2026-12-08'],
  ['Home', '2026-11-30'],
  ['End', '2026-12-06'],
  ['PageUp', '2026-11-01'],
  ['PageDown', '2027-01-01'],
  ['x', null],
])('%s leads from 1 December 2026 to %s', (key, day) => {
  expect(afterKey(key, '2026-12-01')).toBe(day);
});

test('a month on from its last day is that month’s last day', () => {
  expect([movedMonths('2027-01-31', 1), movedMonths('2026-12-15', 2), movedMonths('2027-03-31', -1)]).toEqual(['2027-02-28', '2027-02-15', '2027-02-28']);
});
