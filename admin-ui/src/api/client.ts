import { RequestFailed, noAnswer, problemOf } from './problem';

const BASE = './api/v1';
/** Longer than the control plane's own Raft timeout (3 s), so that its answer, not ours, is what people read. */
const PATIENCE_MILLIS = 10_000;

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  token: string;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

export async function open(call: Call): Promise<Response> {
  const request = `${call.method ?? 'GET'} /api/v1${call.path}`;
  let response: Response;
  try {
    response = await fetch(BASE + call.path, {
      method: call.method ?? 'GET',
      headers: {
        Authorization: `Bearer ${call.token}`,
        ...(call.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...call.headers,
      },
      body: call.body === undefined ? null : JSON.stringify(call.body),
      cache: 'no-store',
      signal: call.signal ?? null,
    });
  } catch (cause) {
    if (call.signal?.aborted && !(call.signal.reason instanceof DOMException && call.signal.reason.name === 'TimeoutError')) throw cause;
    throw noAnswer(request, cause);
  }
  if (!response.ok) throw new RequestFailed(request, await problemOf(response), true);
  return response;
}

export async function ask<T>(call: Call): Promise<T> {
  const timeout = AbortSignal.timeout(PATIENCE_MILLIS);
  const response = await open({ ...call, signal: call.signal ? AbortSignal.any([call.signal, timeout]) : timeout });
  try {
    return (await response.json()) as T;
  } catch (cause) {
    throw noAnswer(`${call.method ?? 'GET'} /api/v1${call.path}`, cause);
  }
}
