import { open } from './client';
import { noAnswer, RequestFailed } from './problem';
import { EventStreamParser } from './sse';
import type { Change } from './types';

export interface Listener {
  /** The stream stands. What happened while it did not is unknown: fetch everything. */
  opened(): void;
  changed(change: Change): void;
  broke(failure: RequestFailed): void;
}

const FIRST_PAUSE_MILLIS = 250;
const LONGEST_PAUSE_MILLIS = 5_000;

/**
 * Follows GET /events until `signal` aborts, with a token (EventSource cannot send one), resuming behind the last event seen.
 * Ends by itself only when the token is refused: asking again would not help.
 */
export async function follow(token: string, listener: Listener, signal: AbortSignal): Promise<void> {
  let lastId = '';
  let pause = FIRST_PAUSE_MILLIS;
  while (!signal.aborted) {
    try {
      const response = await open({
        path: '/events',
        token,
        headers: { Accept: 'text/event-stream', ...(lastId ? { 'Last-Event-ID': lastId } : {}) },
        signal,
      });
      if (!response.body) throw new Error('the answer has no body');
      listener.opened();
      const parser = new EventStreamParser();
      for await (const piece of pieces(response.body)) {
        pause = FIRST_PAUSE_MILLIS;
        for (const event of parser.feed(piece)) {
          lastId = event.id;
          if (event.event === 'change') listener.changed(JSON.parse(event.data) as Change);
        }
      }
      throw new Error('the control plane closed the stream of events');
    } catch (cause) {
      if (signal.aborted) return;
      const failure = cause instanceof RequestFailed ? cause : noAnswer('GET /api/v1/events', cause);
      listener.broke(failure);
      if (failure.problem.status === 401) return;
      await elapsed(pause * (0.75 + Math.random() / 2), signal);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
    }
  }
}

async function* pieces(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    reader.cancel().catch(() => undefined); // it may be broken already; nothing is left to do for it
  }
}

function elapsed(millis: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, millis);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
