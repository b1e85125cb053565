import type { Drill } from '../api/drill-types';

const OVER = ['PASSED', 'MISSED', 'FAILED', 'ABORTED', 'SKIPPED'];

/** By its end, as well as by its state: a newer control plane may end one otherwise. */
export const isOver = ({ state, endedAt }: Pick<Drill, 'state' | 'endedAt'>) => endedAt !== null || OVER.includes(state);

/** What has to be typed before: of what users of a region feel. A link's trouble reaches less far. */
export const typedOf = ({ act }: { act: string }, about: string): string | undefined => (act === 'link' ? undefined : about);

/** What users feel of a drill. */
export function feltOf({ act }: { act: string }, about: string): string {
  if (act === 'lose') return `Users of ${about} cannot write until the others have taken over, and may see what it acknowledged last only once it is back.`;
  if (act === 'evacuate') return `Requests of ${about}’s users wait while they move, twice.`;
  return `Users whose requests go over ${about} feel it until it is undone.`;
}

/** What it broke may be broken still. */
export const isLost = (drill: Pick<Drill, 'state' | 'endedAt' | 'runner'>) => !isOver(drill) && drill.runner?.lost === true;

/** Behind the name of the page; null: nothing goes on. */
export function drillNews(newest: Drill | undefined): { status: 'danger' | 'warning'; text: string } | null {
  if (!newest || isOver(newest)) return null;
  if (isLost(newest)) return { status: 'danger', text: 'runner lost' };
  return { status: 'warning', text: newest.state === 'WAITING' ? `${newest.id} waits` : `${newest.id} runs` };
}
