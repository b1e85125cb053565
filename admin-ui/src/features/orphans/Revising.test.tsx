import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Orphan, OrphanRevision } from '../../api/orphan-types';
import type { WhoAmI } from '../../api/types';
import { Me } from '../../live/may';
import { refusal, TestPlane } from '../../test-plane';
import { gathered, type LostWrite } from './lost';
import { Revising } from './Revising';

const oleg: WhoAmI = { name: 'oleg', roles: ['operator'], may: ['viewer', 'planner', 'operator'] };
const ORDERS = 'GET /orphans/revisions';
const REVISE = 'POST /orphans/revisions';
const NAME = { source: 'east', position: '7412.0-16B37/0/1A2B3C4D/0', shard: 4, index: 0 };
const ORPHAN: Orphan = { ...NAME, region: 'west', epoch: 1, table: 'public.account', key: { id: '7' }, operation: 'UPDATE', content: '{"id":"7","name":"a"}', decision: 'REJECTED', reason: 'written since', ours: '{"id":"7","name":"b"}', foundAt: null, committedAt: null };
const ORDER: OrphanRevision = { ...NAME, id: 'rv-1', state: 'PENDING', problem: null, verdict: 'SALVAGE', region: 'west', group: 'default', over: null, present: null, presentOver: null, by: 'oleg', reason: 'paid', askedAt: new Date().toISOString(), endedAt: null };
const SINCE: OrphanRevision = { ...ORDER, state: 'FAILED', problem: 'the row was written since', present: '[{"id":"7","name":"c"}]', presentOver: '5f3a', endedAt: new Date().toISOString() };

let plane: TestPlane;
const user = userEvent.setup();
beforeEach(() => (plane = new TestPlane()));
afterEach(() => vi.unstubAllGlobals());

const show = (orphan = ORPHAN, me = oleg) =>
  plane.show(
    <Me value={me}>
      <Revising write={gathered([orphan])[0] as LostWrite} />
    </Me>,
  );
const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });
async function order(reason: string) {
  await user.click(await screen.findByRole('button', { name: 'Salvage it after all …' }));
  await user.type(screen.getByRole('textbox', { name: /Reason/ }), reason);
  await user.click(button('Salvage: the lost version becomes the row'));
}

test('it is ordered once however often the button is pressed, and is pending until the control plane says otherwise', async () => {
  plane.answer(ORDERS, { body: [] }).answer(REVISE, new TypeError('Failed to fetch'), { status: 202, body: ORDER });
  show();
  await order('the customer paid');
  await screen.findByText(/Whether it was done is unknown/);
  plane.answer(ORDERS, { body: [ORDER] });

  await user.click(button('Salvage: the lost version becomes the row'));

  await screen.findByText('PENDING');
  expect(screen.getByText(/nothing is known to be done/)).toBeTruthy();
  const asked = plane.asked.filter(({ what }) => what === REVISE);
  expect(asked.map(({ body }) => body)).toEqual(Array(2).fill({ ...NAME, verdict: 'SALVAGE', reason: 'the customer paid' }));
  expect(new Set(asked.map(({ key }) => key)).size).toBe(1);
  expect(asked[0]?.reason).toBe(encodeURIComponent('the customer paid'));
  expect(button('Reject it once more …').disabled).toBe(true);
});

test('a refusal of the control plane is told in its words', async () => {
  plane.answer(ORDERS, { body: [] }).answer(REVISE, refusal(409, 'not-repairable', 'Not repairable', 'shard 4 is being moved by mv-9; ask again when that run has ended'));
  show();

  await order('paid');

  await screen.findByText('shard 4 is being moved by mv-9; ask again when that run has ended');
  expect(screen.getByText('Nothing was changed.')).toBeTruthy();
});

test('a row that was written since is shown, and written over only by an act of its own that names it', async () => {
  plane.answer(ORDERS, { body: [SINCE] }).answer(REVISE, { status: 202, body: { ...ORDER, id: 'rv-2', over: '5f3a' } });
  show();
  const found = await screen.findByRole('table', { name: 'The row as rv-1 found it' });
  expect(within(found).getAllByRole('row').slice(1).map((row) => row.textContent)).toEqual(['id77same', 'namecais overwritten']);

  await user.click(button('Salvage it over just that state …'));
  await user.type(screen.getByRole('textbox', { name: /Reason/ }), 'paid');
  await user.click(button('Salvage over just that state: the lost version becomes the row'));

  expect(plane.asked.find(({ what }) => what === REVISE)?.body).toEqual({ ...NAME, verdict: 'SALVAGE', over: '5f3a', reason: 'paid' });
});

test('what no order could write over is said, and no button offers it', async () => {
  plane.answer(ORDERS, { body: [{ ...SINCE, presentOver: null }] });
  show();

  await screen.findByText(/^No order writes over that/);
  expect(screen.queryByRole('button', { name: /over just that state/ })).toBeNull();
});

test('only the newest order about it offers to write over what it found', async () => {
  plane.answer(ORDERS, { body: [{ ...ORDER, id: 'rv-2', state: 'DONE' }, SINCE] });
  show();

  await screen.findByText(/^rv-1, salvage, FAILED, by oleg/);
  expect(screen.queryByRole('button', { name: /over just that state/ })).toBeNull();
});

test('what is under way and no longer confirmed was so', async () => {
  plane.answer(ORDERS, { body: [ORDER] }, refusal(503, 'not-ready', 'Not ready', 'no leader is known'));
  show();
  await screen.findByText('PENDING');

  await plane.askAgain();

  await screen.findByText('was: PENDING');
});

test('what is not decided has nothing to revise; a viewer is told why not', async () => {
  plane.answer(ORDERS, { body: [] });
  const { unmount } = show({ ...ORPHAN, decision: null });
  await screen.findByText(/^It is not decided yet/);
  expect(screen.queryByRole('button')).toBeNull();
  unmount();

  show(ORPHAN, { name: 'vera', roles: ['viewer'], may: ['viewer'] });

  expect((await screen.findAllByText(/^You are vera, with the role viewer; this takes the role operator/)).length).toBe(2);
  expect(button('Salvage it after all …').disabled).toBe(true);
});
