import type { OrphanRevision, Verdict } from '../../api/orphan-types';
import { because, quoted } from '../../live/shell';
import { keyOf, type LostWrite, type Version, versionOf } from './lost';

export const VERDICTS: readonly Verdict[] = ['SALVAGE', 'REJECT'];

/** Orders about this write, the newest first, as they are told. */
export const aboutIt = (orders: OrphanRevision[], { told }: LostWrite) =>
  orders.filter(({ source, position, shard, index }) => source === told.source && position === told.position && shard === told.shard && index === told.index);

export const isUnderWay = ({ state }: Pick<OrphanRevision, 'state'>) => state === 'PENDING';

/** How it stands by what is told, as an order would make it stand; null: neither. */
export function standingOf({ told }: LostWrite): Verdict | null {
  const standing = told.revised?.verdict ?? told.decision;
  return standing === 'SALVAGED' ? 'SALVAGE' : standing === 'REJECTED' ? 'REJECT' : null;
}

/** Null: there is something to revise. */
export const whyNotDecided = ({ decidedIn }: LostWrite) => (decidedIn.length > 0 ? null : 'It is not decided yet: the shard’s owner does that by itself, and only then is there something to revise.');

/** What stands in the way of an order, besides the caller's role; the control plane decides by the same rule. Null: nothing that this page knows of. @param orders about the same write */
export function whyNotRevise(orders: OrphanRevision[]): string | null {
  const going = orders.find(isUnderWay);
  return going ? `${going.id} about it is under way: wait for what becomes of it.` : null;
}

/** What the row becomes. */
export function targetOf({ told }: LostWrite, verdict: Verdict): Version {
  if (verdict === 'REJECT') return versionOf(told.ours);
  return told.operation === 'DELETE' ? { kind: 'none' } : versionOf(told.content);
}

/** What somebody who presses the button causes. @param over the rows as an order before found them, when those may be overwritten */
export function consequencesOf(write: LostWrite, verdict: Verdict, over: Pick<OrphanRevision, 'id'> | null): string[] {
  const { shard, table, key } = write.told;
  return [
    `${becomes(write, verdict)} The agent of the region that owns shard ${shard} now writes it, and every region follows.`,
    over === null
      ? `If the row was written since it was decided, it is refused, and the row of ${table} ${keyOf(key)} is shown as it is then.${standingOf(write) === verdict ? ' As it stands so already, it is refused as well if nobody wrote it.' : ''}`
      : `It writes over just the state of the row that ${over.id} found. If it was written once more since, that is refused, too.`,
    ...(verdict === 'REJECT' ? ['It is refused where the row of before is not kept whole, and where the write gave the row another key.'] : []),
    'Triggers of the table do not fire; a foreign key that would break refuses it.',
    'Your name and the reason stand in the audit, and with what was overwritten in meridian.conflict of every store.',
  ];
}

function becomes(write: LostWrite, verdict: Verdict): string {
  const none = targetOf(write, verdict).kind === 'none';
  if (verdict === 'SALVAGE') return none ? 'The row is deleted: that is what was lost.' : 'The lost version becomes the row.';
  return none ? 'The row is deleted: the owner had none when it decided.' : 'The row goes back to what the owner had when it decided.';
}

/** Names the consequence. */
export function buttonOf(write: LostWrite, verdict: Verdict, over: boolean): string {
  const none = targetOf(write, verdict).kind === 'none';
  const what = none ? 'the row is deleted' : verdict === 'SALVAGE' ? 'the lost version becomes the row' : 'the row goes back to what it was';
  return `${wordOf(verdict)}${over ? ' over just that state' : ''}: ${what}`;
}

export const wordOf = (verdict: string) => (verdict === 'SALVAGE' ? 'Salvage' : verdict === 'REJECT' ? 'Reject' : verdict);

/** On the button that tells the consequences. */
export const opensOf = (write: LostWrite, verdict: Verdict) => `${wordOf(verdict)} it ${standingOf(write) === verdict ? 'once more' : 'after all'}`;

/** Named whole, so that it is this write whatever else is listed. */
export function commandOf({ told }: LostWrite, verdict: Verdict, reason: string, over: string | null): string {
  const { source, position, shard, index } = told;
  return `./meridian orphans revise ${quoted(position)} ${index} --source ${quoted(source)} --shard ${shard} --${verdict === 'SALVAGE' ? 'salvage' : 'reject'}${because(reason)}${over === null ? '' : ` --over ${quoted(over)}`}`;
}

/** Rows as an agent found them: that of the write's key first, then those of its other key. */
export function presentOf(text: string): Version[] {
  try {
    const rows: unknown = JSON.parse(text);
    if (!Array.isArray(rows)) return [{ kind: 'cut', text }];
    return rows.map((row) => (row === null ? { kind: 'none' } : versionOf(JSON.stringify(row))));
  } catch {
    return [{ kind: 'cut', text }];
  }
}

export interface Standing {
  status: 'info' | 'success' | 'danger' | 'warning';
  sentence: string;
}

/** What became of an order, in the words of what the control plane knows. */
export function orderStanding({ state, region, present }: Pick<OrphanRevision, 'state' | 'region' | 'present'>): Standing {
  switch (state) {
    case 'PENDING':
      return { status: 'info', sentence: `The agent of ${region} has not answered yet: nothing is known to be done.` };
    case 'DONE':
      return { status: 'success', sentence: `The agent of ${region} has done it. Every region tells of it as it hears of it.` };
    case 'FAILED':
      return { status: 'danger', sentence: present === null ? '' : 'Nothing was changed.' };
    default:
      return { status: 'warning', sentence: 'This console does not know that state.' };
  }
}
