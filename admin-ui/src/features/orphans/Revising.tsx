import { Alert, Title } from '@patternfly/react-core';
import { toProblem } from '../../api/problem';
import { useRevise, useRevisions } from '../../api/orphans';
import type { OrphanRevision, Verdict } from '../../api/orphan-types';
import { Act } from '../../live/Act';
import { useNow } from '../../live/clock';
import { dayAndTime, duration, timeOfDay } from '../../live/format';
import { freshnessOf } from '../../live/freshness';
import { Status } from '../../live/Status';
import { ProblemAlert } from '../../problems/ProblemAlert';
import type { LostWrite } from './lost';
import own from './orphans.module.css';
import { aboutIt, buttonOf, commandOf, consequencesOf, isUnderWay, opensOf, orderStanding, presentOf, targetOf, VERDICTS, whyNotDecided, whyNotRevise, wordOf } from './revising';
import { Versions } from './Versions';

/** What people ordered to be made of one lost write, how far that is, and the acts that order it. */
export function Revising({ write }: { write: LostWrite }) {
  const asked = useRevisions();
  const now = useNow();
  const stale = freshnessOf(asked, now).kind === 'stale';
  const orders = aboutIt(asked.data ?? [], write);
  const [newest, ...older] = orders;
  const none = whyNotDecided(write);
  const blocked = whyNotRevise(orders) ?? (asked.data === undefined ? 'Whether an order about it is under way is not known yet.' : null);
  return (
    <section aria-label="Revising it" className={own.detail}>
      <Title headingLevel="h4">Revise the decision</Title>
      {asked.error && asked.data === undefined && <ProblemAlert problem={toProblem(asked.error)}>Orders to revise are not known.</ProblemAlert>}
      {newest && <Order order={newest} stale={stale} asOf={asked.dataUpdatedAt} now={now} />}
      {newest && newest.present !== null && <WrittenSince order={newest} present={newest.present} write={write} stale={stale} />}
      {older.length > 0 && (
        <ul className={own.older} aria-label="Orders about it before">
          {older.map((order) => (
            <li key={order.id}>
              {order.id}, {wordOf(order.verdict).toLowerCase()}, {order.state}, by {order.by}, {dayAndTime(order.askedAt)}: {order.reason}
            </li>
          ))}
        </ul>
      )}
      {none === null ? VERDICTS.map((verdict) => <Revise key={verdict} write={write} verdict={verdict} over={null} stale={stale} blocked={blocked} />) : <p>{none}</p>}
    </section>
  );
}

interface OrderProps {
  order: OrphanRevision;
  stale: boolean;
  /** When the control plane said so. */
  asOf: number;
  now: number;
}

/** As the control plane tells it: ordered is not done, and what is not told is not known. */
function Order({ order, stale, asOf, now }: OrderProps) {
  const { id, state, verdict, by, reason, over, askedAt, endedAt, problem } = order;
  const { status, sentence } = orderStanding(order);
  const settled = !isUnderWay(order);
  return (
    <Alert isInline variant={stale && !settled ? 'warning' : status} component="h5" title={`${id}: ${wordOf(verdict).toLowerCase()}${over === null ? '' : ` over the state ${over}`}, ordered by ${by}`}>
      <div className={own.detail}>
        <p role="status">
          <Status status={status} stale={stale && !settled}>
            {state}
          </Status>{' '}
          {problem === null ? sentence : <span className={own.whole}>{problem}</span>}
        </p>
        {problem !== null && sentence !== '' && <p>{sentence}</p>}
        <p className={own.small}>
          Asked for {dayAndTime(askedAt)}, {duration(Math.max(0, now - Date.parse(askedAt)))} ago{endedAt === null ? '' : `; ended ${dayAndTime(endedAt)}`}. As of {timeOfDay(asOf)}. Why: {reason}
        </p>
      </div>
    </Alert>
  );
}

/** The refusal that tells how the row is, and the act of its own that writes over just that. */
function WrittenSince({ order, present, write, stale }: { order: OrphanRevision; present: string; write: LostWrite; stale: boolean }) {
  const verdict: Verdict = order.verdict === 'REJECT' ? 'REJECT' : 'SALVAGE';
  const [row, ...others] = presentOf(present);
  const when = order.endedAt === null ? 'then' : `at ${timeOfDay(order.endedAt)}`;
  return (
    <>
      <Versions
        label={`The row as ${order.id} found it`}
        left={{ name: `Row ${when}`, version: row ?? { kind: 'none' }, none: 'there was none.' }}
        right={{ name: 'It would become', version: targetOf(write, verdict), none: 'no row.' }}
        differs="is overwritten"
      />
      {others.length > 0 && (
        <div>
          <p>Of its other key there was then:</p>
          {others.map((other, place) => (
            <code key={place} className={own.whole}>
              {other.kind === 'none' ? 'no row' : other.kind === 'cut' ? other.text : JSON.stringify(other.columns)}
            </code>
          ))}
        </div>
      )}
      {order.presentOver === null ? (
        <p>No order writes over that: write the row as the application does, through its owner.</p>
      ) : (
        <Revise key={order.presentOver} write={write} verdict={verdict} over={{ id: order.id, state: order.presentOver }} stale={stale} blocked={null} />
      )}
    </>
  );
}

interface ReviseProps {
  write: LostWrite;
  verdict: Verdict;
  /** The order that found the row so, and the name of that state. */
  over: { id: string; state: string } | null;
  stale: boolean;
  blocked: string | null;
}

function Revise({ write, verdict, over, stale, blocked }: ReviseProps) {
  const act = useRevise(write.told, verdict, over?.state ?? null);
  return (
    <Act
      opens={over === null ? opensOf(write, verdict) : `${wordOf(verdict)} it over just that state`}
      title={over === null ? `${wordOf(verdict)} it?` : `${wordOf(verdict)} it over the state ${over.state}?`}
      consequences={consequencesOf(write, verdict, over)}
      button={buttonOf(write, verdict, over !== null)}
      danger={over !== null}
      role="operator"
      blocked={blocked}
      reason="needed"
      command={(reason) => commandOf(write, verdict, reason, over?.state ?? null)}
      stale={stale}
      act={act}
      done=""
    />
  );
}
