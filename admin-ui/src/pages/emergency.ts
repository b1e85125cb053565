import type { Region, Run } from '../api/types';
import { hasEnded, isFailover } from '../features/moves/runState';
import { isAlive } from '../live/standing';

/** What the link to the page says of it; null: nothing goes on. */
export function emergencyIn(regions: Region[], runs: Run[]): { status: 'danger' | 'warning'; text: string } | null {
  const going = runs.filter((run) => isFailover(run) && !hasEnded(run));
  if (going.some(({ state }) => state === 'NEEDS_OPERATOR')) return { status: 'danger', text: 'failover needs a person' };
  if (going.length > 0) return { status: 'danger', text: going.length === 1 ? 'failover runs' : `${going.length} failovers run` };
  const [first, ...others] = regions.filter(({ data }) => data === 'REJOINING');
  if (!first) return null;
  if (others.length > 0) return { status: 'warning', text: `${others.length + 1} regions not back yet` };
  return { status: 'warning', text: isAlive(first) ? `${first.name} rejoins` : `${first.name} not back yet` };
}
