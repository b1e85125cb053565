import type { AuditEntry } from '../../api/types';
import { quoted } from '../../live/shell';

/** What is looked for; empty: not narrowed. Times are the browser's local ones, as its fields have them. */
export interface Search {
  who: string;
  what: string;
  from: string;
  to: string;
  alarm: boolean;
}

export const PAGE = 50;

/** As the address has it, so that a search can be sent to somebody. */
export function readSearch(params: URLSearchParams): Search {
  const text = (name: string) => params.get(name) ?? '';
  return { who: text('who'), what: text('what'), from: localOf(text('from')), to: localOf(text('to')), alarm: params.get('alarm') === 'true' };
}

/** As the address and the API take it, without the cursor. */
export function paramsOf({ who, what, from, to, alarm }: Search): Record<string, string> {
  const named = { who: who.trim(), what: what.trim(), from: utcOf(from), to: utcOf(to), alarm: alarm ? 'true' : '' };
  return Object.fromEntries(Object.entries(named).filter(([, text]) => text !== ''));
}

/** `2026-11-27T10:00` in the browser's zone, as UTC; what is no time is not sent. */
function utcOf(local: string): string {
  const date = new Date(local);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

/** The other way round. */
function localOf(utc: string): string {
  const date = new Date(utc);
  if (Number.isNaN(date.getTime())) return '';
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The same of the command line. */
export function commandOf(search: Search): string {
  const { who, what, from, to, alarm } = paramsOf(search);
  const named = { who, what, from, to };
  return ['./meridian audit list', `-n ${PAGE}`, ...Object.entries(named).flatMap(([name, text]) => (text ? [`--${name} ${quoted(text)}`] : [])), ...(alarm ? ['--alarm'] : [])].join(' ');
}

export interface Ending {
  status: 'success' | 'info' | 'warning' | 'danger';
  word: string;
  rest: string;
}

/** `done: mv-1` -> done, mv-1 */
export function endingOf({ outcome }: Pick<AuditEntry, 'outcome'>): Ending {
  if (outcome === 'done' || outcome.startsWith('done: ')) return { status: 'success', word: 'done', rest: outcome.slice('done: '.length) };
  if (outcome.startsWith('waits for ')) return { status: 'info', word: 'waits', rest: outcome.slice('waits '.length) };
  if (outcome.startsWith('refused: ')) return { status: 'warning', word: 'refused', rest: outcome.slice('refused: '.length) };
  return { status: 'warning', word: outcome, rest: '' };
}
