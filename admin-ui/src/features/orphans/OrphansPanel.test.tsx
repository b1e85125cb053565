import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Orphan } from '../../api/orphan-types';
import { refusal, TestPlane } from '../../test-plane';
import { OrphansPanel } from './OrphansPanel';

const LIST = 'GET /orphans';
const open: Orphan = {
  region: 'west', source: 'east', position: 'i/0-7/0', shard: 4, index: 0, epoch: 1, table: 'public.account', key: { id: '7' }, operation: 'UPDATE',
  content: '{"id":"7","name":"a","note":null}', decision: null, reason: null, ours: null, foundAt: '2026-11-26T10:05:00Z', committedAt: '2026-11-26T10:00:02Z',
}; // prettier-ignore
const rejected: Orphan = { ...open, shard: 5, key: { id: '8' }, content: '{"id":"8","name":"a","note":null}', decision: 'REJECTED', reason: 'written again since', ours: '{"id":"8","name":"b","note":null}' };

let plane: TestPlane;
const user = userEvent.setup();
beforeEach(() => (plane = new TestPlane()));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const rows = async () => within(await screen.findByRole('table', { name: 'Lost writes' })).getAllByRole('row').slice(1);
async function detailOf(orphan: Orphan) {
  plane.show(<OrphansPanel />);
  await user.click(await screen.findByRole('button', { name: `Show ${orphan.operation} of public.account ${JSON.stringify(orphan.key)}, shard ${orphan.shard} from east` }));
  return screen.findByRole('region', { name: `${orphan.operation} of public.account, shard ${orphan.shard}` });
}

test('no lost writes is good news, and no more than is known', async () => {
  plane.answer(LIST, { body: [] }).show(<OrphansPanel />);

  await screen.findByRole('heading', { name: 'No region tells of a lost write' });
  expect(screen.getByText(/What only a region has that is not back yet/)).toBeTruthy();
});

test('an empty list that is no longer confirmed is not good news', async () => {
  plane.answer(LIST, { body: [] }, refusal(503, 'not-ready', 'Not ready', 'no leader is known')).show(<OrphansPanel />);
  await screen.findByRole('heading', { name: 'No region tells of a lost write' });

  await plane.askAgain();

  await screen.findByText('No region told of a lost write when they were last heard.');
  expect(screen.queryByRole('heading', { name: /No region tells/ })).toBeNull();
});

test('a refusal to list is told in the control plane’s words, not as an empty list', async () => {
  plane.answer(LIST, refusal(403, 'forbidden', 'Forbidden', 'anna lacks the role viewer')).show(<OrphansPanel />);

  await screen.findByText('anna lacks the role viewer');
  expect(screen.queryByRole('heading', { name: /No region tells/ })).toBeNull();
});

test('each write has a row with where it comes from and what was decided, undecided ones first', async () => {
  plane.answer(LIST, { body: [rejected, open] }).show(<OrphansPanel />);

  const [first, second] = (await rows()).map((row) => within(row).getAllByRole('cell').map((cell) => cell.textContent));
  expect(first).toEqual(['east', '4', 'public.account', 'UPDATE', expect.stringMatching(/^\d\d:\d\d:\d\d$/), 'open']);
  expect(second?.at(-1)).toBe('rejected');
});

test('what is no longer confirmed was so', async () => {
  plane.answer(LIST, { body: [open] }, refusal(503, 'not-ready', 'Not ready', 'no leader is known')).show(<OrphansPanel />);
  await rows();

  await plane.askAgain();

  await screen.findByText('was: open');
});

test('the detail has both versions with what differs, the reason, and the focus', async () => {
  plane.answer(LIST, { body: [rejected, { ...rejected, region: 'north', decision: null, reason: null, ours: null }] });
  const detail = await detailOf(rejected);

  expect(document.activeElement?.textContent).toBe('UPDATE of public.account, shard 5');
  const told = within(within(detail).getByRole('table', { name: 'Both versions' })).getAllByRole('row').slice(1);
  expect(told.map((row) => row.textContent)).toEqual(['id88same', 'nameabdiffers', 'notenullnullsame']);
  for (const text of ['written again since', 'west (decided), north (open)', 'i/0-7/0']) expect(within(detail).getByText(text)).toBeTruthy();
  await user.click(within(detail).getByRole('button', { name: 'Close the lost write' }));
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Show UPDATE of public.account {"id":"8"}, shard 5 from east');
});

test('a write that is open has no other version yet; one that met no row says so', async () => {
  plane.answer(LIST, { body: [open, { ...rejected, decision: 'SALVAGED', ours: '' }] });
  const detail = await detailOf(open);
  expect(within(detail).getByText('Owner’s row when it decided: not decided yet.')).toBeTruthy();

  await user.click(screen.getByRole('button', { name: /shard 5 from east$/ }));

  expect(await screen.findByText('Owner’s row when it decided: there was none.')).toBeTruthy();
});

test('a version that was too long is shown as far as it was told', async () => {
  plane.answer(LIST, { body: [{ ...open, content: '{"id":"7","note":"xxx' }] });
  const detail = await detailOf(open);

  expect(within(detail).getByText('{"id":"7","note":"xxx')).toBeTruthy();
  expect(within(detail).getByText('Lost write, as far as it was told:')).toBeTruthy();
});

test('a long list is cut, and says so', async () => {
  plane.answer(LIST, { body: Array.from({ length: 120 }, (_, index) => ({ ...open, index })) }).show(<OrphansPanel />);

  expect((await rows()).length).toBe(100);
  expect(screen.getByText(/^100 of 120 are shown, undecided ones first;/).textContent).toContain('./meridian orphans');
});

test('it is asked for again every 5 s', async () => {
  vi.useFakeTimers();
  plane.answer(LIST, { body: [] }).show(<OrphansPanel />);

  await act(() => vi.advanceTimersByTimeAsync(11_000));

  expect(plane.count(LIST)).toBe(3);
});
