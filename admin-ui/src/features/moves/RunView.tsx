import { Label, Stack, StackItem } from '@patternfly/react-core';
import { useRun } from '../../api/queries';
import { runProblem } from '../../api/problem';
import type { Run } from '../../api/types';
import { timeOfDay } from '../../live/format';
import { Panel } from '../../live/Panel';
import { ProblemAlert } from '../../problems/ProblemAlert';
import { CancelRun } from './CancelRun';
import { CertificateView } from './CertificateView';
import { CountsBar } from './CountsBar';
import { countsOf, hasEnded, stateView, targetOf } from './runState';
import { StepsTable } from './StepsTable';
import css from './RunView.module.css';

export function RunView({ id }: { id: string }) {
  return (
    <Panel title={`Move ${id}`} asked={useRun(id)}>
      {(run, stale) => <RunFacts run={run} stale={stale} />}
    </Panel>
  );
}

export function RunFacts({ run, stale }: { run: Run; stale: boolean }) {
  const view = stateView(run);
  const ended = hasEnded(run);
  const problem = runProblem(run.problem);
  return (
    <Stack hasGutter>
      <StackItem>
        <p className={css.state}>
          {stale && !ended ? <Label variant="outline">was: {run.state}</Label> : <Label status={view.status}>{run.state}</Label>}
          <span>
            wave {run.wave} of {run.waves}
          </span>
          <span>
            {run.startedAt === null ? 'not started' : `started ${timeOfDay(run.startedAt)}`}
            {run.endedAt !== null && `, ended ${timeOfDay(run.endedAt)}`}
          </span>
        </p>
        <p className={css.sentence}>{view.sentence}</p>
        <p className={css.what}>
          Shards {run.shards} to <strong>{targetOf(run)}</strong>
          {run.moves.map((move) => (
            <span key={move.from + move.to + move.shards} className={css.from}>
              {move.shards} from {move.from}
              {run.to === null && ` to ${move.to}`}
              {move.reason ? `: ${move.reason}` : ''}
            </span>
          ))}
        </p>
      </StackItem>
      {problem && (
        <StackItem>
          <ProblemAlert problem={problem} variant={run.state === 'NEEDS_OPERATOR' ? 'danger' : 'warning'} />
        </StackItem>
      )}
      <StackItem>
        <CountsBar counts={countsOf(run)} to={targetOf(run)} ended={ended} />
      </StackItem>
      <StackItem>
        <StepsTable steps={run.steps} running={!ended} />
      </StackItem>
      <StackItem>
        <CertificateView certificate={run.certificate} ended={ended} />
      </StackItem>
      <StackItem>
        <CancelRun run={run} stale={stale} />
      </StackItem>
    </Stack>
  );
}
