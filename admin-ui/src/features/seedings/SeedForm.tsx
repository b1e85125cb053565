import { ActionGroup, Alert, Button, Card, CardBody, CardTitle, Form, FormGroup, FormHelperText, FormSelect, FormSelectOption, HelperText, HelperTextItem, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import { isUnknown, newKey } from '../../api/once';
import { toProblem } from '../../api/problem';
import { type SeedingRequest, usePlanSeeding, useRegions, useShards, useStartSeeding } from '../../api/queries';
import type { Region, Seeding } from '../../api/types';
import { useAnchor } from '../../live/anchor';
import { Command } from '../../live/Command';
import { count } from '../../live/format';
import { freshnessOf } from '../../live/freshness';
import { useNow } from '../../live/clock';
import { useWhyNot, WhyNot } from '../../live/may';
import { useParams } from '../../live/view';
import { ProblemAlert } from '../../problems/ProblemAlert';
import { readShards } from '../../shards/shardSet';
import { commandOf, isNew, startLabel } from './progress';
import own from './seedings.module.css';

/** A plan as it was answered, with the question it answers and the key under which it will be started. */
interface Looked {
  request: SeedingRequest;
  plan: Seeding;
  key: string;
}

const EMPTY = { region: '', shards: '', why: '' };
type Draft = typeof EMPTY;

/** Of a link that fills the form in: the newest one that led here. What was typed stays until the next one. */
export function SeedForm() {
  const params = useParams();
  const named = { ...EMPTY, region: params.get('region') ?? '', shards: params.get('shards') ?? '' };
  const [wish, setWish] = useState(EMPTY);
  const differs = named.region !== wish.region || named.shards !== wish.shards;
  if (params.get('at') === 'seed' && named.region !== '' && differs) setWish(named);
  return <FilledForm key={JSON.stringify(wish)} wish={wish} />;
}

/** First which shards it would be of, by the code that does it; only then the button that starts it. Editing drops the look. */
function FilledForm({ wish }: { wish: Draft }) {
  const here = useAnchor('seed');
  const asked = useRegions();
  const size = useShards().data?.shards.length || null;
  const [draft, setDraft] = useState(wish);
  const [looked, setLooked] = useState<Looked | null>(null);
  const [typed, setTyped] = useState('');
  const [started, setStarted] = useState<Seeding | null>(null);
  const plan = usePlanSeeding();
  const start = useStartSeeding();
  const mayNotLook = useWhyNot('planner');
  const mayNotStart = useWhyNot('operator');
  const stale = freshnessOf(asked, useNow()).kind !== 'fresh';
  const regions = asked.data ?? [];
  const chosen = regions.find(({ name }) => name === draft.region);
  const fresh = isNew(chosen) && !stale;
  const reading = draft.shards.trim() === '' ? null : readShards(draft.shards, size ?? 65_536);
  const busy = plan.isPending || start.isPending;
  const can = mayNotLook === null && chosen !== undefined && reading?.kind !== 'refused' && !busy;

  const edit = (change: Partial<Draft>) => {
    setLooked(null);
    setStarted(null);
    setTyped('');
    plan.reset();
    start.reset();
    setDraft({ ...draft, ...change });
  };
  const look = () => {
    const why = draft.why.trim();
    const request: SeedingRequest = { region: draft.region, ...(reading ? { shards: draft.shards.trim() } : {}), ...(why === '' ? {} : { why }) };
    setStarted(null);
    start.reset();
    plan.mutate(request, { onSuccess: (answer) => setLooked({ request, plan: answer, key: newKey() }) });
  };
  const begin = ({ request, key }: Looked) =>
    start.mutate(
      { request, key },
      {
        onSuccess: (seeding) => {
          setStarted(seeding);
          setLooked(null);
          plan.reset();
          setDraft(EMPTY);
        },
      },
    );
  const obstacles = [
    ...(mayNotStart === null ? [] : [mayNotStart]),
    ...(looked && !fresh && typed !== looked.request.region ? [`Type ${looked.request.region}, to confirm that its copies are thrown away.`] : []),
  ];
  return (
    <Card component="section" aria-labelledby="seed-form" ref={here} tabIndex={-1}>
      <CardTitle component="h2" id="seed-form">
        Copy shards anew
      </CardTitle>
      <CardBody>
        <p>
          A region gets shards anew from their owners, while they are written. For rows that differ here and there, a repair is cheaper: compare the copies, above.
        </p>
        <Form
          className={own.answers}
          onSubmit={(event) => {
            event.preventDefault();
            if (can) look();
          }}
        >
          <FormGroup label="To region" fieldId="seed-region">
            <FormSelect id="seed-region" value={draft.region} isDisabled={busy} onChange={(_, value) => edit({ region: value })}>
              <FormSelectOption value="" label="Choose a region" isPlaceholder />
              {regions.map((region) => (
                <FormSelectOption key={region.name} value={region.name} label={`${region.name}${standing(region)}`} />
              ))}
            </FormSelect>
          </FormGroup>
          <FormGroup label="Shards to copy" fieldId="seed-shards">
            <TextInput id="seed-shards" value={draft.shards} isDisabled={busy} autoComplete="off" validated={reading?.kind === 'refused' ? 'error' : 'default'} onChange={(_, value) => edit({ shards: value })} />
            <FormHelperText>
              <HelperText isLiveRegion>
                {reading === null ? (
                  <HelperTextItem>All that it does not own, or numbers and ranges, such as 1-5,17</HelperTextItem>
                ) : reading.kind === 'read' ? (
                  <HelperTextItem>{count(reading.shards.size, 'shard')}</HelperTextItem>
                ) : (
                  <HelperTextItem variant="error">{reading.why}</HelperTextItem>
                )}
              </HelperText>
            </FormHelperText>
          </FormGroup>
          <FormGroup label="Why" fieldId="seed-why">
            <TextInput id="seed-why" value={draft.why} isDisabled={busy} autoComplete="off" maxLength={500} onChange={(_, value) => edit({ why: value })} />
          </FormGroup>
          <ActionGroup>
            <Button type="submit" variant={looked ? 'secondary' : 'primary'} className={own.long} isDisabled={!can} isLoading={plan.isPending}>
              Look: show which shards would be copied, change nothing
            </Button>
            <WhyNot why={mayNotLook} />
          </ActionGroup>
        </Form>
        <div className={own.answers}>
          {plan.error && <ProblemAlert problem={toProblem(plan.error)}>Nothing was changed.</ProblemAlert>}
          {looked && (
            <Alert isInline variant={fresh ? 'info' : 'warning'} component="h3" title={`${count(looked.plan.shards, 'shard')} would be copied to ${looked.plan.region} from their owners, while they are written`}>
              <p className={own.shards}>Shards {looked.plan.left}</p>
              <p>
                {fresh ? `${looked.plan.region} is new: there is nothing to throw away.` : `What ${looked.plan.region} has of them is thrown away first, and it cannot come to own them before they are whole.`} While it lasts, rows go through the
                owners’ logs and Kafka; do not count on {looked.plan.region} in a failover.
              </p>
              {!fresh && (
                <Form onSubmit={(event) => event.preventDefault()}>
                  <FormGroup label="The region’s name, to confirm" isRequired fieldId="seed-confirm">
                    <TextInput id="seed-confirm" isRequired value={typed} isDisabled={busy} autoComplete="off" autoCapitalize="none" spellCheck={false} onChange={(_, value) => setTyped(value)} />
                  </FormGroup>
                </Form>
              )}
              <Button variant={fresh ? 'primary' : 'danger'} className={own.long} isLoading={start.isPending} isDisabled={busy || obstacles.length > 0} onClick={() => begin(looked)}>
                {startLabel(looked.plan, fresh)}
              </Button>
              {obstacles.map((obstacle) => (
                <WhyNot key={obstacle} why={obstacle} />
              ))}
              <Command line={commandOf(looked.request, fresh)} />
            </Alert>
          )}
          {start.error && (
            <ProblemAlert problem={toProblem(start.error)}>
              {isUnknown(start.error) ? 'Whether it started is unknown: look at the seedings. Pressing the button again is safe, it cannot start a second one.' : 'Nothing was started.'}
            </ProblemAlert>
          )}
          {started && <Alert isInline isLiveRegion variant="success" component="h3" title={`${started.id} has started; how far it is stands above`} />}
        </div>
      </CardBody>
    </Card>
  );
}

function standing({ data, unfit = 0 }: Region): string {
  if (data === 'UNSEEDED') return ': new, it has no copies of all yet';
  return unfit > 0 ? `: ${count(unfit, 'copy', 'copies')} not whole` : '';
}
