import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Activity } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { WhoAmI } from '../../api/types';
import { Me } from '../../live/may';
import { refusal, TestPlane } from '../../test-plane';
import { MakeToken } from './MakeToken';

const MAKE = 'POST /tokens';
const made = { name: 'bob', roles: ['viewer'], createdAt: '2026-11-27T10:00:00Z', createdBy: 'oleg', expires: null, token: 'mrd_secret' };
const oleg: WhoAmI = { name: 'oleg', roles: ['operator'], may: ['viewer', 'planner', 'operator'] };

let plane: TestPlane;
const user = userEvent.setup();
beforeEach(() => (plane = new TestPlane().answer(MAKE, { status: 201, body: made })));
afterEach(() => vi.unstubAllGlobals());

const page = (mode: 'visible' | 'hidden' = 'visible') => (
  <Activity mode={mode}>
    <Me value={oleg}>
      <MakeToken there={['alice']} stale={false} />
    </Me>
  </Activity>
);
const button = (name: RegExp) => screen.getByRole<HTMLButtonElement>('button', { name });

async function make(role: string) {
  await user.type(screen.getByRole('textbox', { name: /^Of whom/ }), 'bob');
  await user.click(screen.getByRole('checkbox', { name: role }));
  await user.click(button(/^Make the token …/));
}

test('the text is shown once, and forgotten when it is said so', async () => {
  plane.show(page());
  await make('viewer');
  expect(plane.count(MAKE)).toBe(0);
  await user.click(button(/^Make the token of bob/));
  await screen.findByText('mrd_secret');
  expect(plane.asked.map(({ body }) => body)).toEqual([{ name: 'bob', roles: ['viewer'] }]);

  await user.click(button(/^I have it/));

  expect(screen.queryByText('mrd_secret')).toBeNull();
  expect(screen.getByRole<HTMLInputElement>('textbox', { name: /^Of whom/ }).value).toBe('');
});

test('leaving the page forgets it', async () => {
  const { rerender } = plane.show(page());
  await make('viewer');
  await user.click(button(/^Make the token of bob/));
  await screen.findByText('mrd_secret');

  rerender(plane.around(page('hidden')));
  rerender(plane.around(page()));

  expect(document.body.textContent).not.toContain('mrd_secret');
});

test('what reaches far takes the name typed and a reason, and says that a second person is needed', async () => {
  plane.answer(MAKE, { status: 202, body: { ...made, roles: ['approver'], approval: 'ap-3' } });
  plane.show(page());
  await make('approver');
  expect(button(/^Make the token of bob/).disabled).toBe(true);
  expect(screen.getByText(/not valid before another approver has approved it/)).toBeTruthy();
  await user.type(screen.getByRole('textbox', { name: /^Reason/ }), 'on call');
  await user.type(screen.getByRole('textbox', { name: /^bob, typed/ }), 'bob');

  await user.click(button(/^Make the token of bob/));

  await screen.findByRole('heading', { name: /shown this once, and not valid yet/ });
  expect(screen.getByRole('link', { name: 'ap-3' }).getAttribute('href')).toBe('#view=access&at=approvals');
});

test('a form that is not complete says what is missing', async () => {
  plane.show(page());
  expect(button(/^Make the token …/).disabled).toBe(true);

  await user.type(screen.getByRole('textbox', { name: /^Of whom/ }), 'alice');

  expect(screen.getByText('There is a token alice already: revoke it first, or take another name.')).toBeTruthy();
});

test('an answer that was lost is not tried into a second token: the control plane says what to do', async () => {
  plane.answer(MAKE, new TypeError('cut'), refusal(409, 'idempotency-key-reused', 'Key reused', 'a token’s text is told once only; revoke the token and make another'));
  plane.show(page());
  await make('viewer');
  await user.click(button(/^Make the token of bob/));
  await screen.findByText(/Whether it was done is unknown/);

  await user.click(button(/^Make the token of bob/));

  await screen.findByText(/told once only/);
  expect(plane.asked[0]?.key).toBe(plane.asked[1]?.key);
});
