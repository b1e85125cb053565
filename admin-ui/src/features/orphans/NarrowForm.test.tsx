import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TestPlane } from '../../test-plane';
import { OrphansPanel } from './OrphansPanel';

let plane: TestPlane;
const user = userEvent.setup();
beforeEach(() => {
  history.replaceState(null, '', '/');
  plane = new TestPlane().answer('GET /regions', { body: [] }).answer('GET /orphans', { body: [] }).answer('GET /orphans?shard=4&open=true', { body: [] });
});
afterEach(() => {
  history.replaceState(null, '', '/');
  vi.unstubAllGlobals();
});

test('what is narrowed is asked of the control plane, stands in the address, and an empty answer is no good news', async () => {
  plane.show(<OrphansPanel filters />);
  await screen.findByRole('heading', { name: 'No region tells of a lost write' });

  await user.type(screen.getByRole('textbox', { name: 'Of shard' }), '4');
  await user.click(screen.getByRole('checkbox', { name: /^Only those/ }));
  await user.click(screen.getByRole('button', { name: 'Narrow' }));

  await screen.findByText('No lost write that is told is like that; others may be.');
  expect(location.hash).toBe('#view=replication&at=lost-writes&shard=4&open=true');
  expect(plane.count('GET /orphans?shard=4&open=true')).toBe(1);
});

test('a shard that is none is said to be none, and not asked for', async () => {
  plane.show(<OrphansPanel filters />);

  await user.type(await screen.findByRole('textbox', { name: 'Of shard' }), '4-5');

  expect(screen.getByText('\'4-5\' is no shard’s number')).toBeTruthy();
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Narrow' }).disabled).toBe(true);
});
