import { expect, test } from 'vitest';
import type { Drill } from '../../api/drill-types';
import { endingOf, figuresInWords, standingOf, withRuns } from './standing';

const drill = (change: Partial<Drill>): Drill => ({
  id: 'dr-3', scenario: 'lose-region', version: 1, sha256: 'x', act: 'lose', about: 'west', regions: ['west'], by: 'anna', why: null, askedAt: '2026-11-28T01:54:34Z', state: 'RUNNING', waitsFor: 'its runner, which is at it',
  runner: { name: 'r-1', claimedAt: '2026-11-28T01:54:35Z', heardAt: '2026-11-28T01:55:58Z', lost: false }, problem: null, told: 0, lines: [], begunAt: null, endedAt: null, reason: null, figures: null, runs: [], report: false, ...change,
}); // prettier-ignore
const lost = { name: 'r-1', claimedAt: '', heardAt: '', lost: true };

test.each<[string, Partial<Drill>, string, string]>([
  ['runs', {}, 'info', 'RUNNING'],
  ['has lost its runner', { runner: lost }, 'danger', 'RUNNER LOST'],
  ['is being ended and has lost its runner', { state: 'ABORTING', runner: lost }, 'danger', 'RUNNER LOST'],
  ['was given up', { state: 'FAILED', endedAt: 'x', runner: lost }, 'danger', 'FAILED'],
  ['passed', { state: 'PASSED', endedAt: 'x' }, 'success', 'PASSED'],
  ['missed a target', { state: 'MISSED', endedAt: 'x' }, 'warning', 'MISSED'],
  ['was skipped', { state: 'SKIPPED', endedAt: 'x' }, 'plain', 'SKIPPED'],
  ['is in a state of a newer control plane', { state: 'RESTING' }, 'warning', 'RESTING'],
])('a drill that %s', (_, change, status, word) => {
  expect(standingOf(drill(change))).toMatchObject({ status, word });
});

test('what was not measured is not a zero', () => {
  const figures = Object.fromEntries(figuresInWords({ rtoMillis: 22_037, rpoRows: null, requests: null, failed: 356, lost: 0, doubled: null, orphans: 0 }));

  expect(figures).toEqual({
    'Longest outage of a shard': '22.0 s', 'Failed requests': '356 of unknown many', 'Acknowledged writes lost': '0', 'Acknowledged writes doubled': 'not measured', 'Shown as orphans': '0',
    'Rows behind at the failover': 'not measured, or nothing failed over',
  }); // prettier-ignore
});

test('one that waits is taken back, one that runs is aborted, one whose runner is lost is given up, and nothing else can be ended', () => {
  expect(endingOf(drill({ state: 'WAITING', runner: null }))).toMatchObject({ opens: 'Take dr-3 back', givesUp: false });
  expect(endingOf(drill({}))).toMatchObject({ opens: 'Abort dr-3', givesUp: false, command: './meridian drill abort' });
  expect(endingOf(drill({ runner: lost }))).toMatchObject({ opens: 'Give dr-3 up', givesUp: true });
  expect(endingOf(drill({ runner: lost }))?.consequences[0]).toMatch(/^This mends nothing/);
  expect([endingOf(drill({ state: 'ABORTING' })), endingOf(drill({ state: 'PASSED', endedAt: 'x' }))]).toEqual([null, null]);
});

test('runs that a text names can be linked to', () => {
  expect(withRuns('failover mv-12 of west is accepted').filter(({ run }) => run)).toEqual([{ text: 'mv-12', run: true }]);
  expect(withRuns('no run').length).toBe(1);
});
