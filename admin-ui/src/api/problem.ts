import type { ProblemDocument, RunProblem } from './types';

/** A request that was not answered as asked; carries the server's own words whole, or what the browser knows about their absence. */
export class RequestFailed extends Error {
  constructor(
    readonly request: string,
    readonly problem: ProblemDocument,
    /** False when there was no answer at all: whether the server acted is then unknown. */
    readonly answered: boolean,
  ) {
    super(`${request}: ${problem.detail ?? problem.title}`);
  }
}

export async function problemOf(response: Response): Promise<ProblemDocument> {
  const text = await response.text();
  const fallback: ProblemDocument = {
    type: 'about:blank',
    title: `${response.status} ${response.statusText}`.trim(),
    status: response.status,
    detail: text.slice(0, 2000) || null,
  };
  if (!/json/.test(response.headers.get('content-type') ?? '')) return fallback;
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read !== 'object' || read === null) return fallback;
    return { ...fallback, detail: null, ...read };
  } catch {
    return fallback;
  }
}

export function noAnswer(request: string, cause: unknown): RequestFailed {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new RequestFailed(request, { type: 'about:blank', title: 'The control plane does not answer', status: null, detail: why }, false);
}

/** Whatever was thrown, as a problem to show: a defect of the console is shown too, under its own title. */
export function toProblem(error: unknown): ProblemDocument {
  if (error instanceof RequestFailed) return error.problem;
  return { type: 'about:blank', title: 'The console failed', status: null, detail: error instanceof Error ? error.message : String(error) };
}

export function runProblem(problem: RunProblem | undefined, title = 'The run reports'): ProblemDocument | null {
  if (problem === null || problem === undefined || problem === '') return null;
  return typeof problem === 'string' ? { type: 'about:blank', title, status: null, detail: problem } : problem;
}
