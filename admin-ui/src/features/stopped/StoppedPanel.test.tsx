import { screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Agent, Region } from '../../api/types';
import { refusal, TestPlane } from '../../test-plane';
import { StoppedPanel } from './StoppedPanel';

const agent = (change: Partial<Agent> = {}): Agent & { group: string } => ({ group: 'default', connected: true, problem: null, leaseRemainingMillis: 14_000, lagMillis: {}, stopped: [], ...change });
const region = (name: string, ...agents: (Agent & { group: string })[]): Region => ({ name, city: null, voter: null, agent: null, agents, router: null, zones: [] });
const hole = { shard: 4, source: 'east', reason: 'epoch 3 came, and 2 is missing' };

let plane: TestPlane;
beforeEach(() => (plane = new TestPlane()));
afterEach(() => vi.unstubAllGlobals());

test('each stopped shard has its reason, and its store what to do about all of them', async () => {
  plane.answer('GET /regions', { body: [region('east', agent()), region('west', agent({ stopped: [hole, { ...hole, shard: 5 }, { shard: 9 }] }))] }).show(<StoppedPanel />);

  const rows = within(await screen.findByRole('table', { name: 'west: 3 shards' })).getAllByRole('row').slice(1);
  expect(rows.map((row) => row.textContent)).toEqual(['4eastapplies nothing moreepoch 3 came, and 2 is missing', '5eastapplies nothing moreepoch 3 came, and 2 is missing', '9not toldapplies nothing morenone was told']);
  expect(screen.getByText('./meridian seed --region west --shards 4-5,9 --dry-run')).toBeTruthy();
  expect(screen.getByRole('link', { name: /^Copy them anew to west/ }).getAttribute('href')).toBe('#view=replication&at=seed&region=west&shards=4-5%2C9');
});

test('of an agent that is not heard it is what was', async () => {
  plane.answer('GET /regions', { body: [region('west', agent({ connected: false, stopped: [hole] }))] }).show(<StoppedPanel />);

  expect(await screen.findByText('was: applies nothing more')).toBeTruthy();
});

test('nothing stopped is good news only while it is confirmed', async () => {
  plane.answer('GET /regions', { body: [region('west', agent())] }, refusal(503, 'not-ready', 'Not ready', 'no leader is known')).show(<StoppedPanel />);
  await screen.findByRole('heading', { name: 'No region tells of a stopped shard' });

  await plane.askAgain();

  await screen.findByText('Nothing had stopped when it was last known.');
  expect(screen.queryByRole('heading', { name: /No region tells/ })).toBeNull();
});
