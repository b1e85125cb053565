import { EmptyState, EmptyStateBody, Label, List, ListItem, Progress, Stack, StackItem, Title } from '@patternfly/react-core';
import { useState } from 'react';
import { useRegions, useSeedings, useSteerSeeding } from '../../api/queries';
import type { Region, Seeding, ShardSeeding } from '../../api/types';
import { Act } from '../../live/Act';
import { Command } from '../../live/Command';
import { count, duration, timeOfDay } from '../../live/format';
import { Panel } from '../../live/Panel';
import { because } from '../../live/shell';
import { Table } from '../../live/Table';
import { hasEnded, isNew, line, type Mark, mark, paceOf, stateOf, there } from './progress';
import own from './seedings.module.css';

/** More than people read; the command line has them all. */
const MOST_SHOWN = 50;

/** Copies that are made anew: which regions lack some, what goes on, and what ended. */
export function SeedingsPanel() {
  const asked = useSeedings();
  const regions = useRegions().data ?? [];
  const [marks, setMarks] = useState<{ at: number; of: ReadonlyMap<string, Mark> }>({ at: 0, of: new Map() });
  if (asked.data && asked.dataUpdatedAt > marks.at) setMarks({ at: asked.dataUpdatedAt, of: mark(marks.of, asked.data.seedings, asked.dataUpdatedAt) });
  return (
    <Panel title="Seedings" asked={asked} anchor="seedings">
      {({ seedings }, stale) => {
        const going = seedings.filter((seeding) => !hasEnded(seeding));
        const ended = seedings.filter(hasEnded);
        const lacking = regions.filter((region) => isNew(region) || (region.unfit ?? 0) > 0);
        return (
          <Stack hasGutter>
            {lacking.length > 0 && (
              <StackItem>
                <List isPlain>
                  {lacking.map((region) => (
                    <Lacking key={region.name} region={region} going={going} stale={stale} />
                  ))}
                </List>
              </StackItem>
            )}
            {going.map((seeding) => (
              <StackItem key={seeding.id}>
                <Going seeding={seeding} first={marks.of.get(seeding.id)} at={asked.dataUpdatedAt} stale={stale} />
              </StackItem>
            ))}
            {ended.length > 0 && (
              <StackItem>
                <Ended seedings={ended} stale={stale} />
              </StackItem>
            )}
            {seedings.length === 0 && lacking.length === 0 && (
              <StackItem>
                {stale ? (
                  <p>No copy was made anew when it was last known.</p>
                ) : (
                  <EmptyState titleText="No copy is made anew, nor was any" headingLevel="h3" variant="sm">
                    <EmptyStateBody>Every region may own every shard, as far as its copies go.</EmptyStateBody>
                  </EmptyState>
                )}
              </StackItem>
            )}
          </Stack>
        );
      }}
    </Panel>
  );
}

function Lacking({ region, going, stale }: { region: Region; going: Seeding[]; stale: boolean }) {
  const seeding = going.find((each) => each.region === region.name);
  const unfit = region.unfit ?? 0;
  const says = isNew(region) ? `${region.name} is new: it owns nothing before it has copies of all shards.` : `${count(unfit, 'copy', 'copies')} in ${region.name} ${unfit === 1 ? 'is' : 'are'} not whole: it may not own ${unfit === 1 ? 'it' : 'them'}.`;
  const word = isNew(region) ? 'unseeded' : 'not whole';
  return (
    <ListItem>
      {stale ? (
        <Label variant="outline" isCompact>
          was: {word}
        </Label>
      ) : (
        <Label status={seeding ? 'info' : 'warning'} isCompact>
          {word}
        </Label>
      )}{' '}
      {says} {seeding ? `${seeding.id} makes them.` : 'Nothing makes them yet: see “Copy shards anew” below.'}
    </ListItem>
  );
}

function Going({ seeding, first, at, stale }: { seeding: Seeding; first: Mark | undefined; at: number; stale: boolean }) {
  const { id, region, state } = seeding;
  const pace = stale || state !== 'RUNNING' ? null : paceOf(seeding, first, at);
  return (
    <section aria-labelledby={`seeding-${id}`} className={own.going}>
      <Title headingLevel="h3" id={`seeding-${id}`}>
        {id} to {region}{' '}
        {stale ? <Label variant="outline">was: {state}</Label> : <Label status={stateOf(seeding)}>{state}</Label>}
      </Title>
      <Progress value={seeding.shards === 0 ? 0 : Math.floor((there(seeding) / seeding.shards) * 100)} title="Shards copied" aria-label={`Shards of ${id} that are copied`} size="sm" />
      <p role="status">
        {line(seeding)}
        {pace && `; ${Math.round(pace.rowsPerSecond).toLocaleString('en')} rows/s seen by this page`}
        {pace && pace.leftMillis !== null && `, about ${duration(pace.leftMillis)} left until all are copied`}
      </p>
      <p className={own.small}>
        Started {timeOfDay(seeding.startedAt)} by {seeding.by}
        {seeding.why !== null && `: ${seeding.why}`}
      </p>
      {seeding.problem !== null && <p>{seeding.problem}</p>}
      <UnderWay seeding={seeding} />
      <Steering seeding={seeding} stale={stale} />
    </section>
  );
}

