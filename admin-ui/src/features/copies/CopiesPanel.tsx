import { Button, Card, CardBody, CardTitle, Stack, StackItem } from '@patternfly/react-core';
import { useMemo, useState } from 'react';
import { isUnknown, newKey } from '../../api/once';
import { toProblem } from '../../api/problem';
import { useShards, useStartVerification, useVerification, type VerificationRequest } from '../../api/queries';
import type { Verification } from '../../api/types';
import { settled } from '../../live/freshness';
import { Panel } from '../../live/Panel';
import { ProblemAlert } from '../../problems/ProblemAlert';
import { CompareForm } from './CompareForm';
import { ComparisonView, type OwnerOf } from './ComparisonView';
import own from './copies.module.css';
import { type Kept, useKept } from './kept';
import { RepairForm } from './RepairForm';
import { RepairView } from './RepairView';

/** Comparing all copies, what that found, and making copies as their owners are. */
export function CopiesPanel() {
  const shards = useShards().data?.shards;
  const [kept, keep] = useKept();
  /** The last one whose answer is not known: the same again is the same attempt. */
  const [attempt, setAttempt] = useState<{ asked: string; key: string } | null>(null);
  const start = useStartVerification();
  const owners = useMemo(() => new Map(shards?.filter(({ state }) => state === 'OWNED').map(({ shard, region }) => [shard, region])), [shards]);
  const compare = (request: VerificationRequest) => {
    const asked = JSON.stringify(request);
    const key = attempt?.asked === asked ? attempt.key : newKey();
    setAttempt({ asked, key });
    start.mutate(
      { request, key },
      {
        onSuccess: ({ id }) => {
          setAttempt(null);
          keep({ verification: id, request, askedAt: Date.now(), repair: null, asPlanned: true });
        },
      },
    );
  };
  return (
    <Stack hasGutter>
      <StackItem>
        <Card component="section" aria-labelledby="compare-form">
          <CardTitle component="h2" id="compare-form">
            Compare copies
          </CardTitle>
          <CardBody>
            <CompareForm shards={shards?.length || null} busy={start.isPending} onEdit={start.reset} onCompare={compare} />
            <div className={own.answers}>
              {start.error && (
                <ProblemAlert problem={toProblem(start.error)}>
                  {isUnknown(start.error) ? 'Whether it started is unknown. Pressing the button again is safe, it cannot start a second one.' : 'Nothing is compared by it.'}
                </ProblemAlert>
              )}
            </div>
          </CardBody>
        </Card>
      </StackItem>
      {kept && (
        <StackItem>
          <Comparison key={kept.verification} kept={kept} busy={start.isPending} ownerOf={(shard) => owners.get(shard) ?? null} onKeep={keep} onCompare={compare} />
        </StackItem>
      )}
      {kept?.repair && (
        <StackItem>
          <RepairView key={kept.repair} id={kept.repair} asPlanned={kept.asPlanned} busy={start.isPending} onCompareAgain={() => compare(kept.request)} />
        </StackItem>
      )}
    </Stack>
  );
}

interface ComparisonProps {
  kept: Kept;
  busy: boolean;
  ownerOf: OwnerOf;
  onKeep: (kept: Kept | null) => void;
  onCompare: (request: VerificationRequest) => void;
}

function Comparison({ kept, busy, ownerOf, onKeep, onCompare }: ComparisonProps) {
  const asked = useVerification(kept.verification);
  const ended = asked.data !== undefined && asked.data.state !== 'RUNNING';
  return (
    <Panel
      title={`Comparison ${kept.verification}`}
      asked={settled(asked, ended)}
      actions={
        <Button variant="link" isInline onClick={() => onKeep(null)}>
          Close {kept.verification}
        </Button>
      }
    >
      {(verification) => (
        <ComparisonView verification={verification} askedAt={kept.askedAt} ownerOf={ownerOf}>
          {kept.repair ? (
            <p>Repair {kept.repair}, which goes by this comparison, stands below.</p>
          ) : rowsFound(verification) ? (
            <RepairForm verification={verification.id} onStarted={(repair, asPlanned) => onKeep({ ...kept, repair: repair.id, asPlanned })} />
          ) : (
            <Button variant="primary" isLoading={busy} isDisabled={busy} onClick={() => onCompare({ ...kept.request, rows: true })}>
              Compare again, row by row: a repair needs the rows that differ
            </Button>
          )}
        </ComparisonView>
      )}
    </Panel>
  );
}

const rowsFound = ({ differences }: Verification) => differences.some(({ rows }) => rows !== null && rows.length > 0);
