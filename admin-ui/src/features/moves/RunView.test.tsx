import { screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import type { Run } from '../../api/types';
import { TestPlane } from '../../test-plane';
import { RunView } from './RunView';

afterEach(() => vi.unstubAllGlobals());

const failover = (change: Partial<Run> = {}): Run => ({
  id: 'mv-7', kind: 'FAILOVER', state: 'GATHERING', shards: '0-340', to: null, planHash: 'p', waves: 1, wave: 1, startedAt: '2026-11-26T10:00:00Z', endedAt: null, problem: null,
  moves: [{ shards: '0-340', from: 'east-1', to: 'west-1', reason: 'its region is lost' }], steps: [], moved: 0, rolledBack: 0, untouched: 341, certificate: null, attempt: 2, ...change,
}); // prettier-ignore
const shown = (run: Run) => new TestPlane().answer('GET /runs/mv-7', { body: run }).show(<RunView run={run} />);

test('a failover tells its attempt and not a wave, that its loss is not known yet, and why it cannot be cancelled', async () => {
  shown(failover());

  await screen.findByText('attempt 2');
  expect(screen.getByRole('heading', { name: 'Failover mv-7' })).toBeTruthy();
  expect(screen.queryByText('wave 1 of 1')).toBeNull();
  expect(screen.getByText('How much may be missing until the lost region is back is not known before the other regions have answered.')).toBeTruthy();
  expect(screen.getByText(/^Cannot be cancelled: a failover has begun by revoking/)).toBeTruthy();
  expect(screen.queryByRole('button')).toBeNull();
});

test('what the other regions answered is told in words', async () => {
  shown(failover({ state: 'ALIGNING', exposure: { lastSeen: null, heartbeat: null, seconds: 1.25, records: 7 } }));

  await screen.findByText('By the answers of the other regions, the last 1.3 s of the lost region’s writes, 7 records of it known may be missing until it is back.');
});

test('a failover that ended without telling what is missing leaves that unknown', async () => {
  shown(failover({ state: 'SUPERSEDED', endedAt: '2026-11-26T10:01:00Z' }));

  await screen.findByText('How much may be missing until the lost region is back is unknown.');
  expect(screen.getByText('Another run took over: its shards are part of that one.')).toBeTruthy();
  expect(screen.queryByText(/^Cannot be cancelled/)).toBeNull();
});
