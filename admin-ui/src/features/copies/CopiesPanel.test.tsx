import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Difference, Repair, ShardRepair, Verification } from '../../api/types';
import { refusal, TestPlane } from '../../test-plane';
import { CopiesPanel } from './CopiesPanel';

const START = 'POST /verifications';
const LOOK = 'GET /verifications/vf-3';
const PLAN = 'POST /repairs?dryRun=true';
const REPAIR = 'POST /repairs';

const running: Verification = { id: 'vf-3', state: 'RUNNING', equal: null, shards: 1024, rows: 0, differences: [], problem: null };
const equal: Verification = { ...running, state: 'DONE', equal: true, rows: 12_345 };
const difference = (shard: number, change: Partial<Difference> = {}): Difference => ({
  shard, regions: { east: { rows: 9, hash: 'aa'.repeat(32) }, west: { rows: 8, hash: 'bb'.repeat(32) } }, rows: null, moreRows: false, ...change,
}); // prettier-ignore
const row = (id: number) => ({ table: 'public.account', key: { id: String(id) }, regions: { east: '9f00000000000001', west: id % 2 ? null : '9f00000000000002' } });
const different = (...differences: Difference[]): Verification => ({ ...running, state: 'DONE', equal: false, rows: 12_000, differences });
const withRows = different(difference(17, { rows: [row(7), row(8)] }));
const shardRepair: ShardRepair = { shard: 17, owner: 'east', epoch: 4, asked: { 'public.account': 2 }, missing: 0, rows: null, absent: null, problem: null };
const repair = (change: Partial<Repair> = {}): Repair => ({
  id: 'rp-1', state: 'RUNNING', verification: 'vf-3', shards: [shardRepair], left: [], startedAt: '2026-11-26T10:00:00Z', endedAt: null, by: 'anna', ...change,
}); // prettier-ignore
const shards = { revision: 1, shards: Array.from({ length: 1024 }, (_, shard) => ({ shard, region: 'east', zone: 'east-1', epoch: 4, state: 'OWNED', frozenBy: null })) };

let plane: TestPlane;
const user = userEvent.setup();
beforeEach(() => (plane = new TestPlane().answer('GET /shards', { body: shards })));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const compareButton = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Compare the copies of all regions' });

/** Compares everything, and this is what it found. */
async function compared(found: Verification) {
  plane.answer(START, { status: 202, body: running }).answer(LOOK, { body: found });
  plane.show(<CopiesPanel />);
  await user.click(compareButton());
  return screen.findByRole('region', { name: 'Comparison vf-3' });
}
async function planned(found = withRows) {
  const comparison = await compared(found);
  await user.click(await within(comparison).findByRole('button', { name: 'Repair from owner: show what would be written, change nothing' }));
  return comparison;
}
const repairButton = () => screen.findByRole('button', { name: 'Repair: the owner writes 2 rows of 1 shard once more' });

test('everything is compared row by row, unless it is narrowed', async () => {
  plane.answer(START, { status: 202, body: running }).answer(LOOK, { body: running }).show(<CopiesPanel />);
  await user.click(compareButton());
  await screen.findByRole('region', { name: 'Comparison vf-3' });
  await user.type(screen.getByRole('textbox', { name: 'Shards to compare' }), '0-31,77');
  await user.type(screen.getByRole('textbox', { name: 'Tables to compare' }), 'public.account, public.entry');
  await user.click(screen.getByRole('checkbox', { name: 'Row by row where shards differ' }));
  await user.click(compareButton());

  await vi.waitFor(() => expect(plane.count(START)).toBe(2));
  expect(plane.asked.filter(({ what }) => what === START).map(({ body }) => body)).toEqual([{ rows: true }, { shards: '0-31,77', tables: ['public.account', 'public.entry'] }]);
  expect(new Set(plane.asked.filter(({ what }) => what === START).map(({ key }) => key)).size).toBe(2);
});

test('shards that do not exist are refused before anything is sent', async () => {
  plane.show(<CopiesPanel />);
  await vi.waitFor(() => expect(plane.count('GET /shards')).toBe(1));

  await user.type(screen.getByRole('textbox', { name: 'Shards to compare' }), '1024');

  await screen.findByText('shard 1024 does not exist: shards are numbered 0 to 1023');
  expect(compareButton().disabled).toBe(true);
});

test('without a topology there is no range to go by: the control plane says what is wrong', async () => {
  plane.answer('GET /shards', { body: { revision: 0, shards: [] } }).answer(START, refusal(409, 'no-topology', 'No topology', 'there is no topology yet')).show(<CopiesPanel />);
  await vi.waitFor(() => expect(plane.count('GET /shards')).toBe(1));
  await user.type(screen.getByRole('textbox', { name: 'Shards to compare' }), '17');
  await user.click(compareButton());

  await screen.findByText('there is no topology yet');
});

