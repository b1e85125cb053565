import type { Declared } from '../../api/administration-types';
import type { Approval } from '../../api/types';

/** As it is declared, to be read and edited: JSON, which the control plane takes as the YAML that it is. */
export const textOf = (topology: object) => JSON.stringify(topology, null, 2);

/** What stands between an edited document and the control plane; null: nothing that this page knows of. */
export function whyNotLook(text: string, base: { revision: number; text: string } | null, present: number | null): string | null {
  if (text.trim() === '') return 'There is no document yet.';
  if (base !== null && text === base.text) return `It is revision ${base.revision} still: nothing was edited.`;
  if (base !== null && present !== null && present !== base.revision) return `Revision ${present} was declared since you began with ${base.revision}: begin with it anew, so that nobody’s change is lost.`;
  return null;
}

/** Which two revisions the address asks to compare; null: none, or no numbers. */
export function comparedIn(params: URLSearchParams): { from: number; to: number } | null {
  const read = (name: string) => (/^\d{1,15}$/.test(params.get(name) ?? '') ? Number(params.get(name)) : null);
  const [from, to] = [read('from'), read('to')];
  return from === null || to === null ? null : { from, to };
}

/** A place's value in a word or a few; undefined and null: it is not there. */
export function valueInWords(value: unknown): string {
  if (value === null || value === undefined) return 'not there';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export const waits = (answer: Declared | Approval): answer is Approval => 'askedBy' in answer;

/** What confirms a change: the topology's own name, by which people know it. */
export function nameOf(topology: object): string {
  const name = 'name' in topology ? topology.name : null;
  return typeof name === 'string' && name !== '' ? name : 'topology';
}
