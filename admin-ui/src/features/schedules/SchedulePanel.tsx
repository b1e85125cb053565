import { Alert, Button } from '@patternfly/react-core';
import { type ReactNode, useState } from 'react';
import type { Scenario, Schedule } from '../../api/drill-types';
import { useScenarios } from '../../api/drills';
import { useRemoveSchedule, useSchedules, useTurnSchedule } from '../../api/schedules';
import { Act } from '../../live/Act';
import { Command } from '../../live/Command';
import { dayAndTime } from '../../live/format';
import { Panel } from '../../live/Panel';
import { Status } from '../../live/Status';
import { Table } from '../../live/Table';
import { hrefOf } from '../../live/view';
import { anchorOf, consequencesOf, drillInWords, outcomeInWords, turnCommand, typedFor } from './schedule';
import own from './schedules.module.css';
import { Times } from './Times';

/** One schedule: what it starts, when, what became of what was due, and its end. */
export function SchedulePanel({ name }: { name: string }) {
  const scenarios = useScenarios().data?.scenarios;
  return (
    <Panel title={`Schedule ${name}`} anchor={anchorOf(name)} asked={useSchedules()} dated>
      {({ schedules }, stale) => {
        const schedule = schedules.find((each) => each.name === name);
        return schedule ? <Facts schedule={schedule} scenarios={scenarios} stale={stale} /> : <p role="status">{stale ? `There was no schedule ${name} when it was last known.` : `There is no schedule ${name}.`}</p>;
      }}
    </Panel>
  );
}

function Facts({ schedule, scenarios, stale }: { schedule: Schedule; scenarios: Scenario[] | undefined; stale: boolean }) {
  const { name, scenario, cron, timeZone, windowMinutes, blackouts, enabled, note, revision, changedAt, by, next, outcomes, started, skipped } = schedule;
  return (
    <div className={own.parts}>
      <p>
        <Status status={enabled ? 'info' : 'plain'} stale={stale}>
          {enabled ? 'enabled' : 'disabled'}
        </Status>{' '}
        <strong>{drillInWords(schedule)}</strong>
      </p>
      {scenarios?.every((each) => each.name !== scenario) && <Alert isInline variant="warning" component="h3" title={`No scenario ${scenario} is registered: what is due is skipped for that reason`} />}
      <Attempt schedule={schedule} />
      <dl className={own.facts}>
        <Fact name="When">
          <code>{cron}</code> {timeZone}, within {windowMinutes} min
        </Fact>
        <Fact name="Not on">{blackouts.length === 0 ? 'no blackout days' : blackouts.join(', ')}</Fact>
        <Fact name="So far">
          {started.toLocaleString('en')} started, {skipped.toLocaleString('en')} skipped
        </Fact>
        <Fact name="Declared">
          {dayAndTime(changedAt)} by {by}, revision {revision}
        </Fact>
        {note !== null && <Fact name="Note">{note}</Fact>}
      </dl>
      {enabled ? <Times next={next} label={`Next times of ${name}`} /> : <p>Nothing of it is due while it is disabled, and that is not made up for.</p>}
      {outcomes.length === 0 ? (
        <p>Nothing of it was due yet.</p>
      ) : (
        <Table scrolls={`What became of what was due of ${name}, the newest first`} label={`What was due of ${name}`} heads={['Due, here', 'Settled, here', 'Drill', 'What became of it']}>
          {outcomes.map((outcome) => (
            <tr key={outcome.due + outcome.at}>
              <th scope="row">{dayAndTime(outcome.due)}</th>
              <td>{dayAndTime(outcome.at)}</td>
              <td>{outcome.drill === null ? 'none' : <a href={hrefOf('drills', { at: outcome.drill })}>{outcome.drill}</a>}</td>
              <td className={own.wide}>{outcomeInWords(outcome)}</td>
            </tr>
          ))}
        </Table>
      )}
      <Command line={`./meridian drill schedule show ${name}`} />
      <Acts schedule={schedule} scenario={scenarios?.find((each) => each.name === scenario)} stale={stale} />
    </div>
  );
}

function Attempt({ schedule: { attempt } }: { schedule: Schedule }) {
  if (attempt === null) return null;
  const { due, until, drill, state, reason } = attempt;
  return (
    <Alert isInline variant="info" component="h3" title={`Due now, since ${dayAndTime(due)}, until ${dayAndTime(until)}`}>
      {drill !== null && (
        <>
          <a href={hrefOf('drills', { at: drill })}>{drill}</a> {state}.{' '}
        </>
      )}
      {reason}
    </Alert>
  );
}

/** Each is about the revision that was looked at, and refused when there is another by then. */
function Acts({ schedule, scenario, stale }: { schedule: Schedule; scenario: Scenario | undefined; stale: boolean }) {
  const { name, enabled, revision, by, changedAt } = schedule;
  const [seen, setSeen] = useState(revision);
  const changed = revision > seen ? `It was changed by ${by}, ${dayAndTime(changedAt)}, since it was looked at here: look at it as it is now.` : null;
  const enable = useTurnSchedule(name, 'enable', seen, (now) => setSeen(now.revision));
  const disable = useTurnSchedule(name, 'disable', seen, (now) => setSeen(now.revision));
  const remove = useRemoveSchedule(name, seen, () => undefined);
  const typed = typedFor(schedule, scenario);
  return (
    <div className={own.parts}>
      {changed !== null && (
        <Alert isInline variant="warning" component="h3" title={`${name} is at revision ${revision} now`}>
          <p>{changed}</p>
          <Button variant="secondary" className={own.long} onClick={() => setSeen(revision)}>
            I have looked at it as it is now
          </Button>
        </Alert>
      )}
      <a href={hrefOf('drills', { at: 'schedule', name })}>Change {name}</a>
      {enabled ? (
        <Act
          key="disable"
          opens={`Disable ${name}`}
          title={`Disable ${name}?`}
          consequences={['It is kept, and nothing of it begins. What was due meanwhile is not made up for.', 'A drill that has begun goes on; one of it that waits for a runner counts as skipped.']}
          button={`Disable ${name}: nothing of it begins`}
          role="operator"
          blocked={changed}
          reason="optional"
          command={(reason) => turnCommand(name, 'disable', reason)}
          stale={stale}
          act={disable}
          done=""
        />
      ) : (
        <Act
          key="enable"
          opens={`Enable ${name}`}
          title={`Enable ${name}?`}
          consequences={consequencesOf(schedule, scenario)}
          button={`Enable ${name}: drills begin by themselves`}
          danger
          role="operator"
          blocked={changed}
          reason="optional"
          {...(typed === undefined ? {} : { typed })}
          command={(reason) => turnCommand(name, 'enable', reason)}
          stale={stale}
          act={enable}
          done=""
        />
      )}
      <Act
        opens={`Remove ${name}`}
        title={`Remove ${name}?`}
        consequences={['It is gone, with what became of what was due; the audit keeps that.', 'A drill that it has asked for stays asked for.']}
        button={`Remove ${name}: it starts nothing any more`}
        danger
        role="operator"
        blocked={changed}
        reason="optional"
        typed={name}
        command={(reason) => turnCommand(name, 'remove', reason)}
        stale={stale}
        act={remove}
        done=""
      />
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
