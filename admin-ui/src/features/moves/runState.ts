import { RUN_STATES, type Run, type RunState } from '../../api/types';
import { count } from '../../live/format';
import { shardsIn } from '../../shards/shardSet';

export interface StateView {
  status: 'info' | 'success' | 'warning' | 'danger';
  ended: boolean;
  /** What is going on, for who does not know the protocol by heart. */
  sentence: string;
}

export function stateView(run: Pick<Run, 'state' | 'to'>): StateView {
  if (!isRunState(run.state)) return { status: 'warning', ended: false, sentence: 'This console does not know that state.' };
  switch (run.state) {
    case 'PLANNED':
      return going('About to start. Nothing has changed yet.');
    case 'PREPARED':
      return going('Routers, lag and target are checked. Nothing has changed yet.');
    case 'HOLDING':
      return going('Routers hold the requests for this wave’s shards.');
    case 'FENCING':
      return going('The old region closes its fences. Requests are held.');
    case 'CATCHING_UP':
      return going('The last writes travel to the new region. Requests are held.');
    case 'EXPIRING':
      return going('The lost region’s lease is revoked and waited out: behind it no database of it admits a write, whether it is dead, cut off or asleep. Requests are held.');
    case 'GATHERING':
      return going('Every other region stops applying what the lost one wrote, and says how far it has come. Requests are held.');
    case 'ALIGNING':
      return going('The new owners fetch what another region has more of. Requests are held.');
    case 'ACTIVATED':
      return going(`${run.to === null ? 'The new owners have' : `${run.to} owns`} this wave’s shards: past the point of no return. The new fences open; requests are held until they are.`);
    case 'ROUTED':
      return going('The new fences are open. Requests are released and Envoys learn the new rules.');
    case 'ROLLING_BACK':
      return { status: 'warning', ended: false, sentence: 'This wave’s shards go back to where they were. Requests are held until they are open there.' };
    case 'DONE':
      return { status: 'success', ended: true, sentence: 'Every shard is at its new zone.' };
    case 'ROLLED_BACK':
      return { status: 'warning', ended: true, sentence: 'Ended before all of it was done: the counts say which shards moved and which did not.' };
    case 'SUPERSEDED':
      return { status: 'warning', ended: true, sentence: 'Another run took over: its shards are part of that one.' };
    case 'NEEDS_OPERATOR':
      return { status: 'danger', ended: false, sentence: 'It waits for something that does not come: a person must look. It goes on by itself if it comes after all.' };
  }
}

export const isFailover = ({ kind }: Pick<Run, 'kind'>) => kind === 'FAILOVER';

/** `Failover mv-7`, `Move mv-1` */
export const titleOf = (run: Pick<Run, 'id' | 'kind'>) => `${isFailover(run) ? 'Failover' : 'Move'} ${run.id}`;

/** Of a run or a plan, in words. */
export const targetOf = ({ to }: Pick<Run, 'to'>) => to ?? 'several zones';

const whereTo = ({ to }: Pick<Run, 'to'>) => to ?? 'their new zones';

const going = (sentence: string): StateView => ({ status: 'info', ended: false, sentence });

function isRunState(state: string): state is RunState {
  return (RUN_STATES as readonly string[]).includes(state);
}

export const hasEnded = (run: Pick<Run, 'state' | 'to' | 'endedAt'>) => run.endedAt !== null || stateView(run).ended;

export interface Counts {
  total: number | null;
  moved: number | null;
  rolledBack: number | null;
  /** Neither moved nor rolled back; while the run goes on, those that its wave has in hand are among them. */
  untouched: number | null;
}

export function countsOf({ shards, moved, rolledBack, untouched }: Pick<Run, 'shards' | 'moved' | 'rolledBack' | 'untouched'>): Counts {
  return { total: shardsIn(shards), moved, rolledBack, untouched };
}

const NOT_TAKEN_BACK =
  'a failover has begun by revoking the lost region’s lease, so that its shards have no owner to go back to. It goes on until they have new ones. The region returns by itself once it is there again; moving its shards back is yours then.';

export type Cancelling = { kind: 'possible'; button: string; consequences: string[] } | { kind: 'impossible'; why: string };

/** What cancelling would do now; null when there is nothing to cancel any more. */
export function cancelling(run: Run): Cancelling | null {
  if (hasEnded(run)) return null;
  if (!isRunState(run.state)) return { kind: 'impossible', why: 'This console does not know the run’s state: cancel it with ./meridian runs cancel.' };
  if (isFailover(run)) return { kind: 'impossible', why: NOT_TAKEN_BACK + (run.state === 'NEEDS_OPERATOR' ? ` Once what its problem names is mended, ./meridian runs retry ${run.id} makes a new attempt.` : '') };
  const earlier = run.moved ? [`${count(run.moved, 'shard')} moved by earlier waves stay at ${whereTo(run)}.`] : [];
  const later = run.wave < run.waves ? ['Later waves do not start: their shards stay untouched.'] : [];
  switch (run.state) {
    case 'PLANNED':
    case 'PREPARED':
    case 'HOLDING':
      return {
        kind: 'possible',
        button: run.moved ? `Cancel the rest: wave ${run.wave} and later stay where they are` : 'Cancel: every shard stays where it is',
        consequences: [`Wave ${run.wave}’s shards stay with their owner, at the same epoch; requests held for them go on.`, ...earlier, ...later],
      };
    case 'FENCING':
    case 'CATCHING_UP':
      return {
        kind: 'possible',
        button: `Cancel: roll back wave ${run.wave}`,
        consequences: [
          `Wave ${run.wave}’s shards go back to where they were, at a new epoch; their requests are held until they are open there. No write is lost.`,
          ...earlier,
          ...later,
        ],
      };
    case 'ACTIVATED':
    case 'ROUTED':
      return run.wave < run.waves
        ? {
            kind: 'possible',
            button: `Cancel the rest: stop after wave ${run.wave}`,
            consequences: [`Wave ${run.wave} is past its point of no return and ends at ${whereTo(run)}.`, ...earlier, ...later],
          }
        : { kind: 'impossible', why: `The last wave is past its point of no return: it ends at ${whereTo(run)}. To undo it, move the shards back.` };
    case 'ROLLING_BACK':
      return { kind: 'impossible', why: 'It is rolling back already.' };
    case 'EXPIRING':
    case 'GATHERING':
    case 'ALIGNING':
      return { kind: 'impossible', why: NOT_TAKEN_BACK };
    case 'NEEDS_OPERATOR':
      return run.wave < run.waves
        ? {
            kind: 'possible',
            button: `Cancel the rest: stop after wave ${run.wave}`,
            consequences: [`Wave ${run.wave} itself cannot be cancelled: it still waits for what its problem names.`, ...earlier, ...later],
          }
        : { kind: 'impossible', why: 'It waits for what its problem names, and goes on by itself once that comes.' };
    case 'DONE':
    case 'ROLLED_BACK':
    case 'SUPERSEDED':
      return null;
  }
}

/** Newest first; what has no start yet is newest of all. */
export function newestFirst(runs: Run[]): Run[] {
  const started = (run: Run) => (run.startedAt === null ? Infinity : Date.parse(run.startedAt));
  return [...runs].sort((a, b) => started(b) - started(a) || b.id.localeCompare(a.id, 'en', { numeric: true }));
}
