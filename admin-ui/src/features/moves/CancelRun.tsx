import { ActionList, ActionListItem, Alert, Button, List, ListItem } from '@patternfly/react-core';
import { useState } from 'react';
import { useCancelRun } from '../../api/queries';
import { toProblem } from '../../api/problem';
import type { Run } from '../../api/types';
import { Command } from '../../live/Command';
import { useWhyNot, WhyNot } from '../../live/may';
import { ProblemAlert } from '../../problems/ProblemAlert';
import css from './MoveForm.module.css';
import { cancelling } from './runState';

/** Two presses: the first tells the consequence, the second, on another button, causes it. */
export function CancelRun({ run, stale }: { run: Run; stale: boolean }) {
  const [asking, setAsking] = useState(false);
  const cancel = useCancelRun(run.id);
  const mayNot = useWhyNot('operator');
  const can = cancelling(run);
  if (!can) return null;
  if (can.kind === 'impossible') return <p>Cannot be cancelled: {can.why}</p>;
  return (
    <>
      {cancel.error && <ProblemAlert problem={toProblem(cancel.error)} />}
      {cancel.isSuccess ? (
        <p role="status">Cancelling was accepted; the steps above show what becomes of it.</p>
      ) : asking ? (
        <Alert isInline variant="warning" component="h3" title={`Cancel ${run.id}?`}>
          <List>
            {can.consequences.map((consequence) => (
              <ListItem key={consequence}>{consequence}</ListItem>
            ))}
            {stale && <ListItem>What is shown is stale: the run may have gone on. The control plane decides by what is true then.</ListItem>}
          </List>
          <Command line={`./meridian runs cancel ${run.id}`} />
          <ActionList className={css.spaced}>
            <ActionListItem>
              <Button variant="danger" isLoading={cancel.isPending} isDisabled={cancel.isPending} onClick={() => cancel.mutate()}>
                {can.button}
              </Button>
            </ActionListItem>
            <ActionListItem>
              <Button variant="secondary" isDisabled={cancel.isPending} onClick={() => setAsking(false)}>
                Keep it running
              </Button>
            </ActionListItem>
          </ActionList>
        </Alert>
      ) : (
        <>
          <Button variant="secondary" isDanger isDisabled={mayNot !== null} onClick={() => setAsking(true)}>
            {can.button} …
          </Button>
          <WhyNot why={mayNot} />
        </>
      )}
    </>
  );
}
