import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { refusal, TestPlane } from '../../test-plane';
import { SeedForm } from './SeedForm';

const LOOK = 'POST /seedings?dryRun=true';
const START = 'POST /seedings';
const plan = { id: 'sd-1', region: 'west', state: 'RUNNING', shards: 5, left: '1-5', counts: { waiting: 5, copying: 0, copied: 0, whole: 0, failed: 0 }, rows: 0, underWay: [], startedAt: '', endedAt: null, by: 'a', why: null, problem: null };
const region = (name: string, data: string) => ({ name, city: null, voter: null, agent: null, router: null, zones: [], data, unfit: 0 });

let plane: TestPlane;
const user = userEvent.setup();
beforeEach(() => {
  plane = new TestPlane()
    .answer('GET /regions', { body: [region('west', 'RECONCILED'), region('north', 'UNSEEDED')] })
    .answer('GET /shards', { body: { revision: 1, shards: [] } })
    .answer(LOOK, { body: plan })
    .answer(START, { status: 202, body: plan });
});
afterEach(() => vi.unstubAllGlobals());

async function look(name: string, shards: string) {
  plane.show(<SeedForm />);
  await screen.findByRole('option', { name: /north/ });
  await user.selectOptions(screen.getByLabelText('To region'), name);
  if (shards) await user.type(screen.getByRole('textbox', { name: 'Shards to copy' }), shards);
  await user.click(screen.getByRole('button', { name: /^Look: show which shards/ }));
}
const button = (name: RegExp) => screen.findByRole<HTMLButtonElement>('button', { name });

test('what a region has is thrown away only by its typed name, after a look', async () => {
  await look('west', '1-5');
  const start = await button(/^Throw away what west has of 5 shards/);
  expect(start.disabled).toBe(true);
  expect(screen.getByText('./meridian seed --region west --shards 1-5 --yes --wait')).toBeTruthy();
  expect(plane.count(START)).toBe(0);

  await user.type(screen.getByRole('textbox', { name: /^The region’s name/ }), 'west');
  await user.click(start);

  await screen.findByText(/sd-1 has started/);
  expect(plane.asked.filter(({ what }) => what === START).map(({ body }) => body)).toEqual([{ region: 'west', shards: '1-5' }]);
});

test('of a new region there is nothing to throw away', async () => {
  await look('north', '');

  expect((await button(/^Copy 5 shards to/)).disabled).toBe(false);
  expect(screen.getByText('./meridian region bootstrap north --wait')).toBeTruthy();
});

test('a refusal is shown in the control plane’s words, and another wish takes the look away', async () => {
  plane.answer(START, refusal(409, 'seeding-runs', 'Seeding runs', 'sd-7 gets them already'));
  await look('north', '');
  await user.click(await button(/^Copy 5 shards to/));
  await screen.findByText('sd-7 gets them already');

  await user.type(screen.getByRole('textbox', { name: 'Why' }), 'x');

  expect(screen.queryByRole('button', { name: /^Copy 5 shards/ })).toBeNull();
});
