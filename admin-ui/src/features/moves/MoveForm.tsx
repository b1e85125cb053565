import { ActionGroup, Alert, Button, Card, CardBody, CardTitle, Form, FormGroup, FormHelperText, FormSelect, FormSelectOption, HelperText, HelperTextItem, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import { isUnknown, newKey } from '../../api/once';
import { toProblem } from '../../api/problem';
import { type MoveRequest, usePlanMove, useStartMove } from '../../api/queries';
import type { Plan, Run } from '../../api/types';
import { Command } from '../../live/Command';
import { count } from '../../live/format';
import { useWhyNot, WhyNot } from '../../live/may';
import { quoted } from '../../live/shell';
import { ProblemAlert } from '../../problems/ProblemAlert';
import { readShards } from '../../shards/shardSet';
import css from './MoveForm.module.css';
import { PlanView, startLabel } from './PlanView';

interface Props {
  zones: string[];
  /** N; null while it is not known (the control plane checks the range anyway). */
  shards: number | null;
  draft: MoveRequest;
  onDraft: (draft: MoveRequest) => void;
}

/** A plan as it was answered, with the question it answers and the key under which it will be started. */
interface Planned {
  request: MoveRequest;
  plan: Plan;
  key: string;
}

/** First the plan, by the code that would run it; only then the button that does what the plan says. Editing drops the plan. */
export function MoveForm({ zones, shards, draft, onDraft }: Props) {
  const [planned, setPlanned] = useState<Planned | null>(null);
  const [started, setStarted] = useState<{ run: Run; plan: Plan } | null>(null);
  const plan = usePlanMove();
  const start = useStartMove();
  const reading = draft.shards.trim() === '' ? null : readShards(draft.shards, shards ?? 65_536);
  const mayNotPlan = useWhyNot('planner');
  const mayNotStart = useWhyNot('operator');
  const busy = plan.isPending || start.isPending;

  const edit = (change: Partial<MoveRequest>) => {
    setPlanned(null);
    setStarted(null);
    plan.reset();
    start.reset();
    onDraft({ ...draft, ...change });
  };
  const ask = () => {
    const request = { shards: draft.shards.trim(), to: draft.to };
    setStarted(null);
    start.reset();
    plan.mutate(request, { onSuccess: (answer) => setPlanned({ request, plan: answer, key: newKey() }) });
  };
  const begin = ({ request, plan: seen, key }: Planned) =>
    start.mutate(
      { request, key },
      {
        onSuccess: (run) => {
          setStarted({ run, plan: seen });
          setPlanned(null);
          plan.reset();
          onDraft({ shards: '', to: '' });
        },
      },
    );

  return (
    <Card component="section" aria-labelledby="move-form">
      <CardTitle component="h2" id="move-form">
        Move shards
      </CardTitle>
      <CardBody>
        <Form
          onSubmit={(event) => {
            event.preventDefault();
            if (reading?.kind === 'read' && draft.to && !busy && mayNotPlan === null) ask();
          }}
        >
          <FormGroup label="Shards" fieldId="move-shards">
            <TextInput
              id="move-shards"
              value={draft.shards}
              isDisabled={busy}
              validated={reading?.kind === 'refused' ? 'error' : 'default'}
              onChange={(_, value) => edit({ shards: value })}
              autoComplete="off"
            />
            <FormHelperText>
              <HelperText isLiveRegion>
                {reading === null ? (
                  <HelperTextItem>Numbers and ranges, such as 0-340,400</HelperTextItem>
                ) : reading.kind === 'read' ? (
                  <HelperTextItem>{count(reading.shards.size, 'shard')}, ringed on the map</HelperTextItem>
                ) : (
                  <HelperTextItem variant="error">{reading.why}</HelperTextItem>
                )}
              </HelperText>
            </FormHelperText>
          </FormGroup>
          <FormGroup label="To zone" fieldId="move-to">
            <FormSelect id="move-to" value={draft.to} isDisabled={busy} onChange={(_, value) => edit({ to: value })}>
              <FormSelectOption value="" label="Choose a zone" isPlaceholder />
              {zones.map((zone) => (
                <FormSelectOption key={zone} value={zone} label={zone} />
              ))}
            </FormSelect>
          </FormGroup>
          <ActionGroup>
            <Button type="submit" variant={planned ? 'secondary' : 'primary'} isDisabled={reading?.kind !== 'read' || !draft.to || busy || mayNotPlan !== null} isLoading={plan.isPending}>
              Plan it: show what would move, change nothing
            </Button>
            <WhyNot why={mayNotPlan} />
          </ActionGroup>
        </Form>
        <div className={css.answers}>
          {plan.error && <ProblemAlert problem={toProblem(plan.error)}>Nothing was changed.</ProblemAlert>}
          {planned && (
            <PlanView plan={planned.plan}>
              <Button variant="primary" isLoading={start.isPending} isDisabled={busy || mayNotStart !== null} onClick={() => begin(planned)}>
                {startLabel(planned.plan)}
              </Button>
              <WhyNot why={mayNotStart} />
              <Command line={`./meridian move --shards ${quoted(planned.request.shards)} --to ${quoted(planned.request.to)} --wait`} />
            </PlanView>
          )}
          {start.error && (
            <ProblemAlert problem={toProblem(start.error)}>
              {isUnknown(start.error) && 'Whether it started is unknown: look at the runs. Pressing the button again is safe, it cannot start a second move.'}
            </ProblemAlert>
          )}
          {started && <Started {...started} />}
        </div>
      </CardBody>
    </Card>
  );
}

function Started({ run, plan }: { run: Run; plan: Plan }) {
  return run.planHash === plan.planHash ? (
    <Alert isInline variant="success" component="h3" title={`${run.id} has started`} />
  ) : (
    <Alert isInline variant="warning" component="h3" title={`${run.id} has started, by a newer plan than the one shown`}>
      Something changed between planning and starting: plan {plan.planHash} was shown, {run.planHash} runs.
    </Alert>
  );
}
