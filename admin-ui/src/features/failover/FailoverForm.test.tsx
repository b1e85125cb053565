import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Agent, Plan, Region } from '../../api/types';
import { refusal, TestPlane } from '../../test-plane';
import { FailoverForm } from './FailoverForm';

const LOOK = 'POST /failovers?dryRun=true';
const BEGIN = 'POST /failovers';
const PLAN: Plan & { kind: string } = {
  kind: 'FAILOVER', shards: '0-340', to: null, planHash: 'p1', waves: 1, notes: ['north-2 has no room'], problem: 'the window is closed',
  moves: [{ shards: '0-199', from: 'east-1', to: 'west-1', reason: 'backup of east-1' }, { shards: '200-340', from: 'east-1', to: 'north-1', reason: 'has room' }],
  exposure: { lastSeen: '2026-11-26T10:00:02Z', heartbeat: '2026-11-26T10:00:01Z', seconds: 1.25, records: 7 },
}; // prettier-ignore
const RUN = { ...PLAN, id: 'mv-7', state: 'EXPIRING' };
const APPROVAL = { id: 'ap-3', state: 'WAITING', what: 'fail east over by force', askedBy: 'anna', reason: 'fire', expires: '2026-11-26T11:00:00Z' };

const region = (name: string, connected: boolean | null): Region => {
  const agent: Agent | null = connected === null ? null : { connected, problem: null, leaseRemainingMillis: null, lagMillis: null, stopped: null };
  return { name, city: null, voter: null, agent, router: null, zones: [] };
};

let plane: TestPlane;
const user = userEvent.setup();
beforeEach(() => (plane = new TestPlane()));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const form = (east: boolean | null, stale = false) => <FailoverForm regions={[region('east', east), region('west', true)]} stale={stale} />;
async function look({ loss = '2s', alive = false as boolean | null, stale = false } = {}) {
  const shown = plane.show(form(alive, stale));
  await user.selectOptions(screen.getByLabelText('The lost region'), 'east');
  if (loss) await user.type(screen.getByRole('textbox', { name: 'What may be missing, at most' }), loss);
  await user.click(lookButton());
  return shown;
}
const lookButton = () => screen.getByRole<HTMLButtonElement>('button', { name: /^Look: show what would be lost/ });
const beginButton = () => screen.findByRole<HTMLButtonElement>('button', { name: 'Fail east over: its 341 shards go to west-1 and north-1; up to 1.3 s of its writes, as far as is known, wait for its return' });
const confirm = async (name = 'east') => user.type(await screen.findByRole('textbox', { name: 'The region’s name, to confirm' }), name);

test('nothing can be begun before it was looked, and editing takes the look away', async () => {
  plane.answer(LOOK, { body: PLAN });
  await look();
  await beginButton();

  await user.type(screen.getByRole('textbox', { name: 'What may be missing, at most' }), '{Backspace}{Backspace}3s');

  expect(screen.queryByRole('button', { name: /^Fail east over/ })).toBeNull();
  expect(plane.asked).toEqual([{ what: LOOK, key: undefined, body: { region: 'east', maxLoss: '2s' }, reason: undefined }]);
});

test('a look tells what may be missing, who takes over and why, and what stands in the way', async () => {
  plane.answer(LOOK, { body: PLAN });
  await look();

  await screen.findByText(/the last 1\.3 s of east’s writes, 7 records of it known/);
  const rows = within(screen.getByRole('table', { name: 'Who would take over' })).getAllByRole('row').slice(1).map((row) => row.textContent);
  expect(rows).toEqual(['west-1: 200 shards0-199east-1backup of east-1', 'north-1: 141 shards200-340east-1has room']);
  for (const text of ['north-2 has no room', 'the window is closed']) expect(screen.getByText(text)).toBeTruthy();
  expect(screen.getByText('./meridian failover --region east --max-loss 2s --yes --wait')).toBeTruthy();
});

