import { ActionGroup, Alert, Button, Card, CardBody, CardTitle, Form, FormGroup, FormHelperText, FormSelect, FormSelectOption, HelperText, HelperTextItem } from '@patternfly/react-core';
import { useState } from 'react';
import { useNewestDrill, usePlanDrill, useScenario, useScenarios, useStartDrill } from '../../api/drills';
import type { Drill, DrillRequest, Scenario } from '../../api/drill-types';
import { toProblem } from '../../api/problem';
import { useRegions } from '../../api/queries';
import { Act } from '../../live/Act';
import { useAnchor } from '../../live/anchor';
import { useNow } from '../../live/clock';
import { isOver, typedOf } from '../../live/drilling';
import { freshnessOf, worst } from '../../live/freshness';
import { useWhyNot, WhyNot } from '../../live/may';
import { hrefOf, useParams } from '../../live/view';
import { ProblemAlert } from '../../problems/ProblemAlert';
import { ExplainedView } from './ExplainedView';
import { commandOf, consequencesOf, requestOf, startLabel, whyNotStart } from './start';
import own from './scenarios.module.css';

const EMPTY = { scenario: '', region: '' };
type Draft = typeof EMPTY;

interface Looked {
  scenario: Scenario;
  request: DrillRequest;
  /** As it would be. */
  drill: Drill;
  at: number;
}

/** Of a link that fills the form in: the newest one that led here. What was chosen stays until the next one. */
export function StartForm() {
  const params = useParams();
  const named = { scenario: params.get('scenario') ?? '', region: params.get('region') ?? '' };
  const [wish, setWish] = useState(EMPTY);
  const differs = named.region !== wish.region || named.scenario !== wish.scenario;
  if (params.get('at') === 'start' && named.scenario !== '' && differs) setWish(named);
  return <FilledForm key={JSON.stringify(wish)} wish={wish} />;
}

