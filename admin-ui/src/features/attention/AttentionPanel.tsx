import { Button, Card, CardBody, CardHeader, CardTitle, Label } from '@patternfly/react-core';
import { useState } from 'react';
import { useNewestDrill } from '../../api/drills';
import { useOpenOrphans } from '../../api/orphans';
import { useAcknowledge, useAdvice, useBrake, useEnvoys, useLag, useRegions, useRuns, useSeedings, useShards, useTopology, useWaitingApprovals } from '../../api/queries';
import { Act } from '../../live/Act';
import { useAnchor } from '../../live/anchor';
import { useNow } from '../../live/clock';
import { Command } from '../../live/Command';
import { count, duration, timeOfDay } from '../../live/format';
import { type Asked, freshnessOf } from '../../live/freshness';
import { NOTHING_SEEN, observePresent, type Seen, sinceInWords, type Watched } from '../../live/since';
import own from './attention.module.css';
import { type Item, worstFirst } from './items';
import { fromApprovals, fromBrake, fromDrills, fromEnvoys, fromLag, fromOrphans, fromRuns, fromSeedings, fromShards } from './others';
import { acknowledgeCommand, fromAdvice, fromRegions } from './regions';

/** More than people act on at once. */
const MOST_SHOWN = 12;

/** One answer of the API, and what in it somebody must act on. */
interface Source {
  name: string;
  asked: Asked;
  items: Item[];
}

/** What a person must act on, worst first, and how much that list can be believed. */
export function AttentionPanel() {
  const now = useNow();
  const sources = useSources(now);
  const since = useBeginnings(sources);
  const here = useAnchor('attention');
  const [all, setAll] = useState(false);
  const items = worstFirst<Shown>(sources.flatMap((source) => source.items.map((item) => ({ ...item, stale: freshnessOf(source.asked, now).kind !== 'fresh' }))));
  const shown = all ? items : items.slice(0, MOST_SHOWN);
  const unsure = sources.flatMap(({ name, asked }) => {
    const freshness = freshnessOf(asked, now);
    return freshness.kind === 'fresh' ? [] : [{ name, freshness }];
  });
  const asOf = Math.min(...sources.map(({ asked }) => asked.dataUpdatedAt));
  return (
    <Card component="section" aria-labelledby="attention" ref={here} tabIndex={-1}>
      <CardHeader actions={{ actions: <AsOf at={asOf} sure={unsure.length === 0} />, hasNoOffset: true }}>
        <CardTitle component="h2" id="attention">
          Needs attention
        </CardTitle>
      </CardHeader>
      <CardBody>
        <p role="status" className={own.sum}>
          {items.length > 0 ? sum(items) : unsure.length > 0 ? 'Nothing is known that needs a person; not all of it is known now.' : `Nothing needs a person, as of ${timeOfDay(asOf)}.`}
        </p>
        {shown.length > 0 && (
          <ul className={own.list} aria-label="What needs a person, worst first">
            {shown.map((item) => (
              <Row key={item.id} item={item} seen={since.get(item.id)} now={now} />
            ))}
          </ul>
        )}
        {items.length > shown.length && (
          <Button variant="link" isInline onClick={() => setAll(true)}>
            Show the other {count(items.length - shown.length, 'thing')}
          </Button>
        )}
        {unsure.length > 0 && (
          <ul className={own.unsure} aria-label="What is not known now">
            {unsure.map(({ name, freshness }) => (
              <li key={name}>
                <strong>{name}</strong>: {freshness.kind === 'stale' ? `as of ${timeOfDay(freshness.since)}, may have changed` : freshness.problem ? 'not known' : 'being asked for'}
                {freshness.problem && `; ${freshness.problem.detail ?? freshness.problem.title}`}
              </li>
            ))}
          </ul>
        )}
      </CardBody>
    </Card>
  );
}

type Shown = Item & { stale: boolean };

function sum(items: Shown[]): string {
  const urgent = items.filter(({ status }) => status === 'danger').length;
  const others = items.filter(({ status }) => status === 'warning').length;
  const going = items.length - urgent - others;
  const parts = [...(urgent > 0 ? [`${urgent} urgent`] : []), ...(others > 0 ? [`${others} to look at`] : []), ...(going > 0 ? [`${going} under way by itself`] : [])];
  return `${parts.join(', ')}.`;
}