test('a comparison that another one keeps from starting is told in the control plane’s words', async () => {
  plane.answer(START, refusal(409, 'verification-runs', 'Verification runs', 'verification vf-2 of shard 5 is under way, and there is one at a time')).show(<CopiesPanel />);

  await user.click(compareButton());

  await screen.findByText('verification vf-2 of shard 5 is under way, and there is one at a time');
  expect(screen.getByRole('heading', { name: /Verification runs/ })).toBeTruthy();
  expect(screen.queryByRole('region', { name: /^Comparison/ })).toBeNull();
});

test('a comparison whose start was not answered is tried again under the same key', async () => {
  plane.answer(START, new TypeError('Failed to fetch'), { status: 202, body: running }).answer(LOOK, { body: running }).show(<CopiesPanel />);
  await user.click(compareButton());
  await screen.findByText(/Whether it started is unknown/);

  await user.click(compareButton());

  await screen.findByRole('region', { name: 'Comparison vf-3' });
  const keys = plane.asked.filter(({ what }) => what === START).map(({ key }) => key);
  expect(keys).toEqual([keys[0], keys[0]]);
});

test('while it runs, progress is told; afterwards that the copies are equal', async () => {
  plane.answer(LOOK, { body: { ...running, rows: 500 } });
  const comparison = await compared({ ...running, rows: 500 });
  expect((await within(comparison).findByRole('status')).textContent).toMatch(/Comparing 1,024 shards of every region, asked for at .*; 500 rows found equal so far/);
  plane.answer(LOOK, { body: equal });

  await plane.askAgain();

  await within(comparison).findByRole('heading', { name: /The copies are equal: 1,024 shards of every region, 12,345 rows/ });
  expect(within(comparison).queryByRole('button', { name: /Repair/ })).toBeNull();
});

test('what runs is asked for again, what has ended is not, and does not grow stale', async () => {
  vi.useFakeTimers();
  sessionStorage.setItem('meridian.comparison', JSON.stringify({ verification: 'vf-3', request: {}, askedAt: 0, repair: 'rp-1', asPlanned: true }));
  plane.answer(LOOK, { body: running }, { body: running }, { body: equal }).answer('GET /repairs/rp-1', { body: repair({ state: 'DONE', endedAt: '2026-11-26T10:00:02Z' }) });
  plane.show(<CopiesPanel />);

  await act(() => vi.advanceTimersByTimeAsync(60_000));

  expect([plane.count(LOOK), plane.count('GET /repairs/rp-1')]).toEqual([3, 1]);
  expect(screen.getByRole('heading', { name: /The copies are equal/ })).toBeTruthy();
  expect(screen.queryByText(/^Stale since/)).toBeNull();
});

test('one that failed says why, and does not look equal', async () => {
  const comparison = await compared({ ...running, state: 'FAILED', problem: 'west did not answer for 60 s' });

  await within(comparison).findByText('west did not answer for 60 s');
  expect(within(comparison).queryByText(/equal/)).toBeNull();
});

test('one that the control plane has forgotten is told, and can be closed', async () => {
  plane.answer(START, { status: 202, body: running }).answer(LOOK, refusal(404, 'unknown-verification', 'Unknown verification', "there is no verification 'vf-3'")).show(<CopiesPanel />);
  await user.click(compareButton());
  await screen.findByText("there is no verification 'vf-3'");

  await user.click(screen.getByRole('button', { name: 'Close vf-3' }));

  expect(screen.queryByRole('region', { name: 'Comparison vf-3' })).toBeNull();
  expect(sessionStorage.length).toBe(0);
});

test('rows that differ are shown by region, against the owner', async () => {
  const comparison = await compared(different(difference(17, { rows: [row(7), row(8)], moreRows: true }), difference(18)));
  await user.click(await within(comparison).findByRole('button', { name: 'Show the rows of shard 17 that differ: at least 2 rows' }));

  const table = within(comparison).getByRole('table', { name: 'Rows of shard 17 that differ' });
  expect(within(table).getAllByRole('row').map((each) => [...each.children].map((cell) => cell.textContent))).toEqual([
    ['Table', 'Key', 'east (owner)', 'west'],
    ['public.account', 'id=7', '9f0000000000', 'not there differs'],
    ['public.account', 'id=8', '9f0000000000', '9f0000000000 differs'],
  ]);
  expect(within(comparison).getByText(/More rows of this shard may differ/)).toBeTruthy();
  expect(within(within(comparison).getByRole('table', { name: 'Shards that differ' })).getByText('not compared')).toBeTruthy();
});

test('long lists are cut, and say so', async () => {
  const many = Array.from({ length: 300 }, (_, n) => difference(n, n === 0 ? { rows: Array.from({ length: 200 }, (__, id) => row(id)) } : {}));
  const comparison = await compared(different(...many));
  await user.click(await within(comparison).findByRole('button', { name: /^Show the rows of shard 0/ }));

  expect(within(within(comparison).getByRole('table', { name: 'Shards that differ' })).getAllByRole('row').length).toBe(101);
  expect(within(comparison).getByText(/^100 of 300 shards that differ are shown/)).toBeTruthy();
  expect(within(within(comparison).getByRole('table', { name: 'Rows of shard 0 that differ' })).getAllByRole('row').length).toBe(51);
  expect(within(comparison).getByText(/^50 of 200 rows are shown/)).toBeTruthy();
});

