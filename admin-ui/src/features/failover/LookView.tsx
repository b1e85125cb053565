import { Alert, List, ListItem } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { runProblem } from '../../api/problem';
import type { Exposure, Plan } from '../../api/types';
import { useNow } from '../../live/clock';
import { exposureInWords } from '../../live/exposure';
import { count, duration, timeOfDay } from '../../live/format';
import { Table } from '../../live/Table';
import { ProblemAlert } from '../../problems/ProblemAlert';
import own from './failover.module.css';
import { takers } from './loss';

interface Props {
  region: string;
  plan: Plan;
  /** By the browser's clock. */
  at: number;
  children: ReactNode;
}

/** What a failover of the region would do, as it was when it was looked. */
export function LookView({ region, plan, at, children }: Props) {
  const now = useNow();
  const problem = runProblem(plan.problem, 'What stands in the way now');
  const to = takers(plan.moves);
  return (
    <Alert isInline variant="info" component="h3" title={`What a failover of ${region} would do, looked at ${duration(Math.max(0, now - at))} ago. Nothing was changed.`}>
      <div className={own.look}>
        <Missing region={region} exposure={plan.exposure ?? null} />
        <Table scrolls={`What would leave ${region}`} label="Who would take over" heads={['To', 'Shards', 'From', 'Why']}>
          {to.flatMap((taker) =>
            taker.moves.map((move, place) => (
              <tr key={move.from + move.to + move.shards}>
                <th scope="row">{place === 0 ? `${taker.to}: ${taker.shards === null ? 'unknown' : count(taker.shards, 'shard')}` : ''}</th>
                <td>{move.shards}</td>
                <td>{move.from}</td>
                <td className={own.wide}>{move.reason ?? 'not told'}</td>
              </tr>
            )),
          )}
        </Table>
        {plan.notes && plan.notes.length > 0 && (
          <List>
            {plan.notes.map((note) => (
              <ListItem key={note}>{note}</ListItem>
            ))}
          </List>
        )}
        {problem && <ProblemAlert problem={problem} variant="warning" />}
        <div>{children}</div>
      </div>
    </Alert>
  );
}

function Missing({ region, exposure }: { region: string; exposure: Exposure | null }) {
  const when = (time: string | null | undefined) => (time ? timeOfDay(time) : 'unknown');
  return (
    <div>
      <p>
        <strong>May be missing until {region} is back:</strong> {exposure ? exposureInWords(exposure, region) : 'unknown'}.
      </p>
      <List>
        <ListItem>{region} was last heard: {when(exposure?.lastSeen)}</ListItem>
        <ListItem>The best of the others has all that it wrote until: {when(exposure?.heartbeat)}</ListItem>
        <ListItem>
          Records of it that are known and not there: {exposure === null || exposure.records === null ? 'unknown' : exposure.records.toLocaleString('en')}
        </ListItem>
        <ListItem>If {region} lives on unheard, it may write until its lease ends; that comes on top, and is known only when {region} is back.</ListItem>
      </List>
    </div>
  );
}
