import { screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LinkLag } from '../../api/types';
import { refusal, TestPlane } from '../../test-plane';
import { LinksPanel } from './LinksPanel';

const link = (source: string, target: string, change: Partial<LinkLag> = {}): LinkLag => ({ source, target, group: 'default', connected: true, millis: 12, records: 3, rows: 9, bytes: 1_500, ...change });
const answer = (...links: LinkLag[]) => ({ body: { links, shards: [] } });

let plane: TestPlane;
beforeEach(() => {
  plane = new TestPlane().answer('GET /topology', { body: { revision: 1, topology: { limits: { lag: '3s' } } } });
});
afterEach(() => vi.unstubAllGlobals());

const rows = async () => within(await screen.findByRole('table', { name: 'Links' })).getAllByRole('row').slice(1);

test('each link has what it is behind now, and what is not known is unknown', async () => {
  plane.answer('GET /lag', answer(link('east', 'west'), link('west', 'east', { millis: null, records: null, rows: null, bytes: null, connected: false }))).show(<LinksPanel />);

  const [first, second] = await rows();
  expect(first?.textContent).toMatch(/^eastwest12 ms.*391\.5 kBheard$/);
  expect(second?.textContent).toMatch(/^westeastunknown.*unknownunknownunknownunknownnot heard$/);
});

test('what is above the declared limit stands above the table', async () => {
  plane.answer('GET /lag', answer(link('east', 'west', { millis: 3_100 }), link('east', 'north', { millis: 2_900 }), link('west', 'north', { millis: 9_000, connected: false }))).show(<LinksPanel />);

  expect(await screen.findByText('east to west is above 3s: no move to there starts.')).toBeTruthy();
  expect((await rows()).map((row) => within(row).getAllByRole('cell')[0]?.textContent)).toEqual(['3.1 s', '2.9 s', 'was: 9.0 s']);
});

test('the curve has what was told while the page was open', async () => {
  plane.answer('GET /lag', answer(link('east', 'west', { millis: 12 })), answer(link('east', 'west', { millis: 1_500 }))).show(<LinksPanel />);
  await rows();

  await plane.askAgain();

  await screen.findByRole('img', { name: /^12 ms to 1\.5 s behind since \d\d:\d\d:\d\d$/ });
  expect((await rows())[0]?.textContent).toContain('1.5 s');
});

test('with several store groups each link names its own', async () => {
  plane.answer('GET /lag', answer(link('east', 'west'), link('east', 'west', { group: 'orders' }))).show(<LinksPanel />);

  expect((await rows()).map((row) => within(row).getAllByRole('cell')[0]?.textContent)).toEqual(['default', 'orders']);
});

test('what is no longer confirmed was so', async () => {
  plane.answer('GET /lag', answer(link('east', 'west')), refusal(503, 'not-ready', 'Not ready', 'no leader is known')).show(<LinksPanel />);
  await rows();

  await plane.askAgain();

  await screen.findByText('was: 12 ms');
  expect(screen.getByText(/^Stale since/)).toBeTruthy();
});
