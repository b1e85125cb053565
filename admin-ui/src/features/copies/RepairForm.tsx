import { Alert, Button } from '@patternfly/react-core';
import { useState } from 'react';
import { isUnknown, newKey } from '../../api/once';
import { toProblem } from '../../api/problem';
import { usePlanRepair, useStartRepair } from '../../api/queries';
import type { Repair } from '../../api/types';
import { Command } from '../../live/Command';
import { useWhyNot, WhyNot } from '../../live/may';
import { ProblemAlert } from '../../problems/ProblemAlert';
import own from './copies.module.css';
import { repairLabel, samePlan } from './differences';
import { Left, ShardRepairs } from './RepairTables';

interface Props {
  verification: string;
  onStarted: (repair: Repair, asPlanned: boolean) => void;
}

/** First the plan, by the code that would do it; only then the button that does what the plan says. */
export function RepairForm({ verification, onStarted }: Props) {
  const [planned, setPlanned] = useState<{ repair: Repair; key: string } | null>(null);
  const plan = usePlanRepair();
  const start = useStartRepair();
  const mayNotPlan = useWhyNot('planner');
  const mayNotStart = useWhyNot('operator');
  const busy = plan.isPending || start.isPending;
  const ask = () => {
    setPlanned(null);
    start.reset();
    plan.mutate(verification, { onSuccess: (repair) => setPlanned({ repair, key: newKey() }) });
  };
  return (
    <>
      <Button variant={planned ? 'secondary' : 'primary'} isLoading={plan.isPending} isDisabled={busy || mayNotPlan !== null} onClick={ask}>
        Repair from owner: show what would be written, change nothing
      </Button>
      <WhyNot why={mayNotPlan} />
      <div className={own.answers}>
        {plan.error && <ProblemAlert problem={toProblem(plan.error)}>Nothing was changed.</ProblemAlert>}
        {planned && (
          <Alert isInline variant="info" component="h3" title="The plan: each owner writes these rows once more, as it has them">
            <p>Every region that applies it then has the rows as their owner has them, whatever was there; a copy that is right stays as it is.</p>
            <ShardRepairs repair={planned.repair} label="What would be written" />
            <Left repair={planned.repair} />
            <div className={own.spaced}>
              <Button
                variant="primary"
                isLoading={start.isPending}
                isDisabled={busy || mayNotStart !== null}
                onClick={() => start.mutate({ verification, key: planned.key }, { onSuccess: (repair) => onStarted(repair, samePlan(repair, planned.repair)) })}
              >
                {repairLabel(planned.repair)}
              </Button>
              <WhyNot why={mayNotStart} />
              <Command line={`./meridian repair --verification ${verification} --wait`} />
            </div>
          </Alert>
        )}
        {start.error && (
          <ProblemAlert problem={toProblem(start.error)}>
            {isUnknown(start.error) ? 'Whether it started is unknown. Pressing the button again is safe, it cannot start a second repair.' : 'Nothing was repaired.'}
          </ProblemAlert>
        )}
      </div>
    </>
  );
}
