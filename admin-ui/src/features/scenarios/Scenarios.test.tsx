import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { WhoAmI } from '../../api/types';
import { Me } from '../../live/may';
import { refusal, TestPlane } from '../../test-plane';
import { CataloguePanel } from './CataloguePanel';
import { RegisterForm } from './RegisterForm';
import { StartForm } from './StartForm';

const oleg: WhoAmI = { name: 'oleg', roles: ['operator'], may: ['viewer', 'planner', 'operator'] };
const vera: WhoAmI = { name: 'vera', roles: ['viewer'], may: ['viewer'] };
const LOSE = { name: 'lose-region', version: 2, sha256: 'ab', act: 'lose', about: 'east', regions: ['east'], anyRegion: true, explanation: 'Every process of one region dies.', registeredAt: '2026-11-27T10:00:00Z', by: 'admin' };
const LINK = { ...LOSE, name: 'lose-link', act: 'link', about: 'east <-> west', regions: ['east', 'west'], anyRegion: false };
const TEXT = 'name: lose-region\nexplanation: it dies\nact:\n  lose:\n    region: east\n    how: kill\n    maxLoss: 60s\nduration: 15s\nguards:\n  linkLag: 60s\ntargets:\n  rto: 45s\n';
const DRILL = { id: 'dr-4', scenario: 'lose-region', sha256: 'ab', about: 'west', state: 'WAITING', waitsFor: 'a runner; ./meridian drill serve starts one', endedAt: null, runner: null };
const LOOK = 'POST /drills?dryRun=true';

let plane: TestPlane;
const user = userEvent.setup();
beforeEach(() => {
  location.hash = '';
  plane = new TestPlane()
    .answer('GET /drills/scenarios', { body: { scenarios: [LINK, LOSE] } })
    .answer('GET /drills/scenarios/lose-region', { body: { scenario: LOSE, document: TEXT } })
    .answer('GET /drills?limit=50', { body: { drills: [], next: null } })
    .answer('GET /drills?limit=1', { body: { drills: [], next: null } })
    .answer('GET /regions', { body: [{ name: 'east', zones: [] }, { name: 'west', zones: [] }] })
    .answer(LOOK, { body: DRILL });
});
afterEach(() => {
  vi.unstubAllGlobals();
  location.hash = '';
});

const button = (name: RegExp | string) => screen.getByRole<HTMLButtonElement>('button', { name });
const by = (me: WhoAmI, page: React.ReactNode) => plane.show(<Me value={me}>{page}</Me>);

async function look(scenario = 'lose-region', region = 'west') {
  by(oleg, <StartForm />);
  await screen.findByRole('option', { name: scenario });
  await user.selectOptions(screen.getByLabelText('Scenario'), scenario);
  if (region !== '') await user.selectOptions(screen.getByLabelText('About region'), region);
  await user.click(button(/^Look: show what it does/));
}

test('the catalogue explains each, and says that an idle runner is not known', async () => {
  plane.show(<CataloguePanel />);

  await user.click(await screen.findByRole('button', { name: 'Show what lose-region does, its guards and targets' }));

  await screen.findByText(/^Every process of east is killed at once/);
  expect(screen.getByText(/^No runner has been heard of yet/)).toBeTruthy();
  expect(screen.getByText('45s')).toBeTruthy();
  expect(screen.getByText('In every drill: no acknowledged write is lost or doubled.')).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Start a drill of lose-region' }).getAttribute('href')).toBe('#view=drills&at=start&scenario=lose-region');
});

test('a drill about a region is asked for after a look, by its typed name, once however often the button is pressed', async () => {
  plane.answer('POST /drills', new TypeError('Failed to fetch'), { status: 202, body: DRILL });
  await look();
  await screen.findByText(/^Every process of west is killed at once/);
  await user.click(button('Start lose-region about west …'));
  expect(screen.getByText('./meridian drill run lose-region --region west')).toBeTruthy();
  await user.type(screen.getByRole('textbox', { name: 'Reason' }), 'monthly');
  expect(button('Drill lose-region: lose west, for real').disabled).toBe(true);
  await user.type(screen.getByRole('textbox', { name: 'west, typed to confirm' }), 'west{Enter}');
  expect(plane.count('POST /drills')).toBe(0);

  await user.click(button('Drill lose-region: lose west, for real'));
  await screen.findByText(/Whether it was done is unknown/);
  await user.click(button('Drill lose-region: lose west, for real'));

  expect((await screen.findByRole('link', { name: 'Watch dr-4' })).getAttribute('href')).toBe('#view=drills&at=dr-4');
  const asked = plane.asked.filter(({ what }) => what === 'POST /drills');
  expect(asked.map(({ body }) => body)).toEqual([0, 1].map(() => ({ scenario: 'lose-region', region: 'west', why: 'monthly' })));
  expect(new Set(asked.map(({ key }) => key)).size).toBe(1);
});

