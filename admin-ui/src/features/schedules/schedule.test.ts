import { expect, test } from 'vitest';
import type { Scenario } from '../../api/drill-types';
import { consequencesOf, documentOf, EMPTY, localOf, outcomeInWords, placed, setCommand, thereInWords, typedFor } from './schedule';

const DRAFT = { ...EMPTY, name: 'weekly', scenario: 'lose-region', cron: ' 0 3 * * MON ' };
const LOSE = { name: 'lose-region', act: 'lose', about: 'east' } as Scenario;

test('what is empty is left out, and what is no number goes as it was written', () => {
  expect(documentOf(DRAFT)).toEqual({ scenario: 'lose-region', cron: '0 3 * * MON', blackouts: [], enabled: true });
  expect(documentOf({ ...DRAFT, region: 'west', timeZone: 'Europe/Berlin', windowMinutes: '60', blackouts: '2026-12-24\n\n 2026-12-31/2027-01-06 \n', note: ' n ', enabled: false })).toEqual({
    scenario: 'lose-region', region: 'west', cron: '0 3 * * MON', timeZone: 'Europe/Berlin', windowMinutes: 60, blackouts: ['2026-12-24', '2026-12-31/2027-01-06'], note: 'n', enabled: false,
  }); // prettier-ignore
  expect(documentOf({ ...DRAFT, windowMinutes: '1h' }).windowMinutes).toBe('1h');
});

test('faults stand with their fields, one of a blackout day with its text, and others apart', () => {
  const { fields, rest } = placed(
    [{ pointer: '/cron', detail: 'five' }, { pointer: '/blackouts/1', detail: 'a day' }, { pointer: '', detail: "the name in the path, 'X': small" }, { pointer: '', detail: 'no JSON' }, { pointer: '/else', detail: 'not known' }],
    { blackouts: ['2026-12-24', 'x'] },
  );

  expect(fields).toEqual({ cron: ['five'], blackouts: ['x: a day'], name: ["the name in the path, 'X': small"] });
  expect(rest.map(({ detail }) => detail)).toEqual(['no JSON', 'not known']);
});

test('the command of a new one says what was written; of one that is there, what is taken away, too', () => {
  expect(setCommand({ name: 'weekly', document: documentOf({ ...DRAFT, enabled: false }) }, false, '')).toBe("./meridian drill schedule set weekly --scenario lose-region --cron '0 3 * * MON' --disabled");
  expect(setCommand({ name: 'weekly', document: documentOf(DRAFT) }, true, 'payday')).toBe(
    "./meridian drill schedule set weekly --scenario lose-region --region '' --cron '0 3 * * MON' --time-zone '' --window 30m --blackout= --note '' --yes --reason payday",
  );
});

test('a time is told by the clocks of its zone', () => {
  expect(thereInWords({ at: '', local: '2026-12-07T03:00:00+01:00', until: '', blackout: null })).toBe('Mon 7 Dec 2026, 03:00 (+01:00)');
  expect(localOf({ local: '2026-12-07T03:00Z' })).toEqual({ date: '2026-12-07', time: '03:00', offset: 'Z' });
  expect(thereInWords({ at: '', local: 'soon', until: '', blackout: null })).toBe('soon');
});

test('what became of a due time says no more than is told', () => {
  const outcome = { outcome: 'STARTED', drill: 'dr-7', state: 'PASSED', reason: null };
  expect(outcomeInWords(outcome)).toBe('started dr-7, PASSED');
  expect(outcomeInWords({ ...outcome, state: null })).toBe('started dr-7');
  expect(outcomeInWords({ outcome: 'SKIPPED', drill: null, state: null, reason: 'the brake is on' })).toBe('skipped: the brake is on');
});

test('what users of a region feel wants its name typed; a scenario that is not known is said', () => {
  expect(typedFor({ region: 'west' }, LOSE)).toBe('west');
  expect(typedFor({ region: null }, LOSE)).toBe('east');
  expect(typedFor({ region: null }, { ...LOSE, act: 'link' })).toBeUndefined();
  expect(consequencesOf({ scenario: 'gone', region: null }, undefined).join(' ')).toMatch(/No scenario gone is known here/);
});
