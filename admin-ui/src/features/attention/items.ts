import { hrefOf } from '../../live/view';

/** In the order in which people act on it. */
export const KINDS = ['lost', 'tripped', 'gone', 'ownerless', 'run', 'unheard', 'broken', 'drill', 'brake', 'approval', 'paused', 'parked', 'envoy', 'orphans', 'lag', 'rejoining', 'seeding', 'unseeded'] as const;
export type Kind = (typeof KINDS)[number];

/** What a person must act on. */
export interface Item {
  /** The same for as long as it is the same thing. */
  id: string;
  kind: Kind;
  /** `danger`: users feel it, or may lose something; `warning`: it must not stay so; `info`: it goes on by itself. */
  status: 'danger' | 'warning' | 'info';
  title: string;
  /** What is known of it, in sentences. */
  facts: string[];
  /** When it began, as the API tells; null: the API does not, and the page tells what it saw itself. */
  since: number | null;
  href: string;
  /** What the link leads to. */
  link: string;
  /** The CLI's line that looks at the same, or does what is to be done. */
  command: string;
}

/** What is worst stands first; of the same kind, what lasts longest. */
export function worstFirst<T extends Item>(items: T[]): T[] {
  const rank = { danger: 0, warning: 1, info: 2 };
  const since = ({ since }: Item) => since ?? Infinity;
  return [...items].sort(
    (a, b) => rank[a.status] - rank[b.status] || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || compare(since(a), since(b)) || a.id.localeCompare(b.id, 'en', { numeric: true }),
  );
}

const compare = (a: number, b: number) => (a === b ? 0 : a < b ? -1 : 1);

/** What is not a time is not known. */
export function timeOf(text: string | null | undefined): number | null {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? null : time;
}

export const EMERGENCY = (at: string) => hrefOf('emergency', { at });
