import { Button, ExpandableSection, Label, List, ListItem, Stack, StackItem, Title } from '@patternfly/react-core';
import { useState } from 'react';
import { useDrillReport } from '../../api/drills';
import type { Clients, Report } from '../../api/drill-types';
import { Command } from '../../live/Command';
import { count, dayAndTime, duration } from '../../live/format';
import { settled } from '../../live/freshness';
import { Panel } from '../../live/Panel';
import { saveFile } from '../../live/saveFile';
import { quoted } from '../../live/shell';
import { Table } from '../../live/Table';
import { AnswersChart, LagChart, StageBar } from './Charts';
import { lagByLink, number, outcomeInWords, readReport, seconds } from './report';
import { Earlier, Runs } from './Tables';
import own from './report.module.css';

/** What a drill found, as its runner wrote it. */
export function ReportPanel({ drill }: { drill: string }) {
  const asked = useDrillReport(drill);
  return (
    <Panel title={`Report of ${drill}`} asked={settled(asked, asked.data !== undefined)} anchor={`${drill}-report`}>
      {(answer) => {
        const report = readReport(answer);
        return (
          <Stack hasGutter>
            {report === null ? (
              <StackItem>
                <p>It is of a format that this console does not know. The JSON has it whole.</p>
              </StackItem>
            ) : (
              <Parts report={report} drill={drill} />
            )}
            <StackItem>
              <Title headingLevel="h3">Take it along</Title>
              <Button variant="secondary" onClick={() => saveFile(`${drill}.json`, new Blob([JSON.stringify(answer, null, 2)], { type: 'application/json' }))}>
                Save the report as JSON
              </Button>
              <Command line={`./meridian drill report ${report === null ? '' : `${quoted(report.id)} `}--format html > ${drill}.html`}>As HTML that prints, or as Markdown (--format md), the machine of its runner has it:</Command>
            </StackItem>
          </Stack>
        );
      }}
    </Panel>
  );
}

function Parts({ report, drill }: { report: Report; drill: string }) {
  const { id, scenario, about, instance, startedAt, explanation } = report;
  const { status, text } = outcomeInWords(report);
  const lags = lagByLink(report.lag);
  return (
    <>
      <StackItem>
        <p>
          <Label status={status}>{text}</Label>
        </p>
        <p className={own.small}>
          {scenario} about {about}, instance {instance}, begun {dayAndTime(startedAt)}, took {seconds(report.seconds)}; {id} in the files of its runner.
        </p>
        <p className={own.explanation}>{explanation.trim()}</p>
      </StackItem>
      <StackItem>
        <Table scrolls="Targets, what was wanted and what was measured" label={`Targets of ${drill}`} caption="Targets" heads={['Target', 'Wanted', 'Measured', 'Met']}>
          {report.verdicts.map(({ target, wanted, measured, met }) => (
            <tr key={target}>
              <th scope="row" className={own.wide}>
                {target}
              </th>
              <td>{wanted}</td>
              <td>{measured ?? 'not measured'}</td>
              <td>
                <Label isCompact status={met ? 'success' : 'danger'}>
                  {met ? 'met' : 'NOT met'}
                </Label>
              </td>
            </tr>
          ))}
        </Table>
      </StackItem>
      <StackItem>
        <Title headingLevel="h3">What clients saw</Title>
        <AnswersChart report={report} />
        <ClientsView clients={report.clients} />
      </StackItem>
      <StackItem>
        <Table scrolls="Stages, in the order in which they began" label={`Stages of ${drill}`} caption="Stages: when they were, and who says so" heads={['Stage', 'When', 'From', 'Took', 'By', 'Note']}>
          {report.stages.map((stage, place) => (
            <tr key={place}>
              <th scope="row">{stage.name}</th>
              <td>
                <StageBar stage={stage} length={report.seconds} />
              </td>
              <td>{seconds(stage.fromSecond)}</td>
              <td>{seconds(stage.seconds)}</td>
              <td>{stage.by}</td>
              <td className={own.wide}>{stage.note}</td>
            </tr>
          ))}
        </Table>
      </StackItem>
      <StackItem>
        <Table scrolls="Timeline, from the drill's start" label={`Timeline of ${drill}`} caption="Timeline" heads={['After', 'What happened']}>
          {report.timeline.map(({ second, text: happened }, place) => (
            <tr key={place}>
              <th scope="row">{seconds(second)}</th>
              <td className={own.wide}>{happened}</td>
            </tr>
          ))}
        </Table>
      </StackItem>
      <StackItem>
        {lags.length === 0 ? (
          <p>How far copies were behind was not measured.</p>
        ) : (
          <Table scrolls="How far copies were behind, the worst first" label={`Lag in ${drill}`} caption="How far copies were behind; each curve is as high as its own most" heads={['Link', 'At most', 'Over the drill', 'Not known']}>
            {lags.map((link) => (
              <tr key={link.link}>
                <th scope="row">{link.link}</th>
                <td>{link.worst === null ? 'not measured' : duration(link.worst)}</td>
                <td>
                  <LagChart link={link} length={report.seconds} />
                </td>
                <td>{link.unknown === 0 ? '' : `${link.unknown} of ${link.points.length} looks`}</td>
              </tr>
            ))}
          </Table>
        )}
      </StackItem>
      <StackItem>
        <Runs report={report} drill={drill} />
      </StackItem>
      <StackItem>
        <Earlier report={report} drill={drill} />
      </StackItem>
      <StackItem>
        <Done report={report} />
      </StackItem>
    </>
  );
}

