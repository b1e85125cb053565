import { RequestFailed, noAnswer, problemOf } from './problem';

const BASE = './api/v1';
/** Longer than the control plane's own Raft timeout (3 s), so that its answer, not ours, is what people read. */
const PATIENCE_MILLIS = 10_000;
/** Of a change of who votes: it is answered once the new voter has caught up, for which the control plane has 30 s. */
export const VOTERS_PATIENCE_MILLIS = 40_000;
/** Of the whole state, over a line that may be slow. */
export const BACKUP_PATIENCE_MILLIS = 120_000;

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  token: string;
  body?: unknown;
  /** A body that goes as it was written, instead of `body`. */
  text?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
  patienceMillis?: number;
}

export async function open(call: Call): Promise<Response> {
  const request = `${call.method ?? 'GET'} /api/v1${call.path}`;
  const body = call.text ?? (call.body === undefined ? null : JSON.stringify(call.body));
  let response: Response;
  try {
    response = await fetch(BASE + call.path, {
      method: call.method ?? 'GET',
      headers: {
        Authorization: `Bearer ${call.token}`,
        ...(body === null ? {} : { 'Content-Type': 'application/json' }),
        ...call.headers,
      },
      body,
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

export const ask = <T>(call: Call): Promise<T> => patiently(call, async (response) => (await response.json()) as T);

/** An answer that is kept as a file, with the name that the control plane gives it. */
export const askFile = (call: Call): Promise<{ name: string | null; content: Blob }> =>
  patiently(call, async (response) => ({
    name: /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? null,
    content: await response.blob(),
  }));

async function patiently<T>(call: Call, read: (response: Response) => Promise<T>): Promise<T> {
  const timeout = AbortSignal.timeout(call.patienceMillis ?? PATIENCE_MILLIS);
  const response = await open({ ...call, signal: call.signal ? AbortSignal.any([call.signal, timeout]) : timeout });
  try {
    return await read(response);
  } catch (cause) {
    throw noAnswer(`${call.method ?? 'GET'} /api/v1${call.path}`, cause);
  }
}
