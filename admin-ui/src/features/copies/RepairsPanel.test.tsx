import { screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Repair } from '../../api/types';
import { refusal, TestPlane } from '../../test-plane';
import { RepairsPanel } from './RepairsPanel';

const shard = (n: number, rows: number | null, problem: string | null = null) => ({ shard: n, owner: 'east', epoch: 1, asked: null, missing: 0, rows, absent: null, problem });
const repair = (id: string, state: string, ...shards: Repair['shards']): Repair => ({ id, state, verification: 'vf-1', shards, left: [], startedAt: '2026-11-27T10:00:00Z', endedAt: state === 'RUNNING' ? null : '2026-11-27T10:01:00Z', by: 'alice' });

let plane: TestPlane;
beforeEach(() => {
  history.replaceState(null, '', '/');
  plane = new TestPlane().answer('GET /repairs', { body: { repairs: [repair('rp-2', 'RUNNING', shard(4, 7), shard(5, null)), repair('rp-1', 'FAILED', shard(4, null, 'the owner changed'))] } });
});
afterEach(() => {
  history.replaceState(null, '', '/');
  vi.unstubAllGlobals();
});

const rows = async () => within(await screen.findByRole('table', { name: 'Repairs' })).getAllByRole('row').slice(1).map((row) => row.textContent);

test('each repair says how far it is, and how many of its shards have a problem', async () => {
  plane.show(<RepairsPanel />);

  expect(await rows()).toEqual([expect.stringMatching(/^rp-2RUNNING1 of 2 shards reported70alice.*not yet$/), expect.stringMatching(/^rp-1FAILED1 shard01alice/)]);
});

test('only what may have changed since is called what was', async () => {
  plane.answer('GET /repairs', { body: { repairs: [repair('rp-2', 'RUNNING', shard(4, null)), repair('rp-1', 'DONE', shard(4, 1))] } }, refusal(503, 'not-ready', 'Not ready', 'no leader is known')).show(<RepairsPanel />);
  await rows();

  await plane.askAgain();

  await screen.findByText('was: RUNNING');
  expect(screen.getByText('DONE')).toBeTruthy();
});

test('the one that the address names is shown whole', async () => {
  history.replaceState(null, '', '/#view=replication&at=repairs&repair=rp-1');
  plane.answer('GET /repairs/rp-1', { body: repair('rp-1', 'FAILED', shard(4, null, 'the owner changed')) }).show(<RepairsPanel />);

  expect(await within(await screen.findByRole('region', { name: 'Repair rp-1' })).findByText('the owner changed')).toBeTruthy();
  expect(screen.getByText('./meridian repairs rp-1')).toBeTruthy();
});
