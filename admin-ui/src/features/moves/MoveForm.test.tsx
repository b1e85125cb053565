import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Plan } from '../../api/types';
import { MoveForm } from './MoveForm';

const PLAN: Plan = { shards: '0-340', to: 'west-1', planHash: 'p1', waves: 3, moves: [{ shards: '0-340', from: 'east-1', to: 'west-1', reason: 'asked for' }] };

/** What the control plane answers, in order, and what it was asked. */
let answers: (Response | Error)[];
let asked: { path: string; key: string | undefined; body: unknown }[];

const json = (status: number, body: unknown, type = 'application/json') => new Response(JSON.stringify(body), { status, headers: { 'content-type': type } });

beforeEach(() => {
  answers = [];
  asked = [];
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    asked.push({ path, key: (init.headers as Record<string, string>)['Idempotency-Key'], body: JSON.parse(String(init.body)) });
    const answer = answers.shift() ?? new Error('nothing more to answer');
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
});
afterEach(() => vi.unstubAllGlobals());

function Held() {
  const [draft, setDraft] = useState({ shards: '', to: '' });
  return <MoveForm zones={['east-1', 'west-1']} shards={1024} draft={draft} onDraft={setDraft} />;
}

async function plan() {
  const user = userEvent.setup();
  render(<Held />, { wrapper: ({ children }) => <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider> });
  await user.type(screen.getByRole('textbox', { name: 'Shards' }), '0-340');
  await user.selectOptions(screen.getByLabelText('To zone'), 'west-1');
  await user.click(screen.getByRole('button', { name: /^Plan it/ }));
  return user;
}
const startButton = () => screen.findByRole('button', { name: 'Start: move 341 shards from east-1 to west-1' });

test('nothing can be started before its plan was shown, and editing takes the plan away', async () => {
  answers = [json(200, PLAN)];
  const user = await plan();
  await startButton();

  await user.type(screen.getByRole('textbox', { name: 'Shards' }), '1');

  expect(screen.queryByRole('button', { name: /^Start/ })).toBeNull();
  expect(asked).toEqual([{ path: './api/v1/moves?dryRun=true', key: undefined, body: { shards: '0-340', to: 'west-1' } }]);
});

test('a start whose answer was lost is tried again under the same key', async () => {
  answers = [json(200, PLAN), new TypeError('Failed to fetch'), json(202, { ...PLAN, id: 'mv-1' })];
  const user = await plan();
  await user.click(await startButton());
  await screen.findByText(/Whether it started is unknown/);

  await user.click(await startButton());

  await screen.findByText('mv-1 has started');
  const keys = asked.slice(1).map((each) => each.key);
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(keys).toEqual([keys[0], keys[0]]);
});

test('a run by another plan than the one shown is told', async () => {
  answers = [json(200, PLAN), json(202, { ...PLAN, id: 'mv-1', planHash: 'p2' })];
  const user = await plan();

  await user.click(await startButton());

  await screen.findByText('mv-1 has started, by a newer plan than the one shown');
});

test('a refusal is shown whole', async () => {
  const problem = {
    type: 'urn:meridian:problem:unknown-zone', title: 'Unknown zone', status: 422, detail: 'there is no zone west-1',
    errors: [{ pointer: '/to', detail: 'zones are east-1' }], region: 'west',
  }; // prettier-ignore
  answers = [json(422, problem, 'application/problem+json')];
  await plan();

  for (const text of ['there is no zone west-1', '/to', 'zones are east-1', 'urn:meridian:problem:unknown-zone · HTTP 422 · region=west']) {
    await screen.findByText(text);
  }
  expect(screen.queryByText(/Whether it started/)).toBeNull();
});
