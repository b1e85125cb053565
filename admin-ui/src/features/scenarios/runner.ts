import type { Drill } from '../../api/drill-types';
import { dayAndTime } from '../../live/format';
import { isLost, isOver } from '../../live/drilling';

const SERVE = './meridian drill serve';

/**
 * Who could run a drill, as far as the control plane knows: it hears of a runner only once one has claimed a drill.
 *
 * @param drills the newest first
 */
export function runnerInWords(drills: Drill[]): string {
  const going = drills.find((drill) => !isOver(drill));
  if (going && isLost(going)) return `The runner of ${going.id} is lost, and nothing is begun before what it did is undone: ./meridian drill undo, where it ran.`;
  if (going?.runner) return `${going.runner.name} is at ${going.id}; it was heard last at ${dayAndTime(going.runner.heardAt)}.`;
  const unknown = `Whether one waits now is not known: the control plane hears of a runner only when it claims a drill. ${SERVE} starts one, where the regions run.`;
  if (going) return `${going.id} waits, and no runner has claimed it yet. ${SERVE} starts one, where the regions run.`;
  const last = drills.find(({ runner }) => runner !== null);
  return last?.runner ? `The newest runner that was heard of is ${last.runner.name}, of ${last.id}, last at ${dayAndTime(last.runner.heardAt)}. ${unknown}` : `No runner has been heard of yet. ${unknown}`;
}
