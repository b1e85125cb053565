import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Schedule } from '../../api/drill-types';
import type { WhoAmI } from '../../api/types';
import { Me } from '../../live/may';
import { refusal, TestPlane } from '../../test-plane';
import { ScheduleForm } from './ScheduleForm';
import { SchedulePanel } from './SchedulePanel';
import { SchedulesPanel } from './SchedulesPanel';

const oleg: WhoAmI = { name: 'oleg', roles: ['operator'], may: ['viewer', 'planner', 'operator'] };
const vera: WhoAmI = { name: 'vera', roles: ['viewer'], may: ['viewer'] };
const LOSE = { name: 'lose-region', version: 2, sha256: 'ab', act: 'lose', about: 'east', regions: ['east'], anyRegion: true, explanation: 'It dies.', registeredAt: '2026-11-27T10:00:00Z', by: 'admin' };
const WEEKLY: Schedule = {
  name: 'weekly', scenario: 'lose-region', region: 'west', cron: '0 3 * * MON', timeZone: 'Europe/Berlin', windowMinutes: 60, blackouts: [], enabled: true, note: null, revision: 41, changedAt: '2026-11-28T10:00:00Z', by: 'anna',
  next: [{ at: '2026-11-30T02:00:00Z', local: '2026-11-30T03:00:00+01:00', until: '2026-11-30T03:00:00Z', blackout: null }], attempt: null,
  outcomes: [{ due: '2026-11-23T02:00:00Z', at: '2026-11-23T03:00:00Z', outcome: 'SKIPPED', drill: null, state: null, reason: 'the brake is on' }], started: 4, skipped: 1,
}; // prettier-ignore
const LIST = 'GET /drills/schedules';
const LOOK = 'PUT /drills/schedules/monthly?dryRun=true';

let plane: TestPlane;
const user = userEvent.setup();
beforeEach(() => {
  history.replaceState(null, '', '/');
  plane = new TestPlane()
    .answer(LIST, { body: { schedules: [WEEKLY] } })
    .answer('GET /drills/scenarios', { body: { scenarios: [LOSE] } })
    .answer('GET /regions', { body: [{ name: 'east', zones: [] }, { name: 'west', zones: [] }] });
});
afterEach(() => {
  history.replaceState(null, '', '/');
  vi.unstubAllGlobals();
});

const by = (me: WhoAmI, page: React.ReactNode) => plane.show(<Me value={me}>{page}</Me>);
const button = (name: RegExp | string) => screen.getByRole<HTMLButtonElement>('button', { name });

test('each schedule says when it is due next, and why the last was skipped', async () => {
  plane.show(<SchedulesPanel />);

  const [row] = within(await screen.findByRole('table', { name: 'Schedules' })).getAllByRole('row').slice(1);
  const cells = within(row as HTMLElement).getAllByRole('cell').map((cell) => cell.textContent);
  expect(cells.slice(0, 4)).toEqual(['enabled', 'lose-region about west', '0 3 * * MON Europe/Berlin', 'Mon 30 Nov 2026, 03:00 (+01:00)']);
  expect(cells[5]).toMatch(/: skipped: the brake is on$/);
});

test('no schedule is told as none only while that is confirmed', async () => {
  plane.answer(LIST, { body: { schedules: [] } }, refusal(503, 'not-ready', 'Not ready', 'no leader is known')).show(<SchedulesPanel />);
  await screen.findByRole('heading', { name: 'No drill is scheduled' });

  await plane.askAgain();

  await screen.findByRole('heading', { name: 'No drill was scheduled when it was last known' });
});

test('faults stand with their fields, and nothing is declared by a look', async () => {
  plane.answer(LOOK, { status: 400, body: { type: 'urn:meridian:problem:invalid-document', title: 'Invalid document', status: 400, detail: 'a schedule: …', errors: [{ pointer: '/cron', detail: 'there are five' }] } });
  by(oleg, <ScheduleForm />);
  await screen.findByRole('option', { name: 'lose-region' });
  await user.type(screen.getByRole('textbox', { name: 'Name' }), 'monthly');
  await user.selectOptions(screen.getByLabelText('Scenario to drill'), 'lose-region');
  await user.type(screen.getByRole('textbox', { name: 'Cron' }), '0 3');

  await user.click(button(/^Look: check it/));

  await screen.findByText('there are five');
  expect(screen.getByRole('textbox', { name: 'Cron' }).getAttribute('aria-invalid')).toBe('true');
  expect(screen.getByText(/Nothing was declared\./)).toBeTruthy();
  expect(plane.count('PUT /drills/schedules/monthly')).toBe(0);
});

test('a name that is taken is not written over unseen', async () => {
  by(oleg, <ScheduleForm />);
  await screen.findByRole('option', { name: 'lose-region' });

  await user.type(screen.getByRole('textbox', { name: 'Name' }), 'weekly');

  expect(await screen.findByText(/^There is a schedule weekly already/)).toBeTruthy();
  expect(button(/^Look: check it/).disabled).toBe(true);
});

test('the form that changes one is filled in with it, and stands back when somebody else changed it', async () => {
  history.replaceState(null, '', '/#view=drills&at=schedule&name=weekly');
  plane.answer(LIST, { body: { schedules: [WEEKLY] } }, { body: { schedules: [{ ...WEEKLY, revision: 42, note: 'not in March', by: 'bob' }] } });
  by(oleg, <ScheduleForm />);
  await screen.findByRole('heading', { name: 'Change schedule weekly' });
  expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Cron' }).value).toBe('0 3 * * MON');

  await plane.askAgain();

  await screen.findByText(/^weekly was changed by bob/);
  await user.click(button('Begin anew with weekly as it is now'));
  expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Note' }).value).toBe('not in March');
});

test('one is disabled as it was looked at, and a refusal is told in the control plane’s words', async () => {
  plane.answer('POST /drills/schedules/weekly/disable', refusal(412, 'revision-conflict', 'Revision conflict', 'it is at 42 by now, changed by bob; look at it again'));
  by(oleg, <SchedulePanel name="weekly" />);
  await user.click(await screen.findByRole('button', { name: 'Disable weekly …' }));
  expect(screen.getByText('./meridian drill schedule disable weekly')).toBeTruthy();

  await user.click(button('Disable weekly: nothing of it begins'));

  await screen.findByText('it is at 42 by now, changed by bob; look at it again');
});

test('one is enabled only by the typed name of the region that it drills', async () => {
  plane.answer(LIST, { body: { schedules: [{ ...WEEKLY, enabled: false, next: [] }] } });
  by(oleg, <SchedulePanel name="weekly" />);
  await user.click(await screen.findByRole('button', { name: 'Enable weekly …' }));
  const enable = button('Enable weekly: drills begin by themselves');
  expect(enable.disabled).toBe(true);

  await user.type(screen.getByRole('textbox', { name: /west, typed to confirm/ }), 'west');

  expect(enable.disabled).toBe(false);
});

test('a viewer is told why', async () => {
  by(vera, <SchedulePanel name="weekly" />);

  expect((await screen.findAllByText(/^You are vera, with the role viewer; this takes the role operator/)).length).toBe(2);
  expect(button('Disable weekly …').disabled).toBe(true);
});
