import { describe, expect, test } from 'vitest';
import type { Plan } from '../../api/types';
import { listed } from '../../live/format';
import { beginLabel, commandOf, obstacles, readLoss, type Situation, takers } from './loss';

const EXPOSURE = { lastSeen: null, heartbeat: null, seconds: 1.25, records: 7 };
const plan = (change: Partial<Plan> = {}): Plan => ({
  shards: '0-340', to: null, planHash: 'p', waves: 1, exposure: EXPOSURE,
  moves: [
    { shards: '0-199', from: 'east-1', to: 'west-1', reason: 'backup' },
    { shards: '200-339', from: 'east-1', to: 'north-1', reason: 'has room' },
    { shards: '340', from: 'east-2', to: 'west-1', reason: 'backup' },
  ], ...change,
}); // prettier-ignore

describe('a bound of loss', () => {
  test.each([
    ['2s', '2s'],
    [' 500rows ', '500rows'],
    ['500rows | 1500ms', '500rows|1500ms'],
    ['2m', '2m'],
  ])('"%s" is read', (text, read) => {
    expect(readLoss(text)).toEqual({ kind: 'read', text: read });
  });

  test.each(['', '2', '2 s', '1.5s', 'rows', '-1s', '2s|', '2s|3s', '1rows|2rows', '1rows|2s|3s', '2s; 3rows'])('"%s" is refused', (text) => {
    expect(readLoss(text).kind).toBe('refused');
  });
});

describe('what stands against beginning', () => {
  const situation = (change: Partial<Situation> = {}): Situation => ({ request: { region: 'east', maxLoss: '2s' }, lookedAt: 1000, now: 61_000, typed: 'east', alive: false, stale: false, ...change });

  test('nothing, when all was looked at and typed', () => {
    expect([obstacles(situation()), obstacles(situation({ alive: null, typed: ' east ' }))]).toEqual([[], []]);
  });

  test.each<[Partial<Situation>, RegExp]>([
    [{ now: 61_001 }, /older than 60 s/],
    [{ typed: 'eas' }, /^Type east/],
    [{ typed: 'EAST' }, /^Type east/],
    [{ stale: true }, /not confirmed/],
    [{ request: { region: 'east' } }, /how much may be missing/],
    [{ alive: true }, /east is alive now/],
  ])('%j', (change, sentence) => {
    expect(obstacles(situation(change))).toEqual([expect.stringMatching(sentence)]);
  });

  test('a region that is alive is failed over by force only', () => {
    expect(obstacles(situation({ alive: true, request: { region: 'east', maxLoss: '2s', force: true, reason: 'fire' } }))).toEqual([]);
  });
});

describe('the button says what it does', () => {
  test('which shards go where, and what waits', () => {
    expect(beginLabel('east', plan())).toBe('Fail east over: its 341 shards go to west-1 and north-1; up to 1.3 s of its writes, as far as is known, wait for its return');
  });

  test.each([
    [null, 'how much of its writes waits for its return is unknown'],
    [{ ...EXPOSURE, seconds: null }, 'how much of its writes waits for its return is unknown'],
    [{ ...EXPOSURE, seconds: 0, records: 0 }, 'as far as is known, none of its writes is missing meanwhile'],
    [{ ...EXPOSURE, seconds: 0, records: null }, 'up to 0 ms of its writes, as far as is known, wait for its return'],
  ])('with an exposure of %j', (exposure, words) => {
    expect(beginLabel('east', plan({ exposure }))).toContain(`; ${words}`);
  });
});

test('takers are told once each, with all that comes to them', () => {
  expect(takers(plan().moves).map(({ to, shards, moves }) => [to, shards, moves.length])).toEqual([['west-1', 201, 2], ['north-1', 140, 1]]);
  expect(takers([{ shards: '?', from: 'a', to: 'b', reason: null }])[0]?.shards).toBeNull();
});

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b', 'c'], 'a, b and c'],
])('%j as a list', (names, text) => {
  expect(listed(names)).toBe(text);
});

test('the command line that does the same survives a shell', () => {
  expect(commandOf({ region: 'east' })).toBe('./meridian failover --region east --dry-run');
  expect(commandOf({ region: 'east', maxLoss: '500rows|2s', force: true, reason: "it's on fire; $(reboot)" })).toBe(
    "./meridian failover --region east --max-loss '500rows|2s' --force --reason 'it'\\''s on fire; $(reboot)' --yes --wait",
  );
});