test('what is not known of the loss is said to be unknown', async () => {
  plane.answer(LOOK, { body: { ...PLAN, exposure: { lastSeen: null, heartbeat: null, seconds: null, records: null } } });
  await look();

  await screen.findByText(/an unknown stretch of east’s writes/);
  expect(screen.getByText('east was last heard: unknown')).toBeTruthy();
  expect(screen.getByRole('button', { name: /how much of its writes waits for its return is unknown$/ })).toBeTruthy();
});

test('it begins only when the region’s name was typed, and by the button, not by Enter', async () => {
  plane.answer(LOOK, { body: PLAN }).answer(BEGIN, { status: 202, body: RUN });
  await look();
  expect((await beginButton()).disabled).toBe(true);
  await confirm('eas');
  expect((await beginButton()).disabled).toBe(true);
  expect(screen.getByText('Type east to confirm that it is the lost one.')).toBeTruthy();

  await confirm('t{Enter}');

  expect((await beginButton()).disabled).toBe(false);
  expect(plane.count(BEGIN)).toBe(0);
  await user.click(await beginButton());
  await screen.findByText('mv-7 has begun; this page shows how it goes');
  expect(plane.asked.at(-1)).toEqual({ what: BEGIN, key: expect.stringMatching(/^[0-9a-f]{32}$/) as string, body: { region: 'east', maxLoss: '2s' }, reason: undefined });
});

test('a look without a bound begins nothing', async () => {
  plane.answer(LOOK, { body: PLAN });
  await look({ loss: '' });
  await confirm();

  await screen.findByText('Say how much may be missing, and look again.');
  expect((await beginButton()).disabled).toBe(true);
  expect(plane.asked[0]?.body).toEqual({ region: 'east' });
});

test('a look that has grown old begins nothing', async () => {
  plane.answer(LOOK, { body: PLAN });
  await look();
  await confirm();
  expect((await beginButton()).disabled).toBe(false);
  const later = Date.now() + 61_000;
  vi.spyOn(Date, 'now').mockReturnValue(later);

  await waitFor(async () => expect((await beginButton()).disabled).toBe(true));

  expect(screen.getByText('This look is older than 60 s: look again.')).toBeTruthy();
});

test('what grew old since the clock last ticked begins nothing either', async () => {
  plane.answer(LOOK, { body: PLAN });
  await look();
  await confirm();
  const button = await beginButton();
  expect(button.disabled).toBe(false);
  const later = Date.now() + 61_000;
  vi.spyOn(Date, 'now').mockReturnValue(later);

  await act(async () => button.click());

  await screen.findByText('This look is older than 60 s: look again.');
  expect(plane.count(BEGIN)).toBe(0);
});

test('nothing is begun by a page that is not confirmed', async () => {
  plane.answer(LOOK, { body: PLAN });
  await look({ stale: true });
  await confirm();

  await screen.findByText(/^What this page shows is not confirmed/);
  expect((await beginButton()).disabled).toBe(true);
});

test('a region that comes back to life between the look and the button is not failed over', async () => {
  plane.answer(LOOK, { body: PLAN });
  const shown = await look();
  await confirm();
  expect((await beginButton()).disabled).toBe(false);

  shown.rerender(plane.around(form(true)));

  expect((await beginButton()).disabled).toBe(true);
  expect(screen.getByText('east is alive now: move its shards away instead, or choose force.')).toBeTruthy();
});

test('a live region says so, wants force and a reason, and its approval is told', async () => {
  plane.answer(LOOK, { body: PLAN }).answer(BEGIN, { status: 202, body: APPROVAL });
  plane.show(form(true));
  await user.selectOptions(screen.getByLabelText('The lost region'), 'east');
  expect(screen.getByRole('heading', { name: /east is alive: an agent of it is connected/ })).toBeTruthy();
  await user.type(screen.getByRole('textbox', { name: 'What may be missing, at most' }), '2s');
  await user.click(screen.getByRole('checkbox', { name: /^Force: fail east over/ }));
  expect(lookButton().disabled).toBe(true);
  await user.type(screen.getByRole('textbox', { name: /^Reason/ }), ' fire, Gebäude 2 ');
  await user.click(lookButton());
  await confirm();

  await user.click(await beginButton());

  await screen.findByRole('heading', { name: /ap-3 waits for a second person: nothing has changed yet/ });
  expect(screen.getByText('./meridian approvals approve ap-3')).toBeTruthy();
  expect(plane.asked.map(({ body }) => body)).toEqual([0, 1].map(() => ({ region: 'east', maxLoss: '2s', force: true, reason: 'fire, Gebäude 2' })));
  expect(plane.asked.map(({ reason }) => reason)).toEqual([0, 1].map(() => 'fire%2C%20Geb%C3%A4ude%202'));
});

