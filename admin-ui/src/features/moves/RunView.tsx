import { Label, Stack, StackItem } from '@patternfly/react-core';
import { useRun } from '../../api/queries';
import { runProblem } from '../../api/problem';
import type { Run } from '../../api/types';
import { exposureInWords } from '../../live/exposure';
import { timeOfDay } from '../../live/format';
import { Panel } from '../../live/Panel';
import { ProblemAlert } from '../../problems/ProblemAlert';
import { CancelRun } from './CancelRun';
import { CertificateView } from './CertificateView';
import { CountsBar } from './CountsBar';
import { countsOf, hasEnded, isFailover, stateView, targetOf, titleOf } from './runState';
import { StepsTable } from './StepsTable';
import css from './RunView.module.css';

/** @param run as a list had it: what is shown is asked for anew */
export function RunView({ run: { id, kind } }: { run: Pick<Run, 'id' | 'kind'> }) {
  return (
    <Panel title={titleOf({ id, kind })} anchor={id} asked={useRun(id)}>
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
          {isFailover(run) ? (
            run.attempt ? <span>attempt {run.attempt}</span> : null
          ) : (
            <span>
              wave {run.wave} of {run.waves}
            </span>
          )}
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
      {isFailover(run) && (
        <StackItem>
          <p>
            {run.exposure
              ? `By the answers of the other regions, ${exposureInWords(run.exposure, 'the lost region')} may be missing until it is back.`
              : `How much may be missing until the lost region is back is ${ended ? 'unknown' : 'not known before the other regions have answered'}.`}
          </p>
        </StackItem>
      )}
      {problem && (
        <StackItem>
          <ProblemAlert problem={problem} variant={run.state === 'NEEDS_OPERATOR' ? 'danger' : 'warning'} />
        </StackItem>
      )}
      <StackItem>
        <CountsBar counts={countsOf(run)} to={targetOf(run)} ended={ended} of={isFailover(run) ? 'failover' : 'move'} />
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
