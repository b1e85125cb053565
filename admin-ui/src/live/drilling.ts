import type { Drill } from '../api/drill-types';

const OVER = ['PASSED', 'MISSED', 'FAILED', 'ABORTED', 'SKIPPED'];

/** By its end, as well as by its state: a newer control plane may end one otherwise. */
export const isOver = ({ state, endedAt }: Pick<Drill, 'state' | 'endedAt'>) => endedAt !== null || OVER.includes(state);

/** What it broke may be broken still. */
export const isLost = (drill: Pick<Drill, 'state' | 'endedAt' | 'runner'>) => !isOver(drill) && drill.runner?.lost === true;

/** Behind the name of the page; null: nothing goes on. */
export function drillNews(newest: Drill | undefined): { status: 'danger' | 'warning'; text: string } | null {
  if (!newest || isOver(newest)) return null;
  if (isLost(newest)) return { status: 'danger', text: 'runner lost' };
  return { status: 'warning', text: newest.state === 'WAITING' ? `${newest.id} waits` : `${newest.id} runs` };
}
