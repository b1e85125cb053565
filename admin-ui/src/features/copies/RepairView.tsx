import { Alert, Button, Label, Stack, StackItem } from '@patternfly/react-core';
import { useRepair } from '../../api/queries';
import type { Repair } from '../../api/types';
import { timeOfDay } from '../../live/format';
import { settled } from '../../live/freshness';
import { Panel } from '../../live/Panel';
import { Left, ShardRepairs } from './RepairTables';

interface Props {
  id: string;
  asPlanned: boolean;
  busy: boolean;
  /** Null: what was compared before it is not known here. */
  onCompareAgain: (() => void) | null;
}

export function RepairView({ id, asPlanned, busy, onCompareAgain }: Props) {
  const asked = useRepair(id);
  return (
    <Panel title={`Repair ${id}`} asked={settled(asked, hasEnded(asked.data))}>
      {(repair, stale) => (
        <Stack hasGutter>
          <StackItem>
            <p role="status">
              {stale ? <Label variant="outline">was: {repair.state}</Label> : <Label status={statusOf(repair.state)}>{repair.state}</Label>} started {timeOfDay(repair.startedAt)} by {repair.by}
              {repair.endedAt !== null && `, ended ${timeOfDay(repair.endedAt)}`}. {sentence(repair)}
            </p>
          </StackItem>
          {!asPlanned && (
            <StackItem>
              <Alert isInline variant="warning" component="h3" title="It started by another plan than the one shown">
                Something changed between planning and starting: what it writes stands below.
              </Alert>
            </StackItem>
          )}
          <StackItem>
            <ShardRepairs repair={repair} label={`Shards of ${id}`} outcomes />
            <Left repair={repair} />
          </StackItem>
          {hasEnded(repair) && onCompareAgain && (
            <StackItem>
              <Button variant="primary" isLoading={busy} isDisabled={busy} onClick={onCompareAgain}>
                Compare again what was compared before
              </Button>
            </StackItem>
          )}
        </Stack>
      )}
    </Panel>
  );
}

/** @returns as far as it is known */
export const hasEnded = (repair: Repair | undefined) => repair !== undefined && (repair.endedAt !== null || repair.state === 'DONE' || repair.state === 'FAILED');

export function statusOf(state: string) {
  return state === 'DONE' ? 'success' : state === 'FAILED' ? 'danger' : state === 'RUNNING' ? 'info' : 'warning';
}

function sentence({ state }: Repair): string {
  switch (state) {
    case 'RUNNING':
      return 'The owners write the rows once more; each shard is told when its owner has reported.';
    case 'DONE':
      return 'Every owner has written its rows. Copies have them as soon as they apply it: a comparison tells whether they are equal now.';
    case 'FAILED':
      return 'Of some shards it is not done, or not known: the problem of each stands below. What was written stays.';
    default:
      return 'This console does not know that state.';
  }
}