/** First whether it may begin and what it would do; only then the button that asks for it. Editing drops the look. */
function FilledForm({ wish }: { wish: Draft }) {
  const here = useAnchor('start');
  const asked = useScenarios();
  const regions = useRegions();
  const newest = useNewestDrill();
  const [draft, setDraft] = useState(wish);
  const [looked, setLooked] = useState<Looked | null>(null);
  const [started, setStarted] = useState<Drill | null>(null);
  const plan = usePlanDrill();
  const mayNot = useWhyNot('planner');
  const now = useNow();
  const stale = worst([asked, regions, newest].map((each) => freshnessOf(each, now))).kind !== 'fresh';
  const scenarios = asked.data?.scenarios ?? [];
  const chosen = scenarios.find(({ name }) => name === draft.scenario);
  const region = draft.region || (chosen?.regions[0] ?? '');
  const names = regions.data?.map(({ name }) => name) ?? [];
  const gone = chosen?.anyRegion === true && regions.data !== undefined && !names.includes(region);
  const why = mayNot ?? (chosen === undefined ? 'Choose a scenario.' : gone ? `There is no region ${region}: choose another one.` : null);
  const edit = (change: Partial<Draft>) => {
    setLooked(null);
    setStarted(null);
    plan.reset();
    setDraft({ ...draft, ...change });
  };
  const look = (scenario: Scenario) => {
    const request = requestOf(scenario, region);
    setStarted(null);
    setLooked(null);
    plan.mutate(request, { onSuccess: (drill) => setLooked({ scenario, request, drill, at: Date.now() }) });
  };
  return (
    <Card component="section" aria-labelledby="start-drill" ref={here} tabIndex={-1}>
      <CardTitle component="h2" id="start-drill">
        Start a drill
      </CardTitle>
      <CardBody>
        <p>A drill breaks or empties something on purpose, on the path of a real switch, measures what clients see, undoes everything, and leaves a report.</p>
        <Form
          className={own.form}
          onSubmit={(event) => {
            event.preventDefault();
            if (why === null && chosen && !plan.isPending) look(chosen);
          }}
        >
          <FormGroup label="Scenario" fieldId="start-scenario">
            <FormSelect id="start-scenario" value={draft.scenario} isDisabled={plan.isPending} onChange={(_, value) => edit({ scenario: value, region: '' })}>
              <FormSelectOption value="" label="Choose a scenario" isPlaceholder />
              {scenarios.map(({ name }) => (
                <FormSelectOption key={name} value={name} label={name} />
              ))}
            </FormSelect>
          </FormGroup>
          {chosen && !chosen.anyRegion && <p>It is about {chosen.about}, and about nothing else: for another link, register another scenario.</p>}
          {chosen?.anyRegion && (
            <FormGroup label="About region" fieldId="start-region">
              <FormSelect id="start-region" value={region} isDisabled={plan.isPending} onChange={(_, value) => edit({ region: value })}>
                {gone && <FormSelectOption value={region} label={`${region}: there is none such now`} />}
                {names.map((name) => (
                  <FormSelectOption key={name} value={name} label={name} />
                ))}
              </FormSelect>
              <FormHelperText>
                <HelperText>
                  <HelperTextItem>It is written about {chosen.about}.</HelperTextItem>
                </HelperText>
              </FormHelperText>
            </FormGroup>
          )}
          <ActionGroup>
            <Button type="submit" variant={looked ? 'secondary' : 'primary'} className={own.long} isDisabled={why !== null || plan.isPending} isLoading={plan.isPending} aria-describedby={why === null ? undefined : 'start-why'}>
              Look: show what it does and whether it may begin, change nothing
            </Button>
            <WhyNot why={why} id="start-why" />
          </ActionGroup>
        </Form>
        <div className={own.form}>
          {plan.error && <ProblemAlert problem={toProblem(plan.error)}>No drill was asked for.</ProblemAlert>}
          {looked && (
            <Start
              key={looked.at}
              looked={looked}
              stale={stale}
              going={newest.data?.drills.find((drill) => !isOver(drill))?.id ?? null}
              onStarted={(drill) => {
                setStarted(drill);
                setLooked(null);
              }}
            />
          )}
          {started && (
            <Alert isInline isLiveRegion variant="success" component="h3" title={`${started.id} is asked for; how far it is stands above`}>
              <a href={hrefOf('drills', { at: started.id })}>Watch {started.id}</a>
            </Alert>
          )}
        </div>
      </CardBody>
    </Card>
  );
}

function Start({ looked: { scenario, request, drill, at }, stale, going, onStarted }: { looked: Looked; stale: boolean; going: string | null; onStarted: (drill: Drill) => void }) {
  const written = useScenario(scenario.name);
  const start = useStartDrill(request, onStarted);
  const now = useNow();
  const blocked = whyNotStart({ lookedAt: at, now, stale, going });
  return (
    <Alert isInline variant={scenario.act === 'link' ? 'info' : 'warning'} component="h3" title={`A drill of ${scenario.name} about ${drill.about} may be asked for now`}>
      {written.data ? (
        written.data.scenario.sha256 === drill.sha256 ? (
          <ExplainedView document={written.data.document} region={request.region} />
        ) : (
          <p>The scenario was changed since you looked: look again.</p>
        )
      ) : (
        <p>{written.error ? 'What it does in detail is not known: its text could not be fetched.' : 'Asking for how it is written.'}</p>
      )}
      <Act
        opens={`Start ${scenario.name} about ${drill.about}`}
        title={`Start a drill of ${scenario.name} about ${drill.about}?`}
        consequences={consequencesOf(scenario, drill.about)}
        button={startLabel(scenario, drill.about)}
        danger={scenario.act !== 'link'}
        role="operator"
        blocked={blocked}
        reason="optional"
        typed={typedOf(scenario, drill.about)}
        command={() => commandOf(request)}
        stale={stale}
        act={start}
        done=""
      />
      <p className={own.small}>The command runs on the machine of the regions and needs no runner; of a scenario of your own, its file stands in the place of its name.</p>
    </Alert>
  );
}
