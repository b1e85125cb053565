import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { App } from './App';

afterEach(() => {
  vi.unstubAllGlobals();
  history.replaceState(null, '', '/');
});

const json = (status: number, body: unknown) => Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json' } }));

test('without a token the console asks for one and for nothing else', () => {
  const fetch = vi.fn();
  vi.stubGlobal('fetch', fetch);

  render(<App />);

  expect(screen.getByLabelText('Token')).toBeTruthy();
  expect(fetch).not.toHaveBeenCalled();
});

test('a refused token is forgotten and asked for again, with the reason', async () => {
  history.replaceState(null, '', '/#token=old');
  vi.stubGlobal('fetch', () => json(401, { type: 'urn:meridian:problem:unauthenticated', title: 'Unauthenticated', status: 401, detail: 'the token is not valid' }));

  render(<App />);

  await screen.findByText('the token is not valid');
  expect(screen.getByLabelText('Token')).toBeTruthy();
  expect(sessionStorage.length).toBe(0);
});

test('a control plane that is not ready is told in its words, not as an empty page', async () => {
  history.replaceState(null, '', '/#token=t');
  vi.stubGlobal('fetch', () => json(503, { type: 'urn:meridian:problem:not-ready', title: 'Not ready', status: 503, detail: 'no leader is known' }));

  render(<App />);

  expect((await screen.findAllByText('no leader is known')).length).toBe(3);
  expect(screen.getByRole('status', { name: 'How current this page is' }).textContent).toBe('Unknown: no answer');
});

test('the page of replication asks for its own only while it is shown, and the address leads back to it', async () => {
  history.replaceState(null, '', '/#token=t');
  const asked: string[] = [];
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path.replace('./api/v1', ''));
    if (path.endsWith('/parked')) return json(200, []);
    const agent = { connected: true, problem: null, leaseRemainingMillis: null, lagMillis: null, stopped: null, parkedShards: 2 };
    return path.endsWith('/regions') ? json(200, [{ name: 'west', city: null, voter: null, agent, agents: [{ ...agent, group: 'default' }], router: null, zones: [] }]) : json(503, {});
  });
  render(<App />);
  const link = await within(screen.getByRole('navigation', { name: 'Pages' })).findByRole('link', { name: 'Replication 2 waiting' });
  expect(screen.getByText('2 shards wait in its store: the page Replication lists them.')).toBeTruthy();
  expect(asked).not.toContain('/parked');

  await userEvent.click(link);

  await screen.findByRole('heading', { name: 'Nothing waits: all is well' });
  expect(location.hash).toBe('#view=replication');
  expect(link.getAttribute('aria-current')).toBe('page');
  expect(screen.queryByRole('region', { name: 'Regions' })).toBeNull();
});

test('the page for emergencies says that a region rejoins, and how far it is', async () => {
  history.replaceState(null, '', '/#token=t&view=emergency');
  vi.stubGlobal('fetch', (path: string) => {
    const agent = { connected: true, problem: null, leaseRemainingMillis: null, lagMillis: null, stopped: null };
    const returning = { shards: 341, closed: 341, aligned: 12, settled: 0, problem: null };
    const east = { name: 'east', city: null, voter: null, agent, router: null, zones: [], lease: { state: 'EXPIRED', generation: 1 }, data: 'REJOINING', returning };
    return path.endsWith('/regions') ? json(200, [east]) : path.includes('/runs') ? json(200, { runs: [], next: null }) : path.endsWith('/shards') ? json(200, { revision: 1, shards: [] }) : json(503, {});
  });

  render(<App />);

  await within(screen.getByRole('navigation', { name: 'Pages' })).findByRole('link', { name: 'Emergency east rejoins' });
  await screen.findByRole('heading', { name: /east is on its way back/ });
  expect(screen.getByText(/^12 of 341 shards aligned/)).toBeTruthy();
  const row = within(screen.getByRole('table', { name: 'How the regions stand' })).getAllByRole('row')[1] as HTMLElement;
  expect(row.textContent).toMatch(/^eastconnectedsince before \d\d:\d\d:\d\dover: nothing is written thererejoining: owns nothing until its copy is equal$/);
});
