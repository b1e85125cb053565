import { Button, EmptyState, EmptyStateBody } from '@patternfly/react-core';
import { useState } from 'react';
import { useDrills } from '../../api/drills';
import type { Drill } from '../../api/drill-types';
import { Command } from '../../live/Command';
import { isOver } from '../../live/drilling';
import { dayAndTime, duration } from '../../live/format';
import { Panel } from '../../live/Panel';
import { Status } from '../../live/Status';
import { Table } from '../../live/Table';
import { hrefOf } from '../../live/view';
import own from './drills.module.css';
import { standingOf } from './standing';

export const MOST_SHOWN = 50;
/** What the API gives at once: about all that it keeps. */
const ALL = 200;

/** Drills that were, and the one that is, with what came of each. */
export function PastPanel() {
  const [limit, setLimit] = useState(MOST_SHOWN);
  return (
    <Panel title="Drills" asked={useDrills(limit)} anchor="past" dated>
      {({ drills, next }, stale) =>
        drills.length === 0 ? (
          <EmptyState titleText="There was no drill yet" headingLevel="h3" variant="sm">
            <EmptyStateBody>Nobody knows then how long users could not write when a region is lost.</EmptyStateBody>
          </EmptyState>
        ) : (
          <>
            <Table scrolls="Drills, the newest first" label="Drills" heads={['Drill', 'Scenario', 'About', 'Verdict', 'Asked for', 'By', 'Longest outage', 'Failed requests', 'Lost', 'Doubled', 'Report', 'Why it ended']}>
              {drills.map((drill) => (
                <Row key={drill.id} drill={drill} stale={stale} />
              ))}
            </Table>
            {next !== null && limit < ALL && (
              <Button variant="link" isInline onClick={() => setLimit(ALL)}>
                Show older ones, too
              </Button>
            )}
            {next !== null && limit >= ALL && <p>The newest {ALL} are shown.</p>}
            <Command line="./meridian drill report --list">Reports that a machine of a runner keeps are told there by</Command>
          </>
        )
      }
    </Panel>
  );
}

function Row({ drill, stale }: { drill: Drill; stale: boolean }) {
  const { id, scenario, about, askedAt, by, figures, report, reason } = drill;
  const { status, word } = standingOf(drill);
  const measured = (n: number | null | undefined, words = (known: number) => known.toLocaleString('en')) => (n === undefined ? '' : n === null ? 'not measured' : words(n));
  return (
    <tr>
      <th scope="row">
        <a href={hrefOf('drills', { at: id })}>{id}</a>
      </th>
      <td>{scenario}</td>
      <td>{about}</td>
      <td>
        <Status status={status} stale={stale && !isOver(drill)}>
          {word}
        </Status>
      </td>
      <td>{dayAndTime(askedAt)}</td>
      <td>{by}</td>
      <td>{measured(figures?.rtoMillis, duration)}</td>
      <td>{measured(figures?.failed)}</td>
      <td>{measured(figures?.lost)}</td>
      <td>{measured(figures?.doubled)}</td>
      <td>{report ? <a href={hrefOf('drills', { at: `${id}-report` })}>of {id}</a> : isOver(drill) ? 'none here' : 'at its end'}</td>
      <td className={own.wide}>{reason}</td>
    </tr>
  );
}
