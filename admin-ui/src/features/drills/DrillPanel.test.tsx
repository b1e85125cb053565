import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Drill } from '../../api/drill-types';
import type { WhoAmI } from '../../api/types';
import { Me } from '../../live/may';
import { refusal, TestPlane } from '../../test-plane';
import { DrillPanel } from './DrillPanel';
import { PastPanel } from './PastPanel';

const vera: WhoAmI = { name: 'vera', roles: ['viewer'], may: ['viewer'] };
const drill = (change: Partial<Drill> = {}): Drill => ({
  id: 'dr-3', scenario: 'lose-region', version: 1, sha256: 'x', act: 'lose', about: 'west', regions: ['west'], by: 'anna', why: 'monthly', askedAt: '2026-11-28T01:54:34Z', state: 'RUNNING', waitsFor: 'its runner, which is at it',
  runner: { name: 'r-1', claimedAt: '2026-11-28T01:54:35Z', heardAt: '2026-11-28T01:55:58Z', lost: false }, problem: null, told: 3,
  lines: [{ at: '2026-11-28T01:55:11Z', text: 'probing; in 10 s it begins' }, { at: '2026-11-28T01:55:24Z', text: 'failover mv-7 of west is accepted' }], begunAt: '2026-11-28T01:54:35Z', endedAt: null, reason: null, figures: null, runs: [], report: false, ...change,
}); // prettier-ignore

let plane: TestPlane;
const user = userEvent.setup();
beforeEach(() => (plane = new TestPlane()));
afterEach(() => vi.unstubAllGlobals());

test('a drill under way tells what it does, the newest first, and says that its figures come at its end', async () => {
  plane.answer('GET /drills/dr-3', { body: drill() }).show(<DrillPanel id="dr-3" />);

  const told = within(await screen.findByRole('region', { name: 'What its runner told' })).getAllByRole('listitem').map((line) => line.textContent);
  expect(told.map((line) => line.replace(/^[\d:]+/, ''))).toEqual(['failover mv-7 of west is accepted', 'probing; in 10 s it begins']);
  expect(screen.getByRole('link', { name: 'mv-7' }).getAttribute('href')).toBe('#at=mv-7');
  expect(screen.getByText(/It tells what clients saw when it is over/)).toBeTruthy();
  expect(screen.getByText(/The newest 2 of 3 lines are kept/)).toBeTruthy();
  expect(screen.getByText(/^as of /)).toBeTruthy();
});

test('it is aborted by two presses, which tell what that takes and the command', async () => {
  plane.answer('GET /drills/dr-3', { body: drill() }, { body: drill({ state: 'ABORTING' }) }).answer('POST /drills/dr-3/abort', { status: 202, body: drill({ state: 'ABORTING' }) });
  plane.show(<DrillPanel id="dr-3" />);
  await user.click(await screen.findByRole('button', { name: 'Abort dr-3 …' }));
  expect(screen.getByText('./meridian drill abort')).toBeTruthy();
  expect(plane.count('POST /drills/dr-3/abort')).toBe(0);

  await user.click(screen.getByRole('button', { name: 'Abort dr-3: take back what it did' }));

  await screen.findByText('ABORTING');
  expect(screen.queryByRole('button', { name: /^Abort/ })).toBeNull();
});

test('a runner that is lost is told as that, with what takes back what it broke; giving up wants the drill’s id and a reason', async () => {
  plane.answer('GET /drills/dr-3', { body: drill({ runner: { name: 'r-1', claimedAt: '', heardAt: '', lost: true }, problem: 'runner lost: r-1 was heard last at 01:55' }) });
  plane.answer('POST /drills/dr-3/abort', { status: 202, body: drill({ state: 'FAILED', endedAt: '2026-11-28T02:00:00Z' }) });
  plane.show(<DrillPanel id="dr-3" />);

  await screen.findByText('RUNNER LOST');
  expect(screen.getByRole('heading', { name: /Its runner is lost: what it broke may be broken still/ })).toBeTruthy();
  expect(screen.getByText('./meridian drill undo')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Give dr-3 up …' }));
  const give = screen.getByRole<HTMLButtonElement>('button', { name: /^Give dr-3 up: it ends as FAILED/ });
  await user.type(screen.getByRole('textbox', { name: /^Reason/ }), 'its machine burnt');
  expect(give.disabled).toBe(true);
  await user.type(screen.getByRole('textbox', { name: /^dr-3, typed/ }), 'dr-3');
  await user.click(give);

  expect(plane.asked.find(({ what }) => what.startsWith('POST'))?.reason).toBe('its%20machine%20burnt');
});

test('a viewer sees why a drill is not his to abort', async () => {
  plane.answer('GET /drills/dr-3', { body: drill() }).show(
    <Me value={vera}>
      <DrillPanel id="dr-3" />
    </Me>,
  );

  expect((await screen.findByRole<HTMLButtonElement>('button', { name: 'Abort dr-3 …' })).disabled).toBe(true);
  expect(screen.getByText(/^You are vera, with the role viewer; this takes the role operator/)).toBeTruthy();
});

test('what is not confirmed any more is not told as if it went on', async () => {
  plane.answer('GET /drills/dr-3', { body: drill() }, refusal(503, 'not-ready', 'Not ready', 'no leader is known')).show(<DrillPanel id="dr-3" />);
  await screen.findByText('RUNNING');

  await plane.askAgain();

  await screen.findByText('was: RUNNING');
  expect(screen.getByText(/^Stale since/)).toBeTruthy();
});

test('of one that is over its figures stand, and its runs with their certificates', async () => {
  const figures = { rtoMillis: 22_037, rpoRows: 3, requests: 4081, failed: 356, lost: 0, doubled: 0, orphans: 3 };
  plane.answer('GET /drills/dr-3', { body: drill({ state: 'MISSED', waitsFor: null, endedAt: '2026-11-28T01:56:00Z', figures, runs: ['mv-7', 'mv-8'] }) }).show(<DrillPanel id="dr-3" />);

  await screen.findByText('356 of 4,081');
  expect(screen.getByRole('link', { name: 'mv-8' }).getAttribute('href')).toBe('#at=mv-8');
  expect(screen.getByText('./meridian drill report --list')).toBeTruthy();
});

test('drills are listed with their verdicts, and lead to themselves and to their reports', async () => {
  const over = drill({ id: 'dr-2', state: 'ABORTED', endedAt: '2026-11-27T01:56:00Z', reason: 'guard linkLag: 130 s', report: true, figures: { rtoMillis: null, rpoRows: null, requests: 10, failed: 2, lost: 0, doubled: 0, orphans: 0 } });
  plane.answer('GET /drills?limit=50', { body: { drills: [drill(), over], next: null } }).show(<PastPanel />);

  const rows = within(await screen.findByRole('table', { name: 'Drills' })).getAllByRole('row');
  expect(within(rows[2] as HTMLElement).getByText('guard linkLag: 130 s')).toBeTruthy();
  expect(within(rows[2] as HTMLElement).getByText('not measured')).toBeTruthy();
  expect(within(rows[2] as HTMLElement).getByRole('link', { name: 'of dr-2' }).getAttribute('href')).toBe('#view=drills&at=dr-2-report');
  expect(within(rows[1] as HTMLElement).getByText('at its end')).toBeTruthy();
});
