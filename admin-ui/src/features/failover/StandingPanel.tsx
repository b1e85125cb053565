import { Alert, List, ListItem, Stack, StackItem } from '@patternfly/react-core';
import { useRegions } from '../../api/queries';
import type { Region } from '../../api/types';
import { Panel } from '../../live/Panel';
import { aliveFact, dataFact, type Fact, grantFact, isAlive, returnSteps } from '../../live/standing';
import { Status } from '../../live/Status';
import { Table } from '../../live/Table';
import own from './failover.module.css';
import { type Seen, sinceInWords } from '../../live/since';

/** Which regions live, may write and may own: what a person looks at before and after a failover. */
export function StandingPanel({ since }: { since: ReadonlyMap<string, Seen> }) {
  return (
    <Panel title="How the regions stand" anchor="standing" asked={useRegions()}>
      {(regions, stale) => (
        <Stack hasGutter>
          {regions.map((region) => region.data === 'REJOINING' && region.returning && (
            <StackItem key={region.name}>
              <Return region={region} stale={stale} />
            </StackItem>
          ))}
          <StackItem>
            <Table scrolls="Regions, and how they stand" label="How the regions stand" heads={['Region', 'Agent', 'Lease', 'Data']}>
              {regions.map((region) => (
                <Row key={region.name} region={region} seen={since.get(region.name)} stale={stale} />
              ))}
            </Table>
          </StackItem>
          <StackItem>
            <p>A region whose agent is not connected may be dead, cut off, or asleep: only the end of its lease tells that nothing is written there any more.</p>
          </StackItem>
        </Stack>
      )}
    </Panel>
  );
}

function Row({ region, seen, stale }: { region: Region; seen: Seen | undefined; stale: boolean }) {
  const word = (fact: Fact | null) => (
    <Status status={fact?.status ?? null} stale={stale}>
      {fact?.text}
    </Status>
  );
  return (
    <tr>
      <th scope="row">{region.name}</th>
      <td>
        {word(aliveFact(region))}
        <span className={own.since} title="As this page saw it">
          since {seen && seen.fact !== null ? sinceInWords(seen) : 'unknown'}
        </span>
      </td>
      <td title={region.lease ? `generation ${region.lease.generation}` : undefined}>{word(grantFact(region.lease))}</td>
      <td>{word(dataFact(region.data))}</td>
    </tr>
  );
}

/** A region that was lost, and how far it has come back. */
function Return({ region, stale }: { region: Region; stale: boolean }) {
  const { name, returning } = region;
  if (!returning) return null;
  const alive = isAlive(region);
  const title = alive === null ? `${name} was lost; whether it runs again is unknown` : alive ? `${name} is on its way back` : `${name} is lost, and not back yet`;
  return (
    <Alert isInline variant={alive ? 'info' : 'warning'} component="h3" title={stale && alive !== null ? `When it was last known: ${title}` : title}>
      <p>{alive ? 'It comes back by itself.' : 'Start it: it comes back by itself then, with its disks.'} It owns nothing until all of this is done:</p>
      <List>
        {returnSteps(returning).map((step) => (
          <ListItem key={step}>{step}</ListItem>
        ))}
      </List>
      {returning.problem && <p className={own.problem}>{returning.problem}</p>}
    </Alert>
  );
}
