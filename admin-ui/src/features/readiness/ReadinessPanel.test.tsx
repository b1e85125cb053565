import { screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { refusal, TestPlane } from '../../test-plane';
import { ReadinessPanel, RegionPanels } from './ReadinessPanel';

const READINESS = {
  asOf: '2026-11-28T10:00:00Z', wholeDays: 30, goneDays: 90,
  regions: [
    { region: 'east', score: 50, scenarios: [{ scenario: 'lose-link', score: 100, drill: 'dr-3', state: 'PASSED', endedAt: '2026-11-20T10:00:00Z', why: 'the newest, dr-3 8 days ago, passed and counts whole' }, { scenario: 'lose-region', score: 0, drill: null, state: null, endedAt: null, why: 'never drilled' }] },
    { region: 'north', score: 0, scenarios: [{ scenario: 'lose-region', score: 0, drill: 'dr-2', state: 'ABORTED', endedAt: '2026-11-19T10:00:00Z', why: 'the newest, dr-2 9 days ago, was aborted, which shows nothing' }] },
  ],
}; // prettier-ignore

let plane: TestPlane;
beforeEach(() => (plane = new TestPlane()));
afterEach(() => vi.unstubAllGlobals());

const cells = (table: string) => within(screen.getByRole('table', { name: table })).getAllByRole('row').slice(1).map((row) => [...row.children].map((cell) => cell.textContent)); // prettier-ignore

test('all regions stand in one look, and what was never drilled is no bad score', async () => {
  plane.answer('GET /readiness', { body: READINESS }).show(<ReadinessPanel />);

  await screen.findByRole('table', { name: 'Readiness by region' });
  expect(cells('Readiness by region')).toEqual([['east', '50 of 100', '100 of 100', 'never drilled'], ['north', '0 of 100', 'not about it', '0 of 100']]);
  expect(screen.getByText(/^1 pair of region and scenario was never drilled/)).toBeTruthy();
  expect(screen.getByText(/counts 100 for 30 days, then evenly less until it is nothing at 90 days/)).toBeTruthy();
});

test('a region’s score says what it is made of, which drill decided, how it wears off, and leads to the next drill', async () => {
  plane.answer('GET /readiness', { body: READINESS }).show(<RegionPanels />);

  await screen.findByText('50: (100 + 0) / 2, rounded down');
  const [link, region] = cells('Scenarios of east');
  expect(link?.slice(1, 5)).toEqual(['100 of 100', 'dr-3 PASSED', '8 days', 'whole until 20 Dec 2026, nothing from 18 Feb 2027']);
  expect(region?.slice(1, 5)).toEqual(['0 of 100', 'never drilled', '', '']);
  expect(screen.getByRole('link', { name: 'dr-3' }).getAttribute('href')).toBe('#view=drills&at=dr-3');
  expect(screen.getByRole('link', { name: 'Start lose-region, for east' }).getAttribute('href')).toBe('#view=drills&at=start&scenario=lose-region&region=east');
});

test('what is not confirmed says what it was', async () => {
  plane.answer('GET /readiness', { body: READINESS }, refusal(503, 'not-ready', 'Not ready', 'no leader is known')).show(<ReadinessPanel />);
  await screen.findByRole('table', { name: 'Readiness by region' });

  await plane.askAgain();

  await screen.findByText('was: 50 of 100');
});

test('without scenarios a region has no score', async () => {
  plane.answer('GET /readiness', { body: { ...READINESS, regions: [{ region: 'east', score: null, scenarios: [] }] } }).show(<ReadinessPanel />);

  await screen.findByText(/^No scenario is registered, so nothing can be shown/);
  expect(cells('Readiness by region')).toEqual([['east', 'unknown']]);
});
