import { screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { refusal, TestPlane } from '../../test-plane';
import { Routers } from './Routers';

const region = (name: string, router: object | null) => ({ name, city: null, voter: null, agent: null, router, zones: [] });
const envoy = (region: string, ackedRevision: number, nack: string | null = null) => ({ region, router: `${region}-router`, connected: true, node: `${region}-envoy`, sentRevision: 9, ackedRevision, nack });
const router = { connected: true, holdRevision: 9, envoys: null };

let plane: TestPlane;
beforeEach(() => {
  plane = new TestPlane()
    .answer('GET /shards', { body: { revision: 9, shards: [] } })
    .answer('GET /regions', { body: [region('east', router), region('west', router)] })
    .answer('GET /envoys', { body: [envoy('east', 9), envoy('west', 7, 'port is taken')] })
    .answer('GET /envoys/barrier?region=west&revision=9', { body: { region: 'west', revision: 9, routers: 1, live: 1, acked: 0, rejecting: 1, gone: 2, reached: false } });
});
afterEach(() => vi.unstubAllGlobals());

test('who needs a person stands first, with what it refuses and how far it is behind', async () => {
  plane.show(<Routers />);

  const rows = await within(await screen.findByRole('table', { name: 'Routers' })).findAllByRole('row');
  await within(rows[1] as HTMLElement).findByText('1 heard');
  expect(rows[1]?.textContent).toMatch(/^west1 of 1 Envoy refuses what it is sentbefore \d\d:\d\d:\d\d1 heard90 of 112$/);
  expect(rows[2]?.textContent).toMatch(/^eastits Envoy has the newestbefore \d\d:\d\d:\d\dheard91 of 10unknown$/); // its barrier was not answered
  const envoys = within(screen.getByRole('table', { name: 'Envoys of west' })).getAllByRole('row')[1];
  expect(envoys?.textContent).toMatch(/^west-envoywest-routerrefusesbefore \d\d:\d\d:\d\d972port is taken$/);
  expect(screen.getByText(/^A person is needed in west\. Decided is revision 9, as of/)).toBeTruthy();
});

test('what is no longer confirmed is told as what was', async () => {
  plane.show(<Routers />);
  await screen.findByRole('table', { name: 'Envoys of west' });
  plane.answer('GET /envoys', refusal(503, 'not-ready', 'Not ready', 'no leader is known'));

  await plane.askAgain();

  await screen.findByText(/^When it was last known, a person was needed in west\./);
  expect(screen.getByText('was: refuses')).toBeTruthy();
  expect(screen.getAllByText(/^Stale since/)).toHaveLength(3);
});