test('a link’s drill takes two presses and no typed name', async () => {
  plane.answer(LOOK, { body: { ...DRILL, about: 'east <-> west', scenario: 'lose-link' } }).answer('POST /drills', { status: 202, body: DRILL }).answer('GET /drills/scenarios/lose-link', { body: { scenario: LINK, document: 'act: {}' } });
  await look('lose-link', '');

  await user.click(await screen.findByRole('button', { name: 'Start lose-link about east <-> west …' }));
  await user.click(button('Drill lose-link: trouble the link east <-> west'));

  await screen.findByRole('link', { name: 'Watch dr-4' });
  expect(plane.asked.filter(({ what }) => what === 'POST /drills').map(({ body }) => body)).toEqual([{ scenario: 'lose-link' }]);
});

test('a look that is refused is told whole, and nothing is offered', async () => {
  plane.answer(LOOK, refusal(409, 'brake-on', 'The brake is on', 'the brake is on (payday), so nothing is broken on purpose; release it first'));
  await look();

  await screen.findByText(/nothing is broken on purpose; release it first/);
  expect(screen.queryByRole('button', { name: /^Start lose-region/ })).toBeNull();
});

test('another drill that is under way stands in the way, and is named', async () => {
  await look();
  plane.answer('GET /drills?limit=1', { body: { drills: [{ ...DRILL, id: 'dr-9', state: 'RUNNING' }], next: null } });
  await plane.askAgain();

  await screen.findByText(/^dr-9 is not over, and there is one drill at a time/);
  expect(button('Start lose-region about west …').disabled).toBe(true);
});

test('a link fills the form in and does nothing by itself; a viewer sees why the button is not his', async () => {
  location.hash = '#view=drills&at=start&scenario=lose-region&region=west';
  by(vera, <StartForm />);

  await vi.waitFor(() => expect(screen.getByLabelText<HTMLSelectElement>('About region').value).toBe('west'));
  expect(button(/^Look: show what it does/).disabled).toBe(true);
  expect(screen.getByText(/^You are vera, with the role viewer; this takes the role planner/)).toBeTruthy();
  expect(plane.asked.filter(({ what }) => what.startsWith('POST'))).toEqual([]);
});

test('a scenario’s faults are told whole, and each where it stands', async () => {
  const fault = refusal(400, 'invalid-document', 'Invalid document', 'a scenario: /document/act/lose/region a region’s name');
  plane.answer('PUT /drills/scenarios/my-loss?dryRun=true', { ...fault, body: { ...fault.body, errors: [{ pointer: '/document/act/lose/region', detail: 'a region’s name' }, { pointer: '/document/explanation', detail: 'a text is missing here' }] } });
  by(oleg, <RegisterForm />);
  await user.click(screen.getByRole('textbox', { name: 'The scenario' }));
  await user.paste('name: my-loss\nact:\n  lose: {region: East!, how: kill}\n');

  await user.click(button('Look: check it, register nothing'));

  const where = await screen.findByRole('region', { name: 'Where in the document something is wrong' });
  expect(where.textContent).toContain('3  lose: {region: East!, how: kill}✗ a region’s name');
  expect(screen.getByText('/document/explanation')).toBeTruthy();
  expect(screen.queryByRole('button', { name: /^Register/ })).toBeNull();
});

test('one of one’s own begins with another, is looked at, and is registered under its own name', async () => {
  const written = (version: number) => ({ body: { scenario: { ...LOSE, name: 'my-loss', version }, document: '' } });
  plane.answer('PUT /drills/scenarios/my-loss?dryRun=true', written(1)).answer('PUT /drills/scenarios/my-loss', written(1));
  location.hash = '#view=drills&at=register&like=lose-region';
  by(oleg, <RegisterForm />);
  const document = await screen.findByDisplayValue(/^name: lose-region/);
  await user.clear(document);
  await user.click(document);
  await user.paste(TEXT.replace('lose-region', 'my-loss'));
  await user.click(button('Look: check it, register nothing'));
  await screen.findByRole('heading', { name: /my-loss, about east, would be new/ });

  await user.click(button('Register my-loss …'));
  await user.click(button('Register my-loss'));

  await screen.findByRole('heading', { name: /my-loss is registered: version 1/ });
  expect(plane.asked.filter(({ what }) => what === 'PUT /drills/scenarios/my-loss').map(({ body }) => body)).toEqual([{ document: TEXT.replace('lose-region', 'my-loss') }]);
});