function ClientsView({ clients }: { clients: Clients }) {
  const { sampled, everySeconds, requests, failed, failures, atLostEdge, failedAtLostEdge, longestAnswerSeconds, acknowledged, judged, lost, doubled, orphans, examples, shardsWithOutage, longestOutageSeconds, worst } = clients;
  const kinds = failures.map(({ kind, count: of }) => `${of.toLocaleString('en')} ${kind}`).join(', ');
  return (
    <>
      <List>
        <ListItem>
          {count(sampled, 'sampled shard')}, each written to through every living edge once in {seconds(everySeconds)}: outages are known to that.
        </ListItem>
        <ListItem>
          {count(requests, 'request')}, {failed.toLocaleString('en')} failed{kinds === '' ? '' : `: ${kinds}`}.
        </ListItem>
        {atLostEdge > 0 && (
          <ListItem>
            At the lost region’s own edge besides: {count(atLostEdge, 'request')}, {failedAtLostEdge.toLocaleString('en')} failed.
          </ListItem>
        )}
        <ListItem>Longest answer that came: {seconds(longestAnswerSeconds)}.</ListItem>
        <ListItem>
          {count(acknowledged, 'acknowledged write')}: {judged ? `${number(lost)} lost silently, ${number(doubled)} doubled, ${number(orphans)} shown as orphans` : 'the stores could not be asked what became of them'}.
        </ListItem>
        {examples.map((example) => (
          <ListItem key={example}>{example}</ListItem>
        ))}
        <ListItem>
          {shardsWithOutage} of the sampled shards had an outage, the longest {seconds(longestOutageSeconds)}.
        </ListItem>
      </List>
      {worst.length > 0 && (
        <Table scrolls="The longest outages" label="The longest outages" heads={['Shard', 'Owner before', 'Through', 'From', 'Outage']}>
          {worst.map((outage) => (
            <tr key={`${outage.shard} ${outage.edge} ${outage.fromSecond}`}>
              <th scope="row">{outage.shard}</th>
              <td>{outage.owner}</td>
              <td>{outage.edge}</td>
              <td>{seconds(outage.fromSecond)}</td>
              <td>
                {seconds(outage.seconds)}
                {outage.over ? '' : ', not over'}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}

function Done({ report: { acts, document } }: { report: Report }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Title headingLevel="h3">What was done to the regions</Title>
      {acts.length === 0 ? (
        <p>Nothing.</p>
      ) : (
        <List component="ol">
          {acts.map((act, place) => (
            <ListItem key={place}>{act}</ListItem>
          ))}
        </List>
      )}
      <ExpandableSection toggleText={open ? 'Hide the scenario as it was written' : 'Show the scenario as it was written'} isExpanded={open} onToggle={(_, expanded) => setOpen(expanded)}>
        {open && (
          <pre className={own.written} tabIndex={0} role="region" aria-label="The scenario as it was written">
            {document}
          </pre>
        )}
      </ExpandableSection>
    </>
  );
}
