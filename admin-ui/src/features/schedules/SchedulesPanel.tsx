import { EmptyState, EmptyStateBody } from '@patternfly/react-core';
import type { Schedule } from '../../api/drill-types';
import { useSchedules } from '../../api/schedules';
import { Command } from '../../live/Command';
import { dayAndTime } from '../../live/format';
import { Panel } from '../../live/Panel';
import { Status } from '../../live/Status';
import { Table } from '../../live/Table';
import { hrefOf } from '../../live/view';
import { Calendar } from './Calendar';
import { anchorOf, drillInWords, hereInWords, outcomeInWords, thereInWords } from './schedule';
import own from './schedules.module.css';

/** When drills begin by themselves, what became of those that were due, and the days on which they are due next. */
export function SchedulesPanel() {
  return (
    <Panel title="Schedules" anchor="schedules" asked={useSchedules()} dated>
      {({ schedules }, stale) => (
        <div className={own.parts}>
          {schedules.length === 0 ? (
            <EmptyState titleText={stale ? 'No drill was scheduled when it was last known' : 'No drill is scheduled'} headingLevel="h3" variant="sm">
              <EmptyStateBody>Drills begin only when somebody asks for one. A schedule is declared below.</EmptyStateBody>
            </EmptyState>
          ) : (
            <>
              <Schedules schedules={schedules} stale={stale} />
              <Calendar schedules={schedules} />
            </>
          )}
          <Command line="./meridian drill schedule list" />
        </div>
      )}
    </Panel>
  );
}

function Schedules({ schedules, stale }: { schedules: Schedule[]; stale: boolean }) {
  return (
    <Table scrolls="Schedules, by name" label="Schedules" heads={['Schedule', 'State', 'Drill', 'When', 'Next, in its time zone', 'Next, here', 'Last', 'So far']}>
      {schedules.map((schedule) => {
        const { name, enabled, cron, timeZone, next, attempt, outcomes, started, skipped } = schedule;
        const [due] = next;
        const [last] = outcomes;
        return (
          <tr key={name}>
            <th scope="row">
              <a href={hrefOf('drills', { at: anchorOf(name) })}>{name}</a>
            </th>
            <td>
              <Status status={enabled ? 'info' : 'plain'} stale={stale}>
                {enabled ? 'enabled' : 'disabled'}
              </Status>
            </td>
            <td>{drillInWords(schedule)}</td>
            <td>
              <code>{cron}</code> {timeZone}
            </td>
            <td>
              {attempt !== null && <div>now{attempt.drill === null ? '' : `: ${attempt.drill}`}</div>}
              {!enabled ? 'none: disabled' : due === undefined ? 'none is told' : thereInWords(due)}
              {due !== undefined && due.blackout !== null && <div>skipped: blackout {due.blackout}</div>}
            </td>
            <td>{due === undefined ? '' : hereInWords(due)}</td>
            <td className={own.wide}>{last === undefined ? 'none yet' : `${dayAndTime(last.due)}: ${outcomeInWords(last)}`}</td>
            <td>
              {started.toLocaleString('en')} started, {skipped.toLocaleString('en')} skipped
            </td>
          </tr>
        );
      })}
    </Table>
  );
}