function AsOf({ at, sure }: { at: number; sure: boolean }) {
  if (at === 0) return <Label variant="outline">Not all known yet</Label>;
  return sure ? <Label variant="outline">as of {timeOfDay(at)}</Label> : <Label status="warning">Partly stale: oldest of {timeOfDay(at)}</Label>;
}

const WORDS = { danger: 'urgent', warning: 'look at it', info: 'under way' } as const;

function Row({ item, seen, now }: { item: Shown; seen: Seen | undefined; now: number }) {
  const acknowledge = useAcknowledge();
  return (
    <li className={own.row} data-status={item.stale ? 'stale' : item.status}>
      <div className={own.head}>
        {item.stale ? (
          <Label variant="outline" isCompact>
            was: {WORDS[item.status]}
          </Label>
        ) : (
          <Label status={item.status} isCompact>
            {WORDS[item.status]}
          </Label>
        )}
        <strong className={own.title}>{item.title}</strong>
        <span className={own.age}>{ageOf(item, seen, now)}</span>
      </div>
      {item.facts.length > 0 && (
        <ul className={own.facts}>
          {item.facts.map((fact) => (
            <li key={fact}>{fact}</li>
          ))}
        </ul>
      )}
      <Command line={item.command}>
        <a href={item.href}>{item.link}</a>, or
      </Command>
      {item.kind === 'tripped' && (
        <Act
          opens="Acknowledge: it may start failovers by itself again"
          title="Let automatic failover go on?"
          consequences={['You say that you have looked at why it tripped.', 'Regions that look lost and whose policy is auto may be failed over by themselves at once.']}
          button="Acknowledge: automatic failover may go on"
          danger
          role="operator"
          reason="needed"
          command={acknowledgeCommand}
          stale={item.stale}
          act={acknowledge}
          done="Acknowledged."
        />
      )}
    </li>
  );
}

/** What the API tells the beginning of is told by that; else by what this page saw. */
function ageOf({ since }: Item, seen: Seen | undefined, now: number): string {
  if (since !== null) return `for ${duration(Math.max(0, now - since))}, since ${timeOfDay(since)}`;
  return seen ? `since ${sinceInWords(seen)}` : 'since when is unknown';
}

function useSources(now: number): Source[] {
  const advice = useAdvice();
  const regions = useRegions();
  const shards = useShards();
  const runs = useRuns();
  const brake = useBrake();
  const approvals = useWaitingApprovals();
  const seedings = useSeedings();
  const orphans = useOpenOrphans();
  const lag = useLag();
  const topology = useTopology();
  const envoys = useEnvoys();
  const drills = useNewestDrill();
  const advised = new Set(advice.data?.regions.map(({ region }) => region));
  const going = (seedings.data?.seedings ?? []).filter(({ endedAt }) => endedAt === null);
  const source = <T,>(name: string, asked: Asked & { data: T | undefined }, read: (data: T) => Item[]): Source => ({ name, asked, items: asked.data === undefined ? [] : read(asked.data) });
  return [
    source('Lost regions', advice, fromAdvice),
    source('Regions', regions, (data) => fromRegions(data, advised, going, lag.data, now)),
    source('Shards', shards, (data) => fromShards(data.shards, runs.data?.runs ?? [])),
    source('Runs', runs, (data) => fromRuns(data.runs, now)),
    source('Drills', drills, (data) => fromDrills(data.drills)),
    source('The brake', brake, fromBrake),
    source('Approvals', approvals, (data) => fromApprovals(data.approvals)),
    source('Seedings', seedings, (data) => fromSeedings(data.seedings)),
    source('Lost writes', orphans, fromOrphans),
    source('Lag', lag, (data) => fromLag(data, topology.data?.topology.limits?.lag, advised)),
    source('Envoys', envoys, fromEnvoys),
  ];
}

/** Since when each thing is there, as far as this page watched: answer by answer, for they come at different times. */
function useBeginnings(sources: Source[]): ReadonlyMap<string, Seen> {
  const [watched, setWatched] = useState<Record<string, Watched>>({});
  const news = sources.filter(({ name, asked }) => asked.dataUpdatedAt > (watched[name]?.at ?? 0));
  if (news.length > 0) {
    const seen = news.map(({ name, asked, items }) => [name, observePresent(watched[name] ?? NOTHING_SEEN, items.map(({ id }) => id), asked.dataUpdatedAt)] as const);
    setWatched({ ...watched, ...Object.fromEntries(seen) });
  }
  return new Map(Object.values(watched).flatMap(({ facts }) => [...facts]));
}
