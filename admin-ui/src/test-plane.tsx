import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { vi } from 'vitest';

type Answer = { status?: number; body: unknown } | Error | 'never';

/** Answers the API for a test, by method and path, and keeps what it was asked. What it was given no answer for is a failed request. */
export class TestPlane {
  readonly asked: { what: string; key: string | undefined; reason: string | undefined; body: unknown }[] = [];
  private readonly answers = new Map<string, Answer[]>();
  private readonly client = new QueryClient({ defaultOptions: { queries: { retry: false } } });

  constructor() {
    vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
      const what = `${init.method} ${path.replace('./api/v1', '')}`;
      const headers = init.headers as Record<string, string>;
      this.asked.push({ what, key: headers['Idempotency-Key'], reason: headers['Meridian-Reason'], body: init.body ? JSON.parse(String(init.body)) : undefined });
      const left = this.answers.get(what) ?? [];
      const answer = (left.length > 1 ? left.shift() : left[0]) ?? new TypeError(`no answer for ${what}`);
      if (answer === 'never') return new Promise(() => undefined);
      if (answer instanceof Error) return Promise.reject(answer);
      const { status = 200, body } = answer;
      return Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' } }));
    });
  }

  /** One after the other; the last one for ever. */
  answer(what: string, ...answers: Answer[]): this {
    this.answers.set(what, answers);
    return this;
  }

  /** How often. */
  count(what: string): number {
    return this.asked.filter((each) => each.what === what).length;
  }

  show(page: ReactNode) {
    return render(this.around(page));
  }

  /** For `rerender`. */
  around(page: ReactNode) {
    return <QueryClientProvider client={this.client}>{page}</QueryClientProvider>;
  }

  /** What the next interval does, now. */
  async askAgain(): Promise<void> {
    await act(() => this.client.invalidateQueries());
  }
}

export const refusal = (status: number, name: string, title: string, detail: string) => ({ status, body: { type: `urn:meridian:problem:${name}`, title, status, detail } });
