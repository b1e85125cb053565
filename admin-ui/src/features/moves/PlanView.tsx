import { Alert } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { runProblem } from '../../api/problem';
import type { Plan } from '../../api/types';
import { count } from '../../live/format';
import { ProblemAlert } from '../../problems/ProblemAlert';
import form from './MoveForm.module.css';
import { shardsIn } from '../../shards/shardSet';
import { targetOf } from './runState';
import { Table } from '../../live/Table';

export function PlanView({ plan, children }: { plan: Plan; children: ReactNode }) {
  const problem = runProblem(plan.problem, 'What stands in the way now');
  return (
    <Alert isInline variant="info" component="h3" title={`The plan: ${shards(plan)} to ${targetOf(plan)} in ${count(plan.waves, 'wave')}`}>
      <Table scrolls="The plan’s moves" label="What would move" heads={['Shards', 'From', 'To', 'Why']}>
        {plan.moves.map((move) => (
          <tr key={move.from + move.to + move.shards}>
            <td title={move.shards}>
              {shardsIn(move.shards) ?? ''} ({move.shards})
            </td>
            <td>{move.from}</td>
            <td>{move.to}</td>
            <td>{move.reason}</td>
          </tr>
        ))}
      </Table>
      <p>
        Plan hash <code>{plan.planHash}</code>
      </p>
      {problem && <ProblemAlert problem={problem} variant="warning" />}
      <div className={form.spaced}>{children}</div>
    </Alert>
  );
}

/** `Start: move 341 shards from east-1 to west-1` */
export function startLabel(plan: Plan): string {
  const from = [...new Set(plan.moves.map((move) => move.from))];
  return `Start: move ${shards(plan)}${from.length > 0 ? ` from ${from.join(', ')}` : ''} to ${targetOf(plan)}`;
}

function shards(plan: Plan): string {
  const n = shardsIn(plan.shards);
  return n === null ? `shards ${plan.shards}` : count(n, 'shard');
}
