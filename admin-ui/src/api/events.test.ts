import { afterEach, expect, test, vi } from 'vitest';
import { follow } from './events';

afterEach(() => vi.unstubAllGlobals());

const answer = (body: string) => new Response(body, { headers: { 'content-type': 'text/event-stream' } });
const change = (revision: number) => `event: change\nid: ${revision}\ndata: {"revision":${revision},"runs":[],"shards":true,"topology":false,"regions":false}\n\n`;

test('resumes behind the last event seen, with the token, and tells of every break', async () => {
  const asked: Record<string, string>[] = [];
  const end = new AbortController();
  const answers = [answer(change(41) + change(42)), answer(change(43))];
  vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
    asked.push(init.headers as Record<string, string>);
    return Promise.resolve(answers.shift() ?? Promise.reject(new Error('refused')));
  });
  const seen: string[] = [];

  await follow(
    't',
    {
      opened: () => seen.push('opened'),
      changed: ({ revision }) => seen.push(String(revision)),
      broke: ({ problem }) => {
        seen.push(`broke: ${problem.detail}`);
        if (asked.length === 3) end.abort();
      },
    },
    end.signal,
  );

  const closed = 'broke: the control plane closed the stream of events';
  expect(seen).toEqual(['opened', '41', '42', closed, 'opened', '43', closed, 'broke: refused']);
  expect(asked.map((headers) => headers['Last-Event-ID'])).toEqual([undefined, '42', '43']);
  expect(asked.every((headers) => headers.Authorization === 'Bearer t')).toBe(true);
});

test('gives up when the token is refused, and says so', async () => {
  const problem = { type: 'urn:meridian:problem:unauthenticated', title: 'Unauthenticated', status: 401, detail: 'the token is not valid' };
  vi.stubGlobal('fetch', () =>
    Promise.resolve(new Response(JSON.stringify(problem), { status: 401, headers: { 'content-type': 'application/problem+json' } })),
  );
  const broke = vi.fn();

  await follow('wrong', { opened: vi.fn(), changed: vi.fn(), broke }, new AbortController().signal);

  expect(broke).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ problem }));
});
