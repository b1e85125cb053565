import { Card, CardBody, CardTitle, DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import type { Agent, Region, Router } from '../../api/types';
import { count } from '../../live/format';
import { dataFact, grantFact, returnSteps } from '../../live/standing';
import { Status, Unknown } from '../../live/Status';
import { writeShards } from '../../shards/shardSet';
import type { ZoneMark } from '../../shards/zones';
import { ZoneCode } from '../../shards/ZoneCode';
import css from './RegionCard.module.css';
import { envoyView, lagView, leaseView, slotWarning, voterView } from './regionFacts';

interface Props {
  region: Region;
  marks: Map<string, ZoneMark>;
  stale: boolean;
}

export function RegionCard({ region, marks, stale }: Props) {
  const voter = voterView(region.voter);
  return (
    <Card component="article" aria-label={`Region ${region.name}`} isCompact>
      <CardTitle component="h3">
        {region.name} {region.city && <span className={css.city}>{region.city}</span>}
      </CardTitle>
      <CardBody>
        <DescriptionList isHorizontal isCompact horizontalTermWidthModifier={{ default: '8.5ch' }}>
          <Fact name="Voter">
            <Status status={voter?.status ?? null} stale={stale}>{voter?.text}</Status>
          </Fact>
          <Standing region={region} stale={stale} />
          {region.agent === null && region.agents?.length ? (
            region.agents.map((agent) => <AgentFacts key={agent.group} agent={agent} group={agent.group} stale={stale} />)
          ) : (
            <AgentFacts agent={region.agent} stale={stale} />
          )}
          <RouterFacts router={region.router} stale={stale} />
          <Fact name="Zones">
            <ul className={css.list}>
              {region.zones.map((zone) =>
                zone.kind === 'G' || zone.kind === 'C' ? (
                  <li key={zone.name}>
                    {zone.name}: {zone.kind} zone
                  </li>
                ) : (
                  <li key={zone.name}>
                    <ZoneCode mark={marks.get(zone.name)} /> {zone.name}: {zone.shards === null ? <Unknown /> : count(zone.shards, 'shard')}
                  </li>
                ),
              )}
            </ul>
          </Fact>
        </DescriptionList>
      </CardBody>
    </Card>
  );
}

/** What the control plane lets it do; a node of before regions could be lost does not say. */
function Standing({ region: { lease, data, returning }, stale }: { region: Region; stale: boolean }) {
  if (lease === undefined && data === undefined) return null;
  const grant = grantFact(lease);
  const known = dataFact(data);
  return (
    <Fact name="Standing">
      <ul className={css.list}>
        {lease?.state !== 'ACTIVE' && (
          <li>
            Lease: <Status status={grant?.status ?? null} stale={stale}>{grant?.text}</Status>
          </li>
        )}
        <li>
          <Status status={known?.status ?? null} stale={stale}>{known?.text}</Status>
        </li>
        {returning && returnSteps(returning).map((step) => <li key={step}>{step}</li>)}
      </ul>
      {returning?.problem && <p className={css.problem}>{returning.problem}</p>}
    </Fact>
  );
}

/** With several store groups each has an agent, a lease and a lag of its own, so each fact names the group. */
function AgentFacts({ agent, group, stale }: { agent: Agent | null; group?: string; stale: boolean }) {
  const of = (fact: string) => (group ? `${fact} ${group}` : fact);
  const lease = leaseView(agent?.leaseRemainingMillis ?? null);
  const lags = Object.entries(agent?.lagMillis ?? {});
  const stopped = agent?.stopped ?? [];
  const slot = slotWarning(agent?.slot);
  const waiting = agent?.parkedShards ?? 0;
  return (
    <>
      <Fact name={of('Agent')}>
        <Connected connected={agent?.connected ?? null} stale={stale} />
        {agent?.problem && <p className={css.problem}>{agent.problem}</p>}
        {slot && <p className={css.problem}>{slot}</p>}
        {waiting > 0 && <p className={css.problem}>{count(waiting, 'shard waits', 'shards wait')} in its store: the page Replication lists {waiting === 1 ? 'it' : 'them'}.</p>}
        {stopped.length > 0 && (
          <p className={css.problem}>
            <strong>{count(stopped.length, 'shard')} stopped</strong> ({writeShards(stopped.map((each) => each.shard))}): a record outside the lineage came,
            nothing more is applied to {stopped.length === 1 ? 'it' : 'them'} here. {stopped[0]?.reason}
          </p>
        )}
      </Fact>
      <Fact name={of('Lease')}>
        <Status status={lease?.status ?? null} stale={stale}>{lease?.text}</Status>
      </Fact>
      <Fact name={of('Lag')}>
        {lags.length === 0 ? (
          <Unknown />
        ) : (
          <ul className={css.list}>
            {lags.map(([source, millis]) => {
              const lag = lagView(millis);
              return (
                <li key={source}>
                  from {source}: <Status status={lag?.status ?? null} stale={stale}>{lag?.text}</Status>
                </li>
              );
            })}
          </ul>
        )}
      </Fact>
    </>
  );
}

function RouterFacts({ router, stale }: { router: Router | null; stale: boolean }) {
  return (
    <>
      <Fact name="Router">
        <Connected connected={router?.connected ?? null} stale={stale} />{' '}
        {router?.holdRevision !== null && router?.holdRevision !== undefined && <span className={css.subtle}>holds by revision {router.holdRevision}</span>}
      </Fact>
      <Fact name="Envoys">
        {!router?.envoys ? (
          <Unknown />
        ) : router.envoys.length === 0 ? (
          <Status status="warning" stale={stale}>none connected</Status>
        ) : (
          <ul className={css.list}>
            {router.envoys.map((envoy) => {
              const view = envoyView(envoy);
              return (
                <li key={envoy.node}>
                  {envoy.node}: <Status status={view?.status ?? null} stale={stale}>{view?.text}</Status>
                  {envoy.nack && <p className={css.problem}>{envoy.nack}</p>}
                </li>
              );
            })}
          </ul>
        )}
      </Fact>
    </>
  );
}

function Connected({ connected, stale }: { connected: boolean | null; stale: boolean }) {
  return connected === null ? (
    <Unknown />
  ) : (
    <Status status={connected ? 'success' : 'danger'} stale={stale}>
      {connected ? 'connected' : 'not connected'}
    </Status>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{name}</DescriptionListTerm>
      <DescriptionListDescription>{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}
