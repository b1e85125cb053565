import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Parked, ParkedOrder } from '../../api/types';
import { refusal, TestPlane } from '../../test-plane';
import { ParkedPanel } from './ParkedPanel';

const LIST = 'GET /parked';
const SKIP = 'POST /parked/west/default/east/17/skip';
const RETRY = 'POST /parked/west/default/east/17/retry';

const refused: Parked = {
  region: 'west', group: 'default', source: 'east', shard: 17, waiting: 'REFUSED', position: '0/1A2B', epoch: 4,
  reason: 'null value in column "note"', since: new Date(Date.now() - 90_000).toISOString(), records: 3, bytes: 1500,
}; // prettier-ignore
const barrier: Parked = { ...refused, shard: 18, waiting: 'BARRIER', position: '0/1A30', reason: 'waits for epoch 3' };
const order = (change: Partial<ParkedOrder> = {}): ParkedOrder => ({
  id: 'po-1', state: 'PENDING', problem: null, action: 'SKIP', region: 'west', group: 'default', source: 'east', shard: 17,
  position: '0/1A2B', by: 'anna', reason: 'dropped here', askedAt: '2026-11-26T10:00:00Z', endedAt: null, ...change,
}); // prettier-ignore

let plane: TestPlane;
const user = userEvent.setup();
beforeEach(() => (plane = new TestPlane()));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function detailOf(shard: number) {
  plane.show(<ParkedPanel />);
  await user.click(await screen.findByRole('button', { name: `Show shard ${shard} from east in west, group default` }));
  return screen.findByRole('region', { name: `Shard ${shard} from east in west` });
}
async function skipDialog() {
  const detail = await detailOf(17);
  await user.click(within(detail).getByRole('button', { name: 'Skip …' }));
  return screen.findByRole('dialog', { name: /Skip the oldest of shard 17 from east in west, group default\?/ });
}
const skipButton = (dialog: HTMLElement) => within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Skip: it never takes effect in west' });

test('before the first answer it says that it asks', () => {
  plane.answer(LIST, 'never').show(<ParkedPanel />);

  expect(screen.getByRole('progressbar', { name: 'Asking for: Waiting shards' })).toBeTruthy();
});

test('nothing waiting is good news, and said so', async () => {
  plane.answer(LIST, { body: [] }).show(<ParkedPanel />);

  await screen.findByRole('heading', { name: 'Nothing waits: all is well' });
});

test('an empty list that is no longer confirmed is not good news', async () => {
  plane.answer(LIST, { body: [] }, refusal(503, 'not-ready', 'Not ready', 'no leader is known')).show(<ParkedPanel />);
  await screen.findByRole('heading', { name: 'Nothing waits: all is well' });

  await plane.askAgain();

  await screen.findByText('Nothing waited when it was last known.');
  expect(screen.queryByText(/all is well/)).toBeNull();
});

test('a refusal to list is told in the control plane’s words', async () => {
  plane.answer(LIST, refusal(403, 'forbidden', 'Forbidden', 'anna lacks the role viewer')).show(<ParkedPanel />);

  await screen.findByText('anna lacks the role viewer');
  expect(screen.getByRole('heading', { name: /Forbidden/ })).toBeTruthy();
});

test('each shard that waits has a row with what it waits for, what was refused first', async () => {
  plane.answer(LIST, { body: [barrier, refused] }).show(<ParkedPanel />);

  const [, first, second] = within(await screen.findByRole('table', { name: 'Waiting shards' })).getAllByRole('row');
  const cells = within(first as HTMLElement).getAllByRole('cell').map((cell) => cell.textContent);
  expect(cells).toEqual(['east', 'west', 'default', 'refused', expect.stringMatching(/^1 min 3\d s$/), '3', '1.5 kB', 'null value in column "note"']);
  expect(within(first as HTMLElement).getByRole('rowheader').textContent).toBe('17');
  expect(second?.textContent).toContain('waits its turn');
});

test('a long list is cut, and says so', async () => {
  const many = Array.from({ length: 1250 }, (_, shard) => ({ ...barrier, shard }));
  plane.answer(LIST, { body: many }).show(<ParkedPanel />);

  const rows = within(await screen.findByRole('table', { name: 'Waiting shards' })).getAllByRole('row');
  expect(rows.length).toBe(101);
  expect(screen.getByText(/^100 of 1,250 are shown/).textContent).toContain('./meridian parked lists all');
});

test('the detail has every fact, takes the focus, and only what was refused can be skipped', async () => {
  plane.answer(LIST, { body: [refused, barrier] });
  const detail = await detailOf(18);

  for (const text of ['waits for epoch 3', '0/1A30', '3 records, 1.5 kB']) expect(within(detail).getByText(text, { exact: false })).toBeTruthy();
  expect(document.activeElement?.textContent).toBe('Shard 18 from east in west');
  expect(within(detail).getByRole<HTMLButtonElement>('button', { name: 'Skip …' }).disabled).toBe(true);
  expect(within(detail).getByText('Only what the store refused can be skipped.')).toBeTruthy();
  await user.click(within(detail).getByRole('button', { name: 'Close the detail' }));
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Show shard 18 from east in west, group default');
});

