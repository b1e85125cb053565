import { render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { App } from './App';

afterEach(() => {
  vi.unstubAllGlobals();
  history.replaceState(null, '', '/');
});

const json = (status: number, body: unknown) => Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json' } }));

test('without a token the console asks for one and for nothing else', () => {
  const fetch = vi.fn();
  vi.stubGlobal('fetch', fetch);

  render(<App />);

  expect(screen.getByLabelText('Token')).toBeTruthy();
  expect(fetch).not.toHaveBeenCalled();
});

test('a refused token is forgotten and asked for again, with the reason', async () => {
  history.replaceState(null, '', '/#token=old');
  vi.stubGlobal('fetch', () => json(401, { type: 'urn:meridian:problem:unauthenticated', title: 'Unauthenticated', status: 401, detail: 'the token is not valid' }));

  render(<App />);

  await screen.findByText('the token is not valid');
  expect(screen.getByLabelText('Token')).toBeTruthy();
  expect(sessionStorage.length).toBe(0);
});

test('a control plane that is not ready is told in its words, not as an empty page', async () => {
  history.replaceState(null, '', '/#token=t');
  vi.stubGlobal('fetch', () => json(503, { type: 'urn:meridian:problem:not-ready', title: 'Not ready', status: 503, detail: 'no leader is known' }));

  render(<App />);

  expect((await screen.findAllByText('no leader is known')).length).toBe(3);
  expect(screen.getByRole('status', { name: 'How current this page is' }).textContent).toBe('Unknown: no answer');
});
