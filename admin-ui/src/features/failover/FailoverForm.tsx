import { ActionGroup, Alert, Button, Card, CardBody, CardTitle, Checkbox, Form, FormGroup, FormHelperText, FormSelect, FormSelectOption, HelperText, HelperTextItem, TextArea, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import { isUnknown, newKey } from '../../api/once';
import { toProblem } from '../../api/problem';
import { type FailoverRequest, usePlanFailover, useStartFailover } from '../../api/queries';
import type { Plan, Region } from '../../api/types';
import { useAnchor } from '../../live/anchor';
import { useWhyNot, WhyNot } from '../../live/may';
import { isAlive } from '../../live/standing';
import { ProblemAlert } from '../../problems/ProblemAlert';
import { BeginFailover, type Begun, BegunAlert } from './BeginFailover';
import own from './failover.module.css';
import { commandOf, isApproval, readLoss, SAME_ATTEMPT_MILLIS } from './loss';
import { LookView } from './LookView';

interface Props {
  regions: Region[];
  /** What the page shows is not confirmed now. */
  stale: boolean;
}

/** A plan as it was answered, with the question it answers. */
interface Looked {
  request: FailoverRequest;
  plan: Plan;
  at: number;
}

const EMPTY = { region: '', loss: '', force: false, reason: '' };

/** First a look, by the code that would do it; only then the button that does what the look says. Editing drops the look. */
export function FailoverForm({ regions, stale }: Props) {
  const [draft, setDraft] = useState(EMPTY);
  const [looked, setLooked] = useState<Looked | null>(null);
  const [begun, setBegun] = useState<Begun | null>(null);
  /** The last start whose answer is not known: the same again, after another look too, is the same attempt. */
  const [attempt, setAttempt] = useState<{ asked: string; key: string; at: number } | null>(null);
  const here = useAnchor('failover');
  const look = usePlanFailover();
  const start = useStartFailover();
  const busy = look.isPending || start.isPending;
  const chosen = regions.find(({ name }) => name === draft.region);
  const alive = chosen ? isAlive(chosen) : null;
  const loss = draft.loss.trim() === '' ? null : readLoss(draft.loss);
  const offersForce = chosen !== undefined && (alive !== false || draft.force || (look.error && toProblem(look.error).type.endsWith(':region-alive')));
  const mayNot = useWhyNot('planner');
  const can = mayNot === null && chosen !== undefined && loss?.kind !== 'refused' && !(draft.force && draft.reason.trim() === '') && !busy;

  const edit = (change: Partial<typeof EMPTY>) => {
    setLooked(null);
    setBegun(null);
    look.reset();
    start.reset();
    setDraft({ ...draft, ...change });
  };
  const ask = () => {
    const request: FailoverRequest = {
      region: draft.region,
      ...(loss?.kind === 'read' ? { maxLoss: loss.text } : {}),
      ...(draft.force ? { force: true, reason: draft.reason.trim() } : {}),
    };
    setLooked(null);
    setBegun(null);
    start.reset();
    look.mutate(request, {
      onSuccess: (plan) => setLooked({ request, plan, at: Date.now() }),
      onError: (error) => {
        if (toProblem(error).type.endsWith(':failover-runs')) setAttempt(null); // it did begin
      },
    });
  };
  const begin = ({ request, plan }: Looked) => {
    const asked = JSON.stringify(request);
    const same = attempt?.asked === asked && Date.now() - attempt.at < SAME_ATTEMPT_MILLIS ? attempt : { asked, key: newKey(), at: Date.now() };
    setAttempt(same);
    start.mutate(
      { request, key: same.key },
      {
        onSuccess: (answer) => {
          setAttempt(null);
          setBegun(isApproval(answer) ? { kind: 'waits', approval: answer } : { kind: 'runs', run: answer, asShown: answer.planHash === plan.planHash });
          setLooked(null);
          look.reset();
          setDraft(EMPTY);
        },
        onError: (error) => {
          if (!isUnknown(error)) setAttempt(null);
        },
      },
    );
  };

  return (
    <Card component="section" aria-labelledby="failover-form" ref={here} tabIndex={-1}>
      <CardTitle component="h2" id="failover-form">
        Fail a lost region over
      </CardTitle>
      <CardBody>
        <p>
          Gives a lost region’s shards to the others, once its lease has ended for certain. It cannot be taken back. A region that is alive is better emptied by moving its shards:{' '}
          <code>./meridian evacuate</code>.
        </p>
        <Form
          className={own.answers}
          onSubmit={(event) => {
            event.preventDefault();
            if (can) ask();
          }}
        >
          <FormGroup label="The lost region" fieldId="failover-region">
            <FormSelect id="failover-region" value={draft.region} isDisabled={busy} onChange={(_, value) => edit({ ...EMPTY, loss: draft.loss, region: value })}>
              <FormSelectOption value="" label="Choose a region" isPlaceholder />
              {regions.map((region) => (
                <FormSelectOption key={region.name} value={region.name} label={`${region.name}: ${standing(region, stale)}`} />
              ))}
            </FormSelect>
          </FormGroup>
          {chosen && alive === true && (
            <Alert isInline variant="warning" component="h3" title={`${chosen.name} ${stale ? 'was alive when it was last heard of' : 'is alive: an agent of it is connected'}`}>
              Move its shards away instead, which loses nothing: <code>./meridian evacuate --region {chosen.name}</code>. Only when its users do not get through although its agent does, force it.
            </Alert>
          )}
          {offersForce && (
            <Checkbox
              id="failover-force"
              label={`Force: fail ${draft.region} over although it is alive`}
              description="Needs a reason, and a second person’s approval."
              isChecked={draft.force}
              isDisabled={busy}
              onChange={(_, checked) => edit({ force: checked })}
            />
          )}
          {draft.force && (
            <FormGroup label="Reason" isRequired fieldId="failover-reason">
              <TextArea id="failover-reason" isRequired value={draft.reason} isDisabled={busy} resizeOrientation="vertical" onChange={(_, value) => edit({ reason: value })} />
              <FormHelperText>
                <HelperText>
                  <HelperTextItem>The second person reads it; it is kept, and stands in the audit.</HelperTextItem>
                </HelperText>
              </FormHelperText>
            </FormGroup>
          )}
          <FormGroup label="What may be missing, at most" fieldId="failover-loss">
            <TextInput
              id="failover-loss"
              value={draft.loss}
              isDisabled={busy}
              validated={loss?.kind === 'refused' ? 'error' : 'default'}
              onChange={(_, value) => edit({ loss: value })}
              autoComplete="off"
            />
            <FormHelperText>
              <HelperText isLiveRegion>
                {loss?.kind === 'refused' ? (
                  <HelperTextItem variant="error">{loss.why}</HelperTextItem>
                ) : (
                  <HelperTextItem>Such as 2s, 500rows, or 500rows|2s. A failover that would cost more stops with nothing granted. A look does without it.</HelperTextItem>
                )}
              </HelperText>
            </FormHelperText>
          </FormGroup>
          <ActionGroup>
            <Button type="submit" variant={looked ? 'secondary' : 'primary'} className={own.long} isDisabled={!can} isLoading={look.isPending}>
              Look: show what would be lost and who takes over, change nothing
            </Button>
            <WhyNot why={mayNot} />
          </ActionGroup>
        </Form>
        <div className={own.answers}>
          {look.error && <ProblemAlert problem={toProblem(look.error)}>Nothing was changed.</ProblemAlert>}
          {looked && (
            <LookView region={looked.request.region} plan={looked.plan} at={looked.at}>
              <BeginFailover key={looked.at} request={looked.request} plan={looked.plan} lookedAt={looked.at} alive={alive} stale={stale} busy={busy} begins={start.isPending} onBegin={() => begin(looked)} />
            </LookView>
          )}
          {start.error && (
            <ProblemAlert problem={toProblem(start.error)}>
              {isUnknown(start.error)
                ? 'Whether it began is unknown: look whether a failover is shown on this page. Pressing the button again is safe, it cannot begin a second one.'
                : 'No failover was begun by it.'}
            </ProblemAlert>
          )}
          {begun && <BegunAlert begun={begun} />}
          {draft.region && !looked && (
            <p>
              The same on the command line: <code className={own.command}>{commandOf({ region: draft.region })}</code>
            </p>
          )}
        </div>
      </CardBody>
    </Card>
  );
}

function standing(region: Region, stale: boolean): string {
  const alive = isAlive(region);
  const word = alive === null ? 'whether it is alive is unknown' : alive ? 'alive, its agent is connected' : 'its agent is not connected';
  return stale && alive !== null ? `was: ${word}` : word;
}
