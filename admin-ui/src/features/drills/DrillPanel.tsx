import { Alert, Stack, StackItem, Title } from '@patternfly/react-core';
import { useAbortDrill, useDrill } from '../../api/drills';
import type { Drill } from '../../api/drill-types';
import { Act } from '../../live/Act';
import { Command } from '../../live/Command';
import { isLost, isOver } from '../../live/drilling';
import { dayAndTime, timeOfDay } from '../../live/format';
import { settled } from '../../live/freshness';
import { Panel } from '../../live/Panel';
import { Status } from '../../live/Status';
import { hrefOf } from '../../live/view';
import own from './drills.module.css';
import { endingOf, figuresInWords, standingOf, withRuns } from './standing';

/** One drill: how far it is, or what came of it. */
export function DrillPanel({ id }: { id: string }) {
  const asked = useDrill(id);
  const over = asked.data !== undefined && isOver(asked.data);
  return (
    <Panel title={`Drill ${id}`} asked={settled(asked, over)} anchor={id} dated={!over}>
      {(drill, stale) => <Facts drill={drill} stale={stale} />}
    </Panel>
  );
}

function Facts({ drill, stale }: { drill: Drill; stale: boolean }) {
  const { scenario, version, about, by, why, askedAt, begunAt, endedAt, reason, figures } = drill;
  const { status, word, sentence } = standingOf(drill);
  return (
    <Stack hasGutter>
      <StackItem>
        <p className={own.state}>
          <Status status={status} stale={stale}>
            {word}
          </Status>
          <strong>
            {scenario} about {about}
          </strong>
        </p>
        <p role="status">{sentence}</p>
        {reason !== null && (
          <p>
            Why it did not end by itself: <WithRuns text={reason} />
          </p>
        )}
        <p className={own.small}>
          {version === null ? 'Its text is none that was registered' : `Version ${version} of the scenario`}. Asked for {dayAndTime(askedAt)} by {by}
          {why === null ? '' : `: ${why}`}. {begunAt === null ? 'It was not begun' : `Begun ${dayAndTime(begunAt)}`}
          {endedAt === null ? '' : `, over ${dayAndTime(endedAt)}`}. <RunnerWords drill={drill} />
        </p>
      </StackItem>
      {isLost(drill) && (
        <StackItem>
          <Alert isInline variant="danger" component="h3" title="Its runner is lost: what it broke may be broken still">
            <p>{drill.problem}</p>
            <Command line="./meridian drill undo">Where it ran, this takes back what it did and says so here:</Command>
          </Alert>
        </StackItem>
      )}
      <StackItem>
        <Title headingLevel="h3">What it has measured</Title>
        {figures === null ? <p>It tells what clients saw when it is over; until then only what it does.</p> : <FiguresView figures={figuresInWords(figures)} />}
      </StackItem>
      <StackItem>
        <Timeline drill={drill} />
      </StackItem>
      {drill.runs.length > 0 && (
        <StackItem>
          <p>
            Runs of the control plane that it started, with their certificates:{' '}
            {drill.runs.map((run, place) => (
              <span key={run}>
                {place > 0 && ', '}
                <a href={hrefOf('overview', { at: run })}>{run}</a>
              </span>
            ))}
          </p>
        </StackItem>
      )}
      {isOver(drill) && !drill.report && (
        <StackItem>
          <Command line="./meridian drill report --list">It has no report here: it left none, or newer ones have taken its place. The machine of its runner may have it:</Command>
        </StackItem>
      )}
      <StackItem>
        <End drill={drill} stale={stale} />
      </StackItem>
    </Stack>
  );
}

function RunnerWords({ drill: { runner, endedAt } }: { drill: Drill }) {
  if (runner === null) return <>No runner claimed it{endedAt === null ? ' yet' : ''}.</>;
  return (
    <>
      Its runner: {runner.name}, heard last {dayAndTime(runner.heardAt)}.
    </>
  );
}

function FiguresView({ figures }: { figures: [string, string][] }) {
  return (
    <dl className={own.figures}>
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What its runner told, the newest first while it goes on, so that what it does now stands on top. */
function Timeline({ drill }: { drill: Drill }) {
  const { lines, told } = drill;
  const over = isOver(drill);
  if (told === 0) return <p>Its runner has told nothing{over ? '.' : ' yet.'}</p>;
  const shown = over ? lines : [...lines].reverse();
  return (
    <>
      <Title headingLevel="h3">{over ? 'What its runner told' : 'What its runner tells, the newest first'}</Title>
      {lines.length === 0 && <p>Its lines are not kept any more.</p>}
      <div className={own.scroll} tabIndex={0} role="region" aria-label="What its runner told">
        <ol className={own.timeline}>
          {shown.map(({ at, text }, place) => (
            <li key={over ? place : told - place}>
              <time dateTime={at}>{timeOfDay(at)}</time>
              <span>
                <WithRuns text={text} />
              </span>
            </li>
          ))}
        </ol>
      </div>
      <p className={own.small}>
        By the runner’s clock.{lines.length > 0 && lines.length < told ? ` The newest ${lines.length} of ${told} lines are kept.` : ''}
      </p>
    </>
  );
}

function WithRuns({ text }: { text: string }) {
  return <>{withRuns(text).map((piece, place) => (piece.run ? <a key={place} href={hrefOf('overview', { at: piece.text })}>{piece.text}</a> : piece.text))}</>;
}

function End({ drill, stale }: { drill: Drill; stale: boolean }) {
  const abort = useAbortDrill(drill.id);
  const ending = endingOf(drill);
  if (ending === null) return null;
  const { opens, title, consequences, button, givesUp, command } = ending;
  return (
    <Act
      key={opens}
      opens={opens}
      title={title}
      consequences={consequences}
      button={button}
      danger={givesUp}
      role="operator"
      reason={givesUp ? 'needed' : 'optional'}
      {...(givesUp ? { typed: drill.id } : {})}
      command={(reason) => (command.startsWith('curl') && reason !== '' ? command.replace('curl', `curl -H 'Meridian-Reason: ${encodeURIComponent(reason)}'`) : command)}
      stale={stale}
      act={abort}
      done="It was told to end."
    />
  );
}
