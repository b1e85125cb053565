import { render, screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Region } from '../../api/types';
import { RegionCard } from './RegionCard';

const region = (change: Partial<Region> = {}): Region => ({ name: 'east', city: null, voter: null, agent: null, router: null, zones: [], ...change });
const card = (change: Partial<Region>, stale = false) => {
  render(<RegionCard region={region(change)} marks={new Map()} stale={stale} />);
  return within(screen.getByRole('article', { name: 'Region east' }));
};

test('a node that knows no lost regions says nothing of how a region stands', () => {
  expect(card({}).queryByText('Standing')).toBeNull();
});

test('a region that is well is reconciled, and its lease nobody’s worry', () => {
  const east = card({ lease: { state: 'ACTIVE', generation: 1 }, data: 'RECONCILED', returning: null });

  expect(east.getByText('reconciled: may own shards')).toBeTruthy();
  expect(east.queryByText(/^Lease: /)).toBeNull();
});

test('a region that rejoins says that it owns nothing, how far it is, and what stands in its way', () => {
  const east = card({ lease: { state: 'EXPIRED', generation: 1 }, data: 'REJOINING', returning: { shards: 341, closed: 341, aligned: 12, settled: 0, problem: 'vf-9 found differences' } });

  for (const text of ['over: nothing is written there', 'rejoining: owns nothing until its copy is equal', /^12 of 341 shards aligned/, 'vf-9 found differences']) expect(east.getByText(text)).toBeTruthy();
});

test('what is no longer confirmed was so', () => {
  expect(card({ lease: { state: 'REVOKING', generation: 1 }, data: null }, true).getByText(/^was: revoked/)).toBeTruthy();
});
