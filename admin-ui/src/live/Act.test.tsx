import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useEndApproval } from '../api/queries';
import type { WhoAmI } from '../api/types';
import { refusal, TestPlane } from '../test-plane';
import { Act } from './Act';
import { lacks, Me } from './may';
import { because } from './shell';

const CALL = 'POST /approvals/ap-1/approve';
const vera: WhoAmI = { name: 'vera', roles: ['viewer'], may: ['viewer'] };
const oleg: WhoAmI = { name: 'oleg', roles: ['operator', 'approver'], may: ['viewer', 'planner', 'approver', 'operator'] };

let plane: TestPlane;
const user = userEvent.setup();
beforeEach(() => (plane = new TestPlane()));
afterEach(() => vi.unstubAllGlobals());

function Approve({ blocked = null }: { blocked?: string | null }) {
  const act = useEndApproval('ap-1', 'approve');
  return <Act opens="Approve" title="Approve it?" consequences={['It is done at once.']} button="Approve: do it" role="approver" blocked={blocked} reason="needed" typed="ap-1" command={(reason) => `./meridian approvals approve ap-1${because(reason)}`} stale={false} act={act} done="It was approved." />;
}
const show = (me: WhoAmI | undefined, blocked: string | null = null) => plane.show(<Me value={me}><Approve blocked={blocked} /></Me>);
const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });

test('whoever may not is told why, and asks nothing', () => {
  show(vera);

  expect(button('Approve …').disabled).toBe(true);
  expect(screen.getByText('You are vera, with the role viewer; this takes the role approver: use a token that has it, or let somebody who has it do this.')).toBeTruthy();
});

test('what stands in the way of everybody is told, too', () => {
  show(oleg, 'You asked for it.');

  expect(button('Approve …').disabled).toBe(true);
  expect(screen.getByText('You asked for it.')).toBeTruthy();
});

test('who it is may be unknown: then the control plane decides', () => {
  expect([lacks(undefined, 'operator'), lacks(oleg, 'operator'), lacks({ name: 'x', roles: [], may: [] }, 'viewer')]).toEqual([null, null, expect.stringContaining('no role')]);
  show(undefined);
  expect(button('Approve …').disabled).toBe(false);
});

test('it is done once a reason and the name are typed, by the button only, and the command says the same', async () => {
  plane.answer(CALL, { body: {} });
  show(oleg);
  await user.click(button('Approve …'));
  expect(button('Approve: do it').disabled).toBe(true);
  await user.type(screen.getByRole('textbox', { name: /^Reason/ }), 'it is right{Enter}');
  expect(screen.getByText('Type ap-1, to confirm.')).toBeTruthy();
  await user.type(screen.getByRole('textbox', { name: /^ap-1, typed/ }), 'ap-1{Enter}');
  expect(plane.asked).toEqual([]);
  expect(screen.getByText("./meridian approvals approve ap-1 --reason 'it is right'")).toBeTruthy();

  await user.click(button('Approve: do it'));

  await screen.findByText('It was approved.');
  expect(plane.asked.map(({ what, reason }) => [what, reason])).toEqual([[CALL, 'it%20is%20right']]);
});

test('an answer that was lost is asked for again under the same key; a refusal is shown, and the next is another act', async () => {
  plane.answer(CALL, new TypeError('cut'), refusal(409, 'approval-ended', 'Approval ended', 'ap-1 expired'), { body: {} });
  show(oleg);
  await user.click(button('Approve …'));
  await user.type(screen.getByRole('textbox', { name: /^Reason/ }), 'r');
  await user.type(screen.getByRole('textbox', { name: /^ap-1, typed/ }), 'ap-1');

  await user.click(button('Approve: do it'));
  await screen.findByText(/Whether it was done is unknown/);
  await user.click(button('Approve: do it'));
  await screen.findByText('ap-1 expired');
  expect(screen.getByText(/Nothing was changed/)).toBeTruthy();
  await user.click(button('Approve: do it'));

  await waitFor(() => expect(plane.asked).toHaveLength(3));
  const [first, second, third] = plane.asked.map(({ key }) => key);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});

test('what nobody keeps a reason of asks for none, and the keyboard goes to its button', async () => {
  function Read() {
    const act = useEndApproval('ap-1', 'approve');
    return <Act opens="Read it" title="Read it?" consequences={['Nothing changes.']} button="Read it all" role="operator" reason="none" command={() => './meridian backup'} stale={false} act={act} done="It was read." />;
  }
  plane.answer(CALL, { body: {} });
  plane.show(<Me value={oleg}><Read /></Me>);

  await user.click(button('Read it …'));
  expect(screen.queryByRole('textbox')).toBeNull();
  expect(document.activeElement).toBe(button('Read it all'));
  await user.keyboard('{Enter}');

  await screen.findByText('It was read.');
});
