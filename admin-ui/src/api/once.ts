import { toProblem } from './problem';

/** For one act, the same for every attempt at it. randomUUID is there only on secure origins; a console behind plain HTTP needs a key as well. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Whether what was asked for may have been done all the same: then it is asked again under the same key. */
export function isUnknown(error: unknown): boolean {
  const { type, status } = toProblem(error);
  return status === null || status >= 500 || type.endsWith(':outcome-unknown');
}