function Steering({ seeding, stale }: { seeding: Seeding; stale: boolean }) {
  const { id, region, state } = seeding;
  const pause = useSteerSeeding(id, 'pause');
  const resume = useSteerSeeding(id, 'resume');
  const cancel = useSteerSeeding(id, 'cancel');
  return (
    <div className={own.acts}>
      {state === 'PAUSED' ? (
        <Act opens={`Resume ${id}`} title={`Let ${id} go on?`} consequences={['It begins its further shards.']} button={`Resume ${id}: go on copying to ${region}`} role="operator" reason="optional" command={(reason) => `./meridian seedings resume ${id}${because(reason)}`} stale={stale} act={resume} done="It was told to go on." />
      ) : (
        <Act opens={`Pause ${id}`} title={`Pause ${id}?`} consequences={['It begins no further shard; those under way go on to their end.', 'Resume lets it go on.']} button={`Pause ${id}: begin no further shard`} role="operator" reason="optional" command={(reason) => `./meridian seedings pause ${id}${because(reason)}`} stale={stale} act={pause} done="It was told to pause." />
      )}
      <Act
        opens={`Cancel ${id}`}
        title={`Cancel ${id}?`}
        consequences={[`It ends where it is: ${count(seeding.shards - seeding.counts.whole, 'shard')} ${seeding.shards - seeding.counts.whole === 1 ? 'is' : 'are'} not whole yet.`, `Copies that were begun stay unfit: ${region} may not own them before a retry or another seeding has made them whole.`]}
        button={`Cancel ${id}: leave the copies as they are`}
        danger
        role="operator"
        reason="optional"
        command={(reason) => `./meridian seedings cancel ${id}${because(reason)}`}
        stale={stale}
        act={cancel}
        done="It was told to end."
      />
    </div>
  );
}

function UnderWay({ seeding: { id, underWay } }: { seeding: Seeding }) {
  if (underWay.length === 0) return null;
  const shown = [...underWay].sort(troubledFirst).slice(0, MOST_SHOWN);
  return (
    <>
      <Table scrolls={`Shards of ${id} under way`} label={`Shards of ${id} under way`} heads={['Shard', 'Owner', 'Attempt', 'State', 'Told', 'Taken', 'Of about', 'Problem']}>
        {shown.map((shard) => (
          <tr key={shard.shard}>
            <th scope="row">{shard.shard}</th>
            <td>{shard.owner}</td>
            <td>{shard.attempt}</td>
            <td>{shard.state}</td>
            <td>{shard.told.toLocaleString('en')}</td>
            <td>{shard.taken.toLocaleString('en')}</td>
            <td>{shard.expected === null ? 'unknown' : shard.expected.toLocaleString('en')}</td>
            <td>{shard.problem}</td>
          </tr>
        ))}
      </Table>
      {underWay.length > shown.length && (
        <p>
          {shown.length} of {count(underWay.length, 'shard')} are shown, those in trouble first; <code>./meridian seedings show {id}</code> has all.
        </p>
      )}
    </>
  );
}

const troubledFirst = (a: ShardSeeding, b: ShardSeeding) => Number(b.state === 'FAILED') - Number(a.state === 'FAILED') || Number(b.problem !== null) - Number(a.problem !== null) || a.shard - b.shard;

function Ended({ seedings, stale }: { seedings: Seeding[]; stale: boolean }) {
  return (
    <>
      <Table scrolls="Seedings that ended, newest first" label="Seedings that ended" heads={['Seeding', 'Region', 'State', 'Shards', 'Whole', 'Rows', 'By', 'Ended', 'Problem']}>
        {seedings.map((seeding) => (
          <tr key={seeding.id}>
            <th scope="row">{seeding.id}</th>
            <td>{seeding.region}</td>
            <td>
              <Label isCompact status={stateOf(seeding)}>
                {seeding.state}
              </Label>
            </td>
            <td>{seeding.shards}</td>
            <td>{seeding.counts.whole}</td>
            <td>{seeding.rows.toLocaleString('en')}</td>
            <td>{seeding.by}</td>
            <td>{seeding.endedAt === null ? 'unknown' : timeOfDay(seeding.endedAt)}</td>
            <td>{seeding.problem}</td>
          </tr>
        ))}
      </Table>
      {seedings.filter(canRetry).slice(0, 1).map((seeding) => (
        <Retry key={seeding.id} seeding={seeding} stale={stale} />
      ))}
      <Command line="./meridian seedings">The newest twenty that ended are kept:</Command>
    </>
  );
}

const canRetry = ({ state, left }: Seeding) => (state === 'FAILED' || state === 'CANCELLED') && left !== '';

function Retry({ seeding: { id, region, left }, stale }: { seeding: Seeding; stale: boolean }) {
  const retry = useSteerSeeding(id, 'retry');
  return (
    <Act opens={`Retry ${id}`} title={`Do what ${id} left?`} consequences={[`${region} gets what is not whole of it anew from the owners: shards ${left}.`, 'What it has of them is thrown away first.']} button={`Retry ${id}: copy what it left to ${region}`} role="operator" reason="optional" command={(reason) => `./meridian seedings retry ${id}${because(reason)}`} stale={stale} act={retry} done="It goes on as a seeding above." />
  );
}
