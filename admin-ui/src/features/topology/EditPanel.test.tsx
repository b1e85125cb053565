import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { WhoAmI } from '../../api/types';
import { Me } from '../../live/may';
import { refusal, TestPlane } from '../../test-plane';
import { EditPanel } from './EditPanel';

const NOW = 'GET /topology';
const LOOK = 'PUT /topology?dryRun=true';
const DECLARE = 'PUT /topology';
const oleg: WhoAmI = { name: 'oleg', roles: ['operator'], may: ['viewer', 'planner', 'operator'] };
const declared = (revision: number, name = 'shop') => ({ body: { revision, topology: { name }, changes: [] } });

let plane: TestPlane;
const user = userEvent.setup();
beforeEach(() => (plane = new TestPlane().answer(NOW, declared(7)).answer(LOOK, { body: { revision: 8, topology: { name: 'store' }, changes: ['name: shop, then store'] } })));
afterEach(() => vi.unstubAllGlobals());

async function edit(text: string) {
  plane.show(<Me value={oleg}><EditPanel /></Me>);
  await vi.waitFor(() => expect(button(/^Begin with/).disabled).toBe(false));
  await user.click(button(/^Begin with/));
  const document = screen.getByRole('textbox', { name: 'Document, begun with revision 7' });
  await user.clear(document);
  await user.click(document);
  await user.paste(text);
}
const button = (name: RegExp) => screen.getByRole<HTMLButtonElement>('button', { name });

test('it is declared after a look, by the topology’s typed name and for a reason', async () => {
  plane.answer(DECLARE, declared(8, 'store'));
  await edit('{"name": "store"}');
  await user.click(button(/^Look: check it/));
  await screen.findByText('name: shop, then store');
  await user.click(button(/^Declare it …/));
  await user.type(screen.getByRole('textbox', { name: /^Reason/ }), 'new sign');
  expect(button(/^Declare it: 1 change/).disabled).toBe(true);
  expect(screen.getByText("./meridian topology apply topology.json --if-match 7 --reason 'new sign'")).toBeTruthy();
  await user.type(screen.getByRole('textbox', { name: /^shop, typed/ }), 'shop');
  expect(plane.count(DECLARE)).toBe(0);

  await user.click(button(/^Declare it: 1 change/));

  await screen.findByRole('heading', { name: /Declared: revision 8 holds now/ });
});

test('every fault is told with its place, and nothing is offered', async () => {
  const fault = refusal(422, 'invalid-document', 'Invalid document', '/regions: a list');
  plane.answer(LOOK, { ...fault, body: { ...fault.body, errors: [{ pointer: '/regions', detail: 'a list' }, { pointer: '/shards', detail: 'a whole number' }] } });
  await edit('{"name": "store"}');

  await user.click(button(/^Look: check it/));

  await screen.findByText('/shards');
  expect(screen.queryByRole('button', { name: /^Declare it/ })).toBeNull();
});

test('a change that waits for a second person is not told as done', async () => {
  plane.answer(DECLARE, { status: 202, body: { id: 'ap-4', state: 'WAITING', what: 'declare', askedBy: 'oleg', reason: 'r', expires: '2026-11-28T00:00:00Z' } });
  await edit('{"name": "store"}');
  await user.click(button(/^Look: check it/));
  await user.click(await screen.findByRole('button', { name: /^Declare it …/ }));
  await user.type(screen.getByRole('textbox', { name: /^Reason/ }), 'r');
  await user.type(screen.getByRole('textbox', { name: /^shop, typed/ }), 'shop');

  await user.click(button(/^Declare it: 1 change/));

  await screen.findByRole('heading', { name: /ap-4 waits for a second person: nothing has changed yet/ });
});

test('a topology that somebody else declared meanwhile stands in the way of what was edited', async () => {
  plane.answer(NOW, declared(7), declared(8, 'other'));
  await edit('{"name": "store"}');

  await plane.askAgain();

  await screen.findByText(/^Revision 8 was declared since you began with 7/);
  expect(button(/^Look: check it/).disabled).toBe(true);
});
