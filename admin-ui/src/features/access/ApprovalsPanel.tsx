import { Label, Stack, StackItem, Title } from '@patternfly/react-core';
import { useContext } from 'react';
import { useApprovals, useEndApproval } from '../../api/queries';
import type { Approval } from '../../api/types';
import { Act } from '../../live/Act';
import { useNow } from '../../live/clock';
import { Command } from '../../live/Command';
import { duration, timeOfDay } from '../../live/format';
import { Me } from '../../live/may';
import { Panel } from '../../live/Panel';
import { because } from '../../live/shell';
import { Table } from '../../live/Table';
import { hrefOf } from '../../live/view';
import own from './access.module.css';

const MOST_ENDED = 10;

/** What one person may not do alone, and waits for another one. */
export function ApprovalsPanel() {
  return (
    <Panel title="Approvals" asked={useApprovals()} anchor="approvals">
      {({ approvals }, stale) => {
        const waiting = approvals.filter(({ state }) => state === 'WAITING');
        const ended = approvals.filter(({ state }) => state !== 'WAITING').slice(0, MOST_ENDED);
        return (
          <Stack hasGutter>
            {waiting.length === 0 && (
              <StackItem>
                <p>{stale ? 'Nothing waited for a second person when it was last known.' : 'Nothing waits for a second person.'}</p>
              </StackItem>
            )}
            {waiting.map((approval) => (
              <StackItem key={approval.id}>
                <Waiting approval={approval} stale={stale} />
              </StackItem>
            ))}
            {ended.length > 0 && (
              <StackItem>
                <Ended approvals={ended} />
              </StackItem>
            )}
          </Stack>
        );
      }}
    </Panel>
  );
}

function Waiting({ approval: { id, what, askedBy, reason, askedAt, expires }, stale }: { approval: Approval; stale: boolean }) {
  const now = useNow();
  const me = useContext(Me);
  const approve = useEndApproval(id, 'approve');
  const reject = useEndApproval(id, 'reject');
  const mine = me?.name === askedBy;
  const left = Date.parse(expires) - now;
  const asked = Date.parse(askedAt ?? '');
  return (
    <section className={own.approval} aria-labelledby={`approval-${id}`}>
      <Title headingLevel="h3" id={`approval-${id}`}>
        {id}: {what}
      </Title>
      <p>
        {stale ? <Label variant="outline">was: WAITING</Label> : <Label status="warning">WAITING</Label>} {askedBy} asked for it
        {Number.isNaN(asked) ? '' : ` ${duration(Math.max(0, now - asked))} ago`}
        {reason ? `: ${reason}` : ', and gave no reason'}. {left > 0 ? `Good for ${duration(left)} more, until ${timeOfDay(expires)}.` : `It expired at ${timeOfDay(expires)}.`}
      </p>
      <div className={own.acts}>
        <Act
          opens={`Approve ${id}`}
          title={`Approve ${id}?`}
          consequences={[`It is done at once, by the rules of now: ${what}`, `${askedBy} asked for it, and you stand for it too: both names stand in the audit.`]}
          button={`Approve ${id}: ${what}`}
          danger
          role="approver"
          blocked={mine ? 'You asked for it: another approver has to look at it.' : null}
          reason="optional"
          typed={id}
          command={(why) => `./meridian approvals approve ${id}${because(why)}`}
          stale={stale}
          act={approve}
          done={`${id} was approved.`}
        />
        <Act
          opens={mine ? `Take ${id} back` : `Reject ${id}`}
          title={`${mine ? 'Take back' : 'Reject'} ${id}?`}
          consequences={['It is not done. Whoever wants it has to ask again.']}
          button={`${mine ? 'Take back' : 'Reject'} ${id}: it is not done`}
          role={mine ? 'viewer' : 'approver'}
          reason="optional"
          command={(why) => `./meridian approvals reject ${id}${because(why)}`}
          stale={stale}
          act={reject}
          done={`${id} ended, undone.`}
        />
      </div>
    </section>
  );
}

function Ended({ approvals }: { approvals: Approval[] }) {
  return (
    <>
      <Table scrolls="Approvals that ended, newest first" label="Approvals that ended" heads={['Approval', 'State', 'What', 'Asked by', 'Ended by', 'Ended', 'Made']}>
        {approvals.map(({ id, state, what, askedBy, endedBy, endedAt, subject }) => (
          <tr key={id}>
            <th scope="row">
              <a href={hrefOf('audit', { what: id })}>{id}</a>
            </th>
            <td>
              <Label isCompact status={state === 'APPROVED' ? 'success' : 'warning'}>
                {state}
              </Label>
            </td>
            <td className={own.wide}>{what}</td>
            <td>{askedBy}</td>
            <td>{endedBy ?? 'nobody'}</td>
            <td>{endedAt ? timeOfDay(endedAt) : 'unknown'}</td>
            <td>{subject ?? 'nothing'}</td>
          </tr>
        ))}
      </Table>
      <Command line="./meridian approvals list --all">The newest {MOST_ENDED} that ended; all of them:</Command>
    </>
  );
}
