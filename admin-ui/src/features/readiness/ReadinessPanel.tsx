import { EmptyState, EmptyStateBody } from '@patternfly/react-core';
import { useReadiness } from '../../api/drills';
import type { Readiness, RegionReadiness, ScenarioReadiness } from '../../api/drill-types';
import { Command } from '../../live/Command';
import { count, day, dayAndTime } from '../../live/format';
import { Panel } from '../../live/Panel';
import { Status } from '../../live/Status';
import { Table } from '../../live/Table';
import { hrefOf } from '../../live/view';
import { ageInWords, decayOf, madeOf, neverDrilled, scenariosOf, statusOf } from './decay';
import own from './readiness.module.css';

/** How well drills have shown that each region bears what scenarios do to it: all in one look. */
export function ReadinessPanel() {
  return (
    <Panel title="Readiness" asked={useReadiness()} anchor="readiness" dated>
      {(readiness, stale) =>
        readiness.regions.length === 0 ? (
          <EmptyState titleText="No regions yet" headingLevel="h3" variant="sm">
            <EmptyStateBody>No topology has been applied.</EmptyStateBody>
          </EmptyState>
        ) : (
          <Scores readiness={readiness} stale={stale} />
        )
      }
    </Panel>
  );
}

function Scores({ readiness, stale }: { readiness: Readiness; stale: boolean }) {
  const { regions, wholeDays, goneDays, asOf } = readiness;
  const scenarios = scenariosOf(regions);
  const never = neverDrilled(regions);
  return (
    <>
      <Table scrolls="Readiness, 0 to 100, by region and scenario" label="Readiness by region" heads={['Region', 'All together', ...scenarios]}>
        {regions.map((region) => (
          <tr key={region.region}>
            <th scope="row">
              <a href={hrefOf('readiness', { at: region.region })}>{region.region}</a>
            </th>
            <td>
              <Score score={region.score} stale={stale} />
            </td>
            {scenarios.map((name) => {
              const cell = region.scenarios.find(({ scenario }) => scenario === name);
              return <td key={name}>{cell ? cell.drill === null ? 'never drilled' : <Score score={cell.score} stale={stale} /> : 'not about it'}</td>;
            })}
          </tr>
        ))}
      </Table>
      {scenarios.length === 0 && (
        <p>
          No scenario is registered, so nothing can be shown: a runner registers those that come with Meridian. <a href={hrefOf('drills', { at: 'scenarios' })}>Drills: scenarios</a>
        </p>
      )}
      {never.length > 0 && (
        <p role="status">
          {stale ? 'When it was last known, ' : ''}
          {count(never.length, 'pair')} of region and scenario {never.length === 1 ? 'was' : 'were'} never drilled: nobody knows what happens then.
        </p>
      )}
      <p className={own.note}>
        Of each scenario the newest drill about the region decides. A pass counts 100 for {wholeDays} days, then evenly less until it is nothing at {goneDays} days; what was missed, failed or aborted counts 0, whatever passed before it, and what was skipped was no drill. A
        region’s score is the mean of its scenarios. Reckoned by the control plane at {dayAndTime(asOf)}.
      </p>
      <Command line="./meridian drill readiness" />
    </>
  );
}

/** Of each region: what its score is made of. */
export function RegionPanels() {
  const asked = useReadiness();
  return <>{asked.data?.regions.map((region) => <RegionPanel key={region.region} name={region.region} asked={asked} />)}</>;
}

function RegionPanel({ name, asked }: { name: string; asked: ReturnType<typeof useReadiness> }) {
  return (
    <Panel title={`Readiness of ${name}`} asked={asked} anchor={name}>
      {(readiness, stale) => {
        const region = readiness.regions.find((each) => each.region === name);
        return region ? <Region region={region} readiness={readiness} stale={stale} /> : <p>There is no region {name} any more.</p>;
      }}
    </Panel>
  );
}

function Region({ region, readiness, stale }: { region: RegionReadiness; readiness: Readiness; stale: boolean }) {
  if (region.scenarios.length === 0) return <p>No scenario is registered that is about it.</p>;
  return (
    <>
      <p>
        <Score score={region.score} stale={stale} /> {madeOf(region)}
      </p>
      <Table scrolls={`What the readiness of ${region.region} is made of`} label={`Scenarios of ${region.region}`} heads={['Scenario', 'Score', 'Decided by', 'Age', 'Wears off', 'Why', 'Drill it']}>
        {region.scenarios.map((scenario) => (
          <Row key={scenario.scenario} scenario={scenario} region={region.region} readiness={readiness} stale={stale} />
        ))}
      </Table>
    </>
  );
}

function Row({ scenario: cell, region, readiness, stale }: { scenario: ScenarioReadiness; region: string; readiness: Readiness; stale: boolean }) {
  const { scenario, score, drill, state, endedAt, why } = cell;
  const decay = decayOf(cell, readiness);
  return (
    <tr>
      <th scope="row">{scenario}</th>
      <td>
        <Score score={score} stale={stale} />
      </td>
      <td>
        {drill === null ? (
          'never drilled'
        ) : (
          <>
            <a href={hrefOf('drills', { at: drill })}>{drill}</a> {state}
          </>
        )}
      </td>
      <td>{decay.kind === 'wears' ? ageInWords(decay.ageDays) : endedAt === null ? '' : day(endedAt)}</td>
      <td>{decay.kind === 'wears' ? wearsInWords(decay) : decay.kind === 'nothing' ? 'it shows nothing' : ''}</td>
      <td className={own.wide}>{why}</td>
      <td>
        <a href={hrefOf('drills', { at: 'start', scenario, region })}>
          Start {scenario}, for {region}
        </a>
      </td>
    </tr>
  );
}

function wearsInWords({ stage, wholeUntil, goneAt }: Extract<ReturnType<typeof decayOf>, { kind: 'wears' }>): string {
  switch (stage) {
    case 'whole':
      return `whole until ${day(wholeUntil)}, nothing from ${day(goneAt)}`;
    case 'wearing':
      return `since ${day(wholeUntil)}, nothing from ${day(goneAt)}`;
    case 'gone':
      return `nothing since ${day(goneAt)}`;
  }
}

function Score({ score, stale }: { score: number | null; stale: boolean }) {
  return (
    <Status status={statusOf(score)} stale={stale}>
      {score} of 100
    </Status>
  );
}