test('without rows nothing can be repaired: it is compared again with them', async () => {
  const comparison = await compared(different(difference(17)));
  expect(within(comparison).queryByRole('button', { name: /^Repair from owner/ })).toBeNull();

  await user.click(await within(comparison).findByRole('button', { name: /^Compare again, row by row/ }));

  await vi.waitFor(() => expect(plane.asked.filter(({ what }) => what === START).map(({ body }) => body)).toEqual([{ rows: true }, { rows: true }]));
});

test('a repair is planned without changing anything, started from the plan, and followed to its end', async () => {
  const left = [{ shard: 30, why: 'its rows were not compared; verify again afterwards, with rows' }];
  plane.answer(PLAN, { body: repair({ left }) }).answer(REPAIR, new TypeError('Failed to fetch'), { status: 202, body: repair({ left }) }).answer('GET /repairs/rp-1', { body: repair({ left }) });
  await planned();
  const plan = await screen.findByRole('table', { name: 'What would be written' });
  expect([...(within(plan).getAllByRole('row')[1]?.children ?? [])].map((cell) => cell.textContent)).toEqual(['17', 'east', '4', 'public.account: 2', '0']);
  expect(screen.getByText('Shard 30: its rows were not compared; verify again afterwards, with rows')).toBeTruthy();
  expect(plane.count(REPAIR)).toBe(0);

  await user.click(await repairButton());
  await screen.findByText(/Whether it started is unknown/);
  await user.click(await repairButton());

  const view = await screen.findByRole('region', { name: 'Repair rp-1' });
  await within(view).findByText('RUNNING');
  const starts = plane.asked.filter(({ what }) => what === REPAIR);
  expect(starts.map(({ body }) => body)).toEqual([{ verification: 'vf-3' }, { verification: 'vf-3' }]);
  expect(starts[1]?.key).toBe(starts[0]?.key);
  expect(within(view).queryByRole('button', { name: /^Compare again/ })).toBeNull();
  plane.answer('GET /repairs/rp-1', { body: repair({ state: 'DONE', endedAt: '2026-11-26T10:00:02Z', shards: [{ ...shardRepair, rows: 2, absent: 0 }] }) });
  await plane.askAgain();
  await within(view).findByText('DONE');

  plane.answer(START, { status: 202, body: { ...running, id: 'vf-4' } }).answer('GET /verifications/vf-4', { body: { ...equal, id: 'vf-4' } });
  await user.click(within(view).getByRole('button', { name: 'Compare again what was compared before' }));

  await within(await screen.findByRole('region', { name: 'Comparison vf-4' })).findByRole('heading', { name: /The copies are equal/ });
  expect(screen.queryByRole('region', { name: 'Repair rp-1' })).toBeNull();
});

test('a plan that is refused shows title and detail, and nothing to start', async () => {
  plane.answer(PLAN, refusal(409, 'not-repairable', 'Not repairable', 'shard 17 is being moved by mv-9; ask again when that run has ended'));
  await planned();

  await screen.findByText('shard 17 is being moved by mv-9; ask again when that run has ended');
  expect(screen.getByRole('heading', { name: /Not repairable/ })).toBeTruthy();
  expect(screen.queryByRole('button', { name: /^Repair: / })).toBeNull();
});

test('a start without the role for it is refused in the control plane’s words', async () => {
  plane.answer(PLAN, { body: repair() }).answer(REPAIR, refusal(403, 'forbidden', 'Forbidden', 'bo lacks the role operator'));
  await planned();

  await user.click(await repairButton());

  await screen.findByText('bo lacks the role operator');
  expect(screen.getByText('Nothing was repaired.')).toBeTruthy();
});

test('a repair by another plan than the one shown is told, and each shard’s problem', async () => {
  const moved = { ...shardRepair, epoch: 6, rows: 0, absent: 0, problem: 'moved while it was being repaired; ask again' };
  const failed = repair({ state: 'FAILED', endedAt: '2026-11-26T10:00:02Z', shards: [moved] });
  plane.answer(PLAN, { body: repair() }).answer(REPAIR, { status: 202, body: failed }).answer('GET /repairs/rp-1', { body: failed });
  await planned();

  await user.click(await repairButton());

  const view = await screen.findByRole('region', { name: 'Repair rp-1' });
  await within(view).findByText('moved while it was being repaired; ask again');
  expect(within(view).getByRole('heading', { name: /It started by another plan than the one shown/ })).toBeTruthy();
  expect(within(view).getByText('FAILED')).toBeTruthy();
});

test('a reload of the page finds the comparison again', async () => {
  await compared(withRows);
  expect(JSON.parse(sessionStorage.getItem('meridian.comparison') ?? '')).toMatchObject({ verification: 'vf-3' });
  document.body.innerHTML = '';

  plane.show(<CopiesPanel />);

  await screen.findByRole('region', { name: 'Comparison vf-3' });
  await screen.findByRole('heading', { name: /1 shard of 1,024 differs/ });
});
