import { screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { refusal, TestPlane } from '../../test-plane';
import { DrillGoesOn } from './DrillGoesOn';

const DRILL = { id: 'dr-3', scenario: 'lose-region', about: 'west', state: 'RUNNING', endedAt: null, runner: { name: 'r', claimedAt: '', heardAt: '', lost: false } };
const NEWEST = 'GET /drills?limit=1';
const newest = (change: object) => ({ body: { drills: [{ ...DRILL, ...change }], next: null } });

let plane: TestPlane;
beforeEach(() => (plane = new TestPlane()));
afterEach(() => vi.unstubAllGlobals());

test('who acts upon a lost region is told that it may be lost on purpose, and where that is', async () => {
  plane.answer(NEWEST, newest({})).show(<DrillGoesOn />);

  await screen.findByRole('heading', { name: /The drill dr-3 \(lose-region about west\) goes on: what looks lost may be lost on purpose/ });
  expect(screen.getByRole('link', { name: 'Drills: dr-3' }).getAttribute('href')).toBe('#view=drills&at=dr-3');
});

test('of a drill that is not confirmed any more it says when it went on', async () => {
  plane.answer(NEWEST, newest({}), refusal(503, 'not-ready', 'Not ready', 'no leader is known')).show(<DrillGoesOn />);
  await screen.findByRole('heading', { name: /goes on/ });

  await plane.askAgain();

  await screen.findByRole('heading', { name: /At \d\d:\d\d:\d\d the drill dr-3 .* went on/ });
});

test.each([
  ['waits', { state: 'WAITING', runner: null }],
  ['is over', { state: 'PASSED', endedAt: '2026-11-28T01:56:00Z' }],
])('of a drill that %s there is nothing to tell there', async (_, change) => {
  const shown = plane.answer(NEWEST, newest(change)).show(<DrillGoesOn />);

  await vi.waitFor(() => expect(plane.count(NEWEST)).toBe(1));
  await plane.askAgain();

  expect(shown.container.textContent).toBe('');
});
