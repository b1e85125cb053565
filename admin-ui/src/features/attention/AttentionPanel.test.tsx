import { screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { refusal, TestPlane } from '../../test-plane';
import { AttentionPanel } from './AttentionPanel';

let plane: TestPlane;
beforeEach(() => {
  plane = new TestPlane()
    .answer('GET /failover-advice', { body: { tripped: null, regions: [] } })
    .answer('GET /regions', { body: [] })
    .answer('GET /shards', { body: { revision: 1, shards: [] } })
    .answer('GET /runs?limit=200', { body: { runs: [], next: null } })
    .answer('GET /brake', { body: { on: false, reason: null, since: null } })
    .answer('GET /approvals?waiting=true&limit=200', { body: { approvals: [], next: null } })
    .answer('GET /seedings', { body: { seedings: [] } })
    .answer('GET /orphans?open=true', { body: [] })
    .answer('GET /lag', { body: { links: [], shards: [] } })
    .answer('GET /topology', { body: { revision: 1, topology: {}, changes: [] } })
    .answer('GET /envoys', { body: [] })
    .answer('GET /drills?limit=1', { body: { drills: [], next: null } });
});
afterEach(() => vi.unstubAllGlobals());

const brake = { on: true, reason: 'payday', since: new Date(Date.now() - 120_000).toISOString() };

test('when nothing needs a person it says so, and as of when', async () => {
  plane.show(<AttentionPanel />);

  await screen.findByText(/^Nothing needs a person, as of \d\d:\d\d:\d\d\.$/);
});

test('while one answer is missing it does not say that all is well, and says what is missing', async () => {
  plane.answer('GET /lag', refusal(503, 'not-ready', 'Not ready', 'no leader is known'));

  plane.show(<AttentionPanel />);

  await screen.findByText('Nothing is known that needs a person; not all of it is known now.');
  expect(within(await screen.findByRole('list', { name: 'What is not known now' })).getByRole('listitem').textContent).toBe('Lag: not known; no leader is known');
});

test('a thing has its age, where to act, and the command; once it is not confirmed it says what it was', async () => {
  plane.answer('GET /brake', { body: brake }, refusal(503, 'not-ready', 'Not ready', 'no leader is known')).show(<AttentionPanel />);
  const row = (await screen.findByText(/^The brake is on/)).closest('li') as HTMLElement;
  expect(within(row).getByText('look at it')).toBeTruthy();
  expect(within(row).getByText(/^for 2 min \d s, since/)).toBeTruthy();
  expect(within(row).getByRole('link', { name: 'Safety: the brake' }).getAttribute('href')).toBe('#view=safety&at=brake');
  expect(within(row).getByText('./meridian brake off')).toBeTruthy();

  await plane.askAgain();

  await within(row).findByText('was: look at it');
  await screen.findByText(/^Partly stale: oldest of/);
});

test('a long list is cut and says so', async () => {
  const approval = { state: 'WAITING', what: 'x', askedBy: 'bob', reason: '', askedAt: brake.since, expires: brake.since };
  plane.answer('GET /approvals?waiting=true&limit=200', { body: { approvals: Array.from({ length: 15 }, (_, n) => ({ ...approval, id: `ap-${n}` })), next: null } }).show(<AttentionPanel />);

  await screen.findByRole('button', { name: 'Show the other 3 things' });
  expect(screen.getByText('15 to look at.')).toBeTruthy();
});
