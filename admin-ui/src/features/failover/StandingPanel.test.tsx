import { screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Region } from '../../api/types';
import { refusal, TestPlane } from '../../test-plane';
import { StandingPanel } from './StandingPanel';

const east = (connected: boolean | null, change: Partial<Region> = {}): Region => ({
  name: 'east', city: null, voter: null, router: null, zones: [], lease: { state: 'EXPIRED', generation: 1 }, data: 'REJOINING',
  agent: { connected, problem: null, leaseRemainingMillis: null, lagMillis: null, stopped: null },
  returning: { shards: 341, closed: 341, aligned: 341, settled: 340, problem: 'vf-9 found 1 shard different' }, ...change,
}); // prettier-ignore

let plane: TestPlane;
beforeEach(() => (plane = new TestPlane()));
afterEach(() => vi.unstubAllGlobals());
const shown = (...answers: Parameters<TestPlane['answer']>[1][]) => plane.answer('GET /regions', ...answers).show(<StandingPanel since={new Map()} />);

test.each([
  [true, /Info alert:.*east is on its way back$/],
  [false, /Warning alert:.*east is lost, and not back yet$/],
  [null, /Warning alert:.*east was lost; whether it runs again is unknown$/],
])('a region that was lost, connected: %j', async (connected, title) => {
  shown({ body: [east(connected)] });

  await screen.findByRole('heading', { name: title });
  for (const text of [/^340 of 341 shards settled/, 'vf-9 found 1 shard different']) expect(screen.getByText(text)).toBeTruthy();
});

test('a region that was not lost has no way back to tell of', async () => {
  shown({ body: [east(true, { lease: { state: 'ACTIVE', generation: 2 }, data: 'RECONCILED', returning: null })] });

  await screen.findByText('reconciled: may own shards');
  expect(screen.queryByRole('heading', { level: 3 })).toBeNull();
});

test('what is no longer confirmed was so', async () => {
  shown({ body: [east(true)] }, refusal(503, 'not-ready', 'Not ready', 'no leader is known'));
  await screen.findByRole('heading', { name: /east is on its way back/ });

  await plane.askAgain();

  await screen.findByRole('heading', { name: /When it was last known: east is on its way back/ });
  for (const text of ['was: connected', 'was: over: nothing is written there']) expect(screen.getByText(text)).toBeTruthy();
});
