import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Cluster, Voter } from '../../api/administration-types';
import type { WhoAmI } from '../../api/types';
import { Me } from '../../live/may';
import { refusal, TestPlane } from '../../test-plane';
import { ChangeVotersPanel } from './ChangeVotersPanel';
import { VotersPanel } from './VotersPanel';

const CLUSTER = 'GET /control-plane';
const REMOVE = 'DELETE /control-plane/voters/west';
const LOOK = 'POST /control-plane/voters?dryRun=true';
const voter = (id: string, role: string): Voter => ({ id, address: `${id}:21012`, answers: true, role, state: 'RUNNING', term: 4, written: 90, committed: 90, applied: 90, snapshot: null, lag: 0, supports: 1 });
const cluster: Cluster = { node: 'east', state: 'RUNNING', leader: 'east', revision: 9, logicVersion: 1, voters: [voter('east', 'LEADER'), voter('north', 'FOLLOWER'), voter('west', 'FOLLOWER')], asked: [] };
const oleg: WhoAmI = { name: 'oleg', roles: ['operator'], may: ['viewer', 'planner', 'operator'] };
const vera: WhoAmI = { name: 'vera', roles: ['viewer'], may: ['viewer'] };

let plane: TestPlane;
const user = userEvent.setup();
beforeEach(() => (plane = new TestPlane().answer(CLUSTER, { body: cluster })));
afterEach(() => vi.unstubAllGlobals());

const show = (me: WhoAmI) => plane.show(<Me value={me}><ChangeVotersPanel /></Me>);
const button = (name: RegExp) => screen.findByRole<HTMLButtonElement>('button', { name });

test('a viewer sees every act, disabled, with the role that it takes', async () => {
  show(vera);

  const acts = await screen.findAllByRole<HTMLButtonElement>('button');
  expect(acts.map(({ disabled }) => disabled)).toEqual(Array.from({ length: 7 }, () => true));
  expect(screen.getAllByText(/this takes the role operator/)).toHaveLength(6);
});

test('a voter is removed by its typed name, for a reason, and the consequence is told before', async () => {
  plane.answer(REMOVE, { body: { ...cluster, voters: cluster.voters.slice(0, 2) } });
  show(oleg);
  await user.click(await button(/^Remove west …/));
  expect(screen.getByText('Then there are 2 voters, and none may fail: while one is away nothing can be decided.')).toBeTruthy();
  expect(screen.getByText('./meridian voters remove west')).toBeTruthy();
  const remove = await button(/^Remove west: 2 voters are left/);
  await user.type(screen.getByRole('textbox', { name: /^Reason/ }), 'too many');
  expect(remove.disabled).toBe(true);
  await user.type(screen.getByRole('textbox', { name: /^west, typed/ }), 'west');

  await user.click(remove);

  await waitFor(() => expect(plane.count(REMOVE)).toBe(1));
  expect(plane.asked.find(({ what }) => what === REMOVE)?.reason).toBe('too%20many');
});

test('what the control plane would refuse is not offered, and why is said', async () => {
  show(oleg);

  expect((await button(/^Remove east …/)).disabled).toBe(true);
  expect(screen.getByText('east leads: let another one lead first.')).toBeTruthy();
  expect((await button(/^Let east lead …/)).disabled).toBe(true);
});

test('a new voter is looked at first; another wish takes the look away; a refusal is in the control plane’s words', async () => {
  plane.answer(LOOK, { body: { voters: ['east', 'north', 'west', 'west-2'], change: 'add voter west-2 at w:1' } }, refusal(409, 'voters-conflict', 'Voters conflict', 'voter west-2 is there already'));
  show(oleg);
  await user.type(await screen.findByRole('textbox', { name: 'Its name' }), 'west-2');
  await user.type(screen.getByRole('textbox', { name: 'Its Raft address' }), 'w:1{Enter}');
  await button(/^Let west-2 vote …/);
  expect(plane.asked.find(({ what }) => what === LOOK)?.body).toEqual({ id: 'west-2', address: 'w:1' });

  await user.type(screen.getByRole('textbox', { name: 'Its Raft address' }), '2');

  expect(screen.queryByRole('button', { name: /^Let west-2 vote/ })).toBeNull();
  await user.keyboard('{Enter}');
  await screen.findByText('voter west-2 is there already');
});

test('a silent voter stands first, and what it does not tell is unknown', async () => {
  const silent = { ...voter('west', ''), answers: false, role: null, state: null, term: null, written: null, committed: null, applied: null, lag: null, supports: null };
  plane.answer(CLUSTER, { body: { ...cluster, voters: [...cluster.voters.slice(0, 2), silent] } });

  plane.show(<VotersPanel />);

  const row = (await within(await screen.findByRole('table', { name: 'Voters' })).findAllByRole('row'))[1] as HTMLElement;
  expect(row.textContent).toBe('westdoes not answerwest:21012unknownunknownunknownunknownunknownunknownunknown');
  expect(screen.getByText('2 of 3 voters are well, none may fail')).toBeTruthy();
});