test('a skip says what is lost, at which position, and wants a reason', async () => {
  plane.answer(LIST, { body: [refused] });
  const dialog = await skipDialog();

  for (const text of [/never takes effect/, /cannot be undone/, /meridian\.skipped/, /differs from its owner’s until it is repaired/, /position 0\/1A2B \(epoch 4\)/]) {
    expect(dialog.textContent).toMatch(text);
  }
  expect(skipButton(dialog).disabled).toBe(true);
  await user.type(within(dialog).getByRole('textbox', { name: /Reason/ }), '   ');
  expect(skipButton(dialog).disabled).toBe(true);
  expect(plane.asked.every(({ what }) => what === LIST)).toBe(true);
});

test('a skip is ordered once, for the position shown, and followed to its end', async () => {
  plane
    .answer(LIST, { body: [refused] }, { body: [] })
    .answer(SKIP, new TypeError('Failed to fetch'), { status: 202, body: order() })
    .answer('GET /parked/orders/po-1', { body: order() }, { body: order({ state: 'DONE', endedAt: '2026-11-26T10:00:01Z' }) });
  const dialog = await skipDialog();
  await user.type(within(dialog).getByRole('textbox', { name: /Reason/ }), ' dropped here ');
  plane.answer(LIST, { body: [refused] });
  await user.click(skipButton(dialog));
  await within(dialog).findByText(/Whether the order was given is unknown/);
  await user.click(skipButton(dialog));

  await screen.findByText(/Order po-1, skip shard 17 from east in west, group default: the agent has not answered yet/);
  plane.answer(LIST, { body: [] });
  await plane.askAgain();

  await screen.findByText(/^The transaction at 0\/1A2B never takes effect in west’s copy/);
  expect(screen.queryByRole('dialog')).toBeNull();
  const orders = plane.asked.filter(({ what }) => what === SKIP);
  expect(orders.map(({ body }) => body)).toEqual([0, 1].map(() => ({ position: '0/1A2B', reason: 'dropped here' })));
  expect(orders[0]?.key).toMatch(/^[0-9a-f]{32}$/);
  expect(orders[1]?.key).toBe(orders[0]?.key);
  await screen.findByText(/Nothing of it waits any more/);
});

test('a refused skip shows title and detail, and that nothing was skipped', async () => {
  plane.answer(LIST, { body: [refused] }).answer(SKIP, refusal(409, 'not-parked', 'Not parked', 'the oldest is at 0/1A99 now, not at 0/1A2B; look again'));
  const dialog = await skipDialog();
  await user.type(within(dialog).getByRole('textbox', { name: /Reason/ }), 'x');
  await user.click(skipButton(dialog));

  await within(dialog).findByRole('heading', { name: /Not parked/ });
  expect(within(dialog).getByText('the oldest is at 0/1A99 now, not at 0/1A2B; look again')).toBeTruthy();
  expect(within(dialog).getByText('Nothing was skipped.')).toBeTruthy();
});

test('when another transaction became the oldest, the open dialog cannot skip it unseen', async () => {
  plane.answer(LIST, { body: [refused] });
  const dialog = await skipDialog();
  await user.type(within(dialog).getByRole('textbox', { name: /Reason/ }), 'x');
  plane.answer(LIST, { body: [{ ...refused, position: '0/1A99' }] });

  await plane.askAgain();

  await within(dialog).findByText(/What waits there has changed since this dialog was opened/);
  expect(skipButton(dialog).disabled).toBe(true);
});

test('a retry that failed says why, and its news can be closed', async () => {
  const failed = order({ action: 'RETRY', state: 'FAILED', problem: 'the agent did not answer', endedAt: '2026-11-26T10:02:00Z' });
  plane.answer(LIST, { body: [refused] }).answer(RETRY, { status: 202, body: order({ action: 'RETRY' }) }).answer('GET /parked/orders/po-1', { body: failed });
  const detail = await detailOf(17);

  await user.click(within(detail).getByRole('button', { name: 'Retry now' }));

  await screen.findByText('the agent did not answer');
  expect(screen.getByText(/Order po-1, retry shard 17 from east in west, group default: failed/)).toBeTruthy();
  expect(plane.asked.find(({ what }) => what === RETRY)?.body).toEqual({ position: '0/1A2B' });
  await user.click(screen.getByRole('button', { name: 'Close the news of po-1' }));
  expect(screen.queryByText('the agent did not answer')).toBeNull();
});

test('a retry without the role for it is refused in the control plane’s words', async () => {
  plane.answer(LIST, { body: [refused] }).answer(RETRY, refusal(403, 'forbidden', 'Forbidden', 'bo lacks the role operator'));
  const detail = await detailOf(17);

  await user.click(within(detail).getByRole('button', { name: 'Retry now' }));

  await within(detail).findByText('bo lacks the role operator');
  expect(within(detail).getByText('Nothing was ordered.')).toBeTruthy();
});

test('it is asked for again while it is looked at, and not while it is not', async () => {
  vi.useFakeTimers();
  plane.answer(LIST, { body: [] }).show(<ParkedPanel />);
  await act(() => vi.advanceTimersByTimeAsync(6_500));
  const looked = plane.count(LIST);
  const visible = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));

  await act(() => vi.advanceTimersByTimeAsync(60_000));

  expect(looked).toBe(4);
  expect(plane.count(LIST)).toBe(looked);
  visible.mockReturnValue('visible');
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  await act(() => vi.advanceTimersByTimeAsync(0));
  vi.useRealTimers();
  await waitFor(() => expect(plane.count(LIST)).toBe(looked + 1));
});
