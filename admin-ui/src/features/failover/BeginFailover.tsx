import { Alert, Button, Form, FormGroup, FormHelperText, HelperText, HelperTextItem, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import type { FailoverRequest } from '../../api/queries';
import type { Approval, Plan, Run } from '../../api/types';
import { useNow } from '../../live/clock';
import { timeOfDay } from '../../live/format';
import { useWhyNot } from '../../live/may';
import own from './failover.module.css';
import { beginLabel, commandOf, obstacles } from './loss';

interface Props {
  request: FailoverRequest;
  plan: Plan;
  lookedAt: number;
  alive: boolean | null;
  stale: boolean;
  busy: boolean;
  /** It is being asked for. */
  begins: boolean;
  onBegin: () => void;
}

/** Below a look: the region's name typed by hand, and the button that says what it does. What stands against it is said, not only greyed out. */
export function BeginFailover({ request, plan, lookedAt, alive, stale, busy, begins, onBegin }: Props) {
  const [typed, setTyped] = useState('');
  const against = (now: number) => obstacles({ request, lookedAt, now, typed, alive, stale });
  const mayNot = useWhyNot('operator');
  const why = [...(mayNot === null ? [] : [mayNot]), ...against(useNow())];
  return (
    // Enter behind the name begins nothing: only the button, which says what it does.
    <Form onSubmit={(event) => event.preventDefault()}>
      <FormGroup label="The region’s name, to confirm" fieldId="failover-confirm">
        <TextInput id="failover-confirm" value={typed} isDisabled={busy} onChange={(_, value) => setTyped(value)} autoComplete="off" autoCapitalize="none" spellCheck={false} />
        <FormHelperText>
          <HelperText isLiveRegion>
            {why.map((sentence) => (
              <HelperTextItem key={sentence} variant="warning">
                {sentence}
              </HelperTextItem>
            ))}
            {why.length === 0 && <HelperTextItem>Requests for these shards are held or refused until the new owners are open: the lease’s rest, and a few seconds.</HelperTextItem>}
          </HelperText>
        </FormHelperText>
      </FormGroup>
      <div>
        <Button
          variant="danger"
          className={own.long}
          isLoading={begins}
          isDisabled={busy || why.length > 0}
          onClick={() => {
            // The clock that is shown ticks slower than time passes, above all in a tab that nobody looked at.
            if (against(Date.now()).length === 0) onBegin();
          }}
        >
          {beginLabel(request.region, plan)}
        </Button>
        {request.force && <p>A second person has to approve it before anything happens.</p>}
      </div>
      <p>
        {request.maxLoss === undefined ? 'The same look on the command line:' : 'The same on the command line:'} <code className={own.command}>{commandOf(request)}</code>
      </p>
    </Form>
  );
}

export type Begun = { kind: 'runs'; run: Run; asShown: boolean } | { kind: 'waits'; approval: Approval };

export function BegunAlert({ begun }: { begun: Begun }) {
  switch (begun.kind) {
    case 'runs':
      return begun.asShown ? (
        <Alert isInline isLiveRegion variant="success" component="h3" title={`${begun.run.id} has begun; this page shows how it goes`} />
      ) : (
        <Alert isInline isLiveRegion variant="warning" component="h3" title={`${begun.run.id} has begun, by a newer plan than the one shown`}>
          Something changed between the look and the start: what it does stands with the run.
        </Alert>
      );
    case 'waits':
      return (
        <Alert isInline isLiveRegion variant="info" component="h3" title={`${begun.approval.id} waits for a second person: nothing has changed yet`}>
          <p>{begun.approval.what}</p>
          <p>
            Another approver does it until {timeOfDay(begun.approval.expires)}: <code className={own.command}>./meridian approvals approve {begun.approval.id}</code>
          </p>
        </Alert>
      );
  }
}
