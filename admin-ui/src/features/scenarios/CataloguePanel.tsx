import { Button, EmptyState, EmptyStateBody, Label, Title } from '@patternfly/react-core';
import { useState } from 'react';
import { useDrills, useScenario, useScenarios } from '../../api/drills';
import type { Drill, Scenario } from '../../api/drill-types';
import { Command } from '../../live/Command';
import { day, dayAndTime } from '../../live/format';
import { Panel } from '../../live/Panel';
import { saveFile } from '../../live/saveFile';
import { Unknown } from '../../live/Status';
import { hrefOf } from '../../live/view';
import { ProblemAlert } from '../../problems/ProblemAlert';
import { toProblem } from '../../api/problem';
import { ExplainedView } from './ExplainedView';
import { runnerInWords } from './runner';
import own from './scenarios.module.css';

/** As many as a page shows of those that were. */
const LOOKED_AT = 50;

const ACTS: Partial<Record<string, string>> = { lose: 'a region is lost', evacuate: 'a living region is emptied', link: 'a link is in trouble' };

/** What may be drilled, each explained, and who could run it. */
export function CataloguePanel() {
  const drills = useDrills(LOOKED_AT).data?.drills;
  return (
    <Panel title="Scenarios" asked={useScenarios()} anchor="scenarios">
      {({ scenarios }) => (
        <>
          <p>
            <strong>Who runs them:</strong> {drills === undefined ? <Unknown /> : runnerInWords(drills)}
          </p>
          {scenarios.length === 0 ? (
            <EmptyState titleText="No scenario is registered yet" headingLevel="h3" variant="sm">
              <EmptyStateBody>
                A runner registers those that come with Meridian when it starts: <code>./meridian drill serve</code>. One of your own is registered below.
              </EmptyStateBody>
            </EmptyState>
          ) : (
            <div className={own.list}>
              {scenarios.map((scenario) => (
                <ScenarioView key={scenario.name} scenario={scenario} newest={drills?.find((drill) => drill.scenario === scenario.name)} />
              ))}
            </div>
          )}
          <Command line="./meridian drill list">Those that come with Meridian are on the command line, too:</Command>
        </>
      )}
    </Panel>
  );
}

function ScenarioView({ scenario, newest }: { scenario: Scenario; newest: Drill | undefined }) {
  const { name, act, about, anyRegion, explanation, version, by, registeredAt } = scenario;
  const [open, setOpen] = useState(false);
  return (
    <section aria-labelledby={`scenario-${name}`} className={own.scenario}>
      <Title headingLevel="h3" id={`scenario-${name}`}>
        {name} <Label isCompact>{ACTS[act] ?? act}</Label>
      </Title>
      <p className={own.explanation}>{explanation.trim()}</p>
      <p className={own.small}>
        It is written about {about}
        {anyRegion ? ', and may be asked for about any region' : ''}. Version {version}, registered {dayAndTime(registeredAt)} by {by}.{' '}
        {newest && (
          <>
            Its newest drill: <a href={hrefOf('drills', { at: newest.id })}>{newest.id}</a> about {newest.about}, {newest.state}, asked for {day(newest.askedAt)}.
          </>
        )}
      </p>
      <div>
        <Button variant="link" isInline className={own.long} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Hide' : 'Show'} what {name} does, its guards and targets
        </Button>
      </div>
      {open && <Written name={name} />}
      <div className={own.acts}>
        <a href={hrefOf('drills', { at: 'start', scenario: name })}>Start a drill of {name}</a>
        <a href={hrefOf('drills', { at: 'register', like: name })}>Write one like {name}</a>
      </div>
    </section>
  );
}

function Written({ name }: { name: string }) {
  const asked = useScenario(name);
  if (asked.data === undefined) return asked.error ? <ProblemAlert problem={toProblem(asked.error)} /> : <p>Asking for it.</p>;
  const { document } = asked.data;
  return (
    <>
      <ExplainedView document={document} />
      <pre className={own.written} tabIndex={0} role="region" aria-label={`How ${name} is written`}>
        {document}
      </pre>
      <Button variant="secondary" className={own.long} onClick={() => saveFile(`${name}.yaml`, new Blob([document], { type: 'application/yaml' }))}>
        Save {name}.yaml
      </Button>
    </>
  );
}