test('a failover whose answer was lost is asked for again under the same key, after another look too', async () => {
  plane.answer(LOOK, { body: PLAN }).answer(BEGIN, new TypeError('Failed to fetch'), refusal(504, 'outcome-unknown', 'Outcome unknown', 'no majority answered'), { status: 202, body: RUN });
  await look();
  await confirm();
  await user.click(await beginButton());
  await screen.findByText(/Whether it began is unknown/);
  await user.click(await beginButton());
  await screen.findByText(/Outcome unknown/);
  await user.click(lookButton());
  await confirm();

  await user.click(await beginButton());

  await screen.findByText('mv-7 has begun; this page shows how it goes');
  const keys = plane.asked.filter(({ what }) => what === BEGIN).map(({ key }) => key);
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set(keys).size).toBe(1);
  expect(keys.length).toBe(3);
});

test('the loss of the same region on another day is another act', async () => {
  plane.answer(LOOK, { body: PLAN }).answer(BEGIN, new TypeError('Failed to fetch'), { status: 202, body: RUN });
  await look();
  await confirm();
  await user.click(await beginButton());
  await screen.findByText(/Whether it began is unknown/);
  const later = Date.now() + 601_000;
  vi.spyOn(Date, 'now').mockImplementation(() => later);
  await user.click(lookButton());
  await confirm();

  await user.click(await beginButton());

  await screen.findByText('mv-7 has begun; this page shows how it goes');
  expect(new Set(plane.asked.filter(({ what }) => what === BEGIN).map(({ key }) => key)).size).toBe(2);
});

test('a failover that was refused is another act when it is asked for again', async () => {
  plane.answer(LOOK, { body: PLAN }).answer(BEGIN, refusal(409, 'brake-on', 'The brake is on', 'the brake is on since 10:00; ./meridian brake off'));
  await look();
  await confirm();
  await user.click(await beginButton());
  await screen.findByText('the brake is on since 10:00; ./meridian brake off');
  expect(screen.getByText('No failover was begun by it.')).toBeTruthy();

  await user.click(await beginButton());

  await waitFor(() => expect(plane.count(BEGIN)).toBe(2));
  expect(new Set(plane.asked.filter(({ what }) => what === BEGIN).map(({ key }) => key)).size).toBe(2);
});

test('a look that is refused is told whole, and that nothing was changed', async () => {
  plane.answer(LOOK, refusal(409, 'too-much-loss', 'Too much would be lost', '4.2 s of east would be lost, at most 2 s may be'));
  await look();

  await screen.findByText('4.2 s of east would be lost, at most 2 s may be');
  expect(screen.getByText('Nothing was changed.')).toBeTruthy();
  expect(screen.queryByRole('button', { name: /^Fail east over/ })).toBeNull();
});

test('a bound that cannot be read is refused before anything is asked', async () => {
  plane.show(form(false));
  await user.selectOptions(screen.getByLabelText('The lost region'), 'east');
  await user.type(screen.getByRole('textbox', { name: 'What may be missing, at most' }), '2 minutes');

  await screen.findByText("'2 minutes' is neither a number of rows like 500rows nor a time like 2s or 500ms");
  expect(lookButton().disabled).toBe(true);
});

test('a start by another plan than the one shown is told', async () => {
  plane.answer(LOOK, { body: PLAN }).answer(BEGIN, { status: 202, body: { ...RUN, planHash: 'p2' } });
  await look();
  await confirm();

  await user.click(await beginButton());

  await screen.findByText('mv-7 has begun, by a newer plan than the one shown');
});
