import type { Drill, Figures } from '../../api/drill-types';
import { isLost, isOver } from '../../live/drilling';
import { count, duration } from '../../live/format';

export interface Standing {
  status: 'info' | 'success' | 'warning' | 'danger' | 'plain';
  /** In a word or two. */
  word: string;
  sentence: string;
}

/** A state that is not listed here (a newer control plane) is shown by its name. */
export function standingOf(drill: Pick<Drill, 'state' | 'endedAt' | 'runner' | 'waitsFor'>): Standing {
  const { state, waitsFor } = drill;
  if (isLost(drill)) return { status: 'danger', word: 'RUNNER LOST', sentence: `It is ${state}, and its runner is not heard any more: what it broke may be broken still.` };
  const waits = waitsFor === null ? '' : ` It waits for ${waitsFor}.`;
  switch (state) {
    case 'WAITING':
      return { status: 'info', word: state, sentence: `Nothing is broken yet.${waits}` };
    case 'RUNNING':
      return { status: 'info', word: state, sentence: `What looks broken may be broken on purpose.${waits}` };
    case 'ABORTING':
      return { status: 'warning', word: state, sentence: `Somebody asked for its end.${waits}` };
    case 'PASSED':
      return { status: 'success', word: state, sentence: 'Every target was met, and all is undone.' };
    case 'MISSED':
      return { status: 'warning', word: state, sentence: 'Some target was not met. All is undone.' };
    case 'ABORTED':
      return { status: 'warning', word: state, sentence: 'A guard or a person ended it, and all is undone.' };
    case 'FAILED':
      return { status: 'danger', word: state, sentence: 'It could not be done as written, or nobody knows what came of it.' };
    case 'SKIPPED':
      return { status: 'plain', word: state, sentence: 'Nothing was done.' };
    default:
      return { status: 'warning', word: state, sentence: `This console does not know that state.${waits}` };
  }
}

/** What was measured, each with its name; what was not says so. */
export function figuresInWords({ rtoMillis, rpoRows, requests, failed, lost, doubled, orphans }: Figures): [string, string][] {
  const number = (n: number | null) => (n === null ? 'not measured' : n.toLocaleString('en'));
  return [
    ['Longest outage of a shard', rtoMillis === null ? 'not measured' : duration(rtoMillis)],
    ['Failed requests', failed === null ? 'not measured' : `${number(failed)} of ${requests === null ? 'unknown many' : number(requests)}`],
    ['Acknowledged writes lost', number(lost)],
    ['Acknowledged writes doubled', number(doubled)],
    ['Shown as orphans', number(orphans)],
    ['Rows behind at the failover', rpoRows === null ? 'not measured, or nothing failed over' : count(rpoRows, 'row')],
  ];
}

export interface Ending {
  opens: string;
  title: string;
  consequences: string[];
  button: string;
  /** Its record is given up, whatever is broken. */
  givesUp: boolean;
  command: string;
}

/** How a drill can be ended now; null: it is over, or being ended. */
export function endingOf(drill: Drill): Ending | null {
  const { id, state, about, scenario, runner } = drill;
  const overTheApi = `curl -X POST -H "Authorization: Bearer $TOKEN" $API/api/v1/drills/${id}/abort`;
  if (isOver(drill)) return null;
  if (isLost(drill)) {
    return {
      opens: `Give ${id} up`,
      title: `Give the record of ${id} up?`,
      consequences: [
        'This mends nothing: what it broke may be broken still.',
        `Where ${runner?.name ?? 'its runner'} ran, ./meridian drill undo, or the next drill serve, takes that back and ends the record by itself. Give it up only if that machine is gone for good.`,
        'The record ends as FAILED, and another drill may be asked for.',
      ],
      button: `Give ${id} up: it ends as FAILED, and nothing is mended by it`,
      givesUp: true,
      command: overTheApi,
    };
  }
  if (state === 'WAITING') {
    return { opens: `Take ${id} back`, title: `Take ${id} back?`, consequences: ['It has not begun: nothing is broken. It is skipped.'], button: `Take ${id} back: it is not begun`, givesUp: false, command: overTheApi };
  }
  if (state === 'ABORTING') return null;
  return {
    opens: `Abort ${id}`,
    title: `Abort ${id}?`,
    consequences: [
      'Its runner takes back what it did: processes are started, links healed, users moved back. That takes as long as a region takes to come back, and a report is left all the same.',
      `It counts as no pass: of ${scenario}, nothing is shown for ${about} until a drill passes.`,
      'The command is for the machine of its runner; a drill serve ends by it, too.',
    ],
    button: `Abort ${id}: take back what it did`,
    givesUp: false,
    command: './meridian drill abort',
  };
}

/** A text with the runs of the control plane that it names apart, so that they can be linked to. */
export function withRuns(text: string): { text: string; run: boolean }[] {
  return text
    .split(/\b(mv-\d+)\b/)
    .map((piece, place) => ({ text: piece, run: place % 2 === 1 }))
    .filter((piece) => piece.text !== '');
}
