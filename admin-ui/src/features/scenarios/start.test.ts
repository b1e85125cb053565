import { expect, test } from 'vitest';
import type { Drill, Scenario } from '../../api/drill-types';
import { typedOf } from '../../live/drilling';
import { runnerInWords } from './runner';
import { commandOf, requestOf, startLabel, whyNotStart } from './start';

const scenario = (act: string, anyRegion = true) => ({ name: `${act}-it`, act, anyRegion }) as Scenario;
const SURE = { lookedAt: 0, now: 1000, stale: false, going: null };
const drill = (change: Partial<Drill>) => ({ id: 'dr-3', state: 'RUNNING', endedAt: null, runner: { name: 'r-1', claimedAt: '', heardAt: '2026-11-28T01:55:58', lost: false }, ...change }) as Drill;

test('what users of a region feel wants its name typed, and the button names what happens', () => {
  expect(['lose', 'evacuate', 'link', 'skew'].map((act) => [typedOf(scenario(act), 'west'), startLabel(scenario(act), 'west')])).toEqual([
    ['west', 'Drill lose-it: lose west, for real'],
    ['west', 'Drill evacuate-it: move all users of west away and back'],
    [undefined, 'Drill link-it: trouble the link west'],
    ['west', 'Drill skew-it about west'],
  ]);
});

test('a link’s drill names no region', () => {
  expect(requestOf(scenario('link', false), 'west')).toEqual({ scenario: 'link-it' });
  expect(commandOf(requestOf(scenario('lose'), 'west'))).toBe('./meridian drill run lose-it --region west');
});

test('what stands against a start is said', () => {
  expect(whyNotStart(SURE)).toBeNull();
  expect(whyNotStart({ ...SURE, now: 61_000 })).toMatch(/older than 60 s/);
  expect(whyNotStart({ ...SURE, stale: true })).toMatch(/not confirmed/);
  expect(whyNotStart({ ...SURE, going: 'dr-3' })).toMatch(/^dr-3 is not over/);
});

test.each<[string, Partial<Drill>[], RegExp]>([
  ['none was heard of', [], /^No runner has been heard of yet\. Whether one waits now is not known/],
  ['one is at a drill', [{}], /^r-1 is at dr-3; it was heard last at 28 Nov 2026, 01:55:58\.$/],
  ['one is lost', [{ runner: { name: 'r-1', claimedAt: '', heardAt: '', lost: true } }], /^The runner of dr-3 is lost/],
  ['a drill waits', [{ state: 'WAITING', runner: null }], /^dr-3 waits, and no runner has claimed it yet/],
  ['one was heard of once', [{ id: 'dr-4', state: 'SKIPPED', endedAt: 'x', runner: null }, { state: 'PASSED', endedAt: 'x' }], /^The newest runner that was heard of is r-1, of dr-3, .*Whether one waits now is not known/],
])('who could run a drill when %s', (_, drills, words) => {
  expect(runnerInWords(drills.map(drill))).toMatch(words);
});
