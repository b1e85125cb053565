import { useCluster } from '../../api/administration';
import type { Cluster, Voter } from '../../api/administration-types';
import { Command } from '../../live/Command';
import { useNow } from '../../live/clock';
import { duration, timeOfDay } from '../../live/format';
import { Panel } from '../../live/Panel';
import { Status, Unknown } from '../../live/Status';
import { Table } from '../../live/Table';
import own from './control-plane.module.css';
import { quorum, troubledFirst, voterStanding } from './quorum';

/** Who decides, and how each one follows. It is told without a quorum, too. */
export function VotersPanel() {
  return (
    <Panel title="Voters" asked={useCluster()} anchor="voters" dated>
      {(cluster, stale) => {
        const standing = quorum(cluster);
        const { node, state, leader, logicVersion, revision, voters, asked } = cluster;
        return (
          <>
            <p role="status">
              <Status status={standing.status} stale={stale}>
                {standing.text}
              </Status>
            </p>
            <ul className={own.facts} aria-label="The control plane now">
              <li>Leader: {leader ?? <Unknown />}</li>
              <li>Term: {termOf(cluster) ?? <Unknown />}</li>
              <li>Rules: logic version {logicVersion}</li>
              <li>
                State: revision {revision}, as {node} has it ({state.toLowerCase()})
              </li>
            </ul>
            <Table scrolls="Voters, those in trouble first" label="Voters" heads={['Voter', 'Stands', 'Address', 'Term', 'Written', 'Committed', 'Applied', 'Snapshot', 'Behind', 'Knows rules']}>
              {troubledFirst(voters).map((voter) => (
                <Row key={voter.id} voter={voter} stale={stale} />
              ))}
            </Table>
            <p className={own.note}>Numbers are entries of the log. Each voter is asked when this is asked for: one that is silent for 2 s counts as not answering. Behind is against the leader’s newest entry; a voter that is 0 behind may still have to apply.</p>
            <Command line="./meridian voters" />
            <Asked asked={asked} />
          </>
        );
      }}
    </Panel>
  );
}

function Row({ voter, stale }: { voter: Voter; stale: boolean }) {
  const { id, address, term, written, committed, applied, snapshot, lag, supports, answers } = voter;
  const standing = voterStanding(voter);
  const entry = (number: number | null) => <td>{number ?? <Unknown />}</td>;
  return (
    <tr>
      <th scope="row">{id}</th>
      <td>
        <Status status={standing.status} stale={stale}>
          {standing.text}
        </Status>
      </td>
      <td>{address}</td>
      {entry(term)}
      {entry(written)}
      {entry(committed)}
      {entry(applied)}
      <td>{snapshot ?? (answers ? 'none' : <Unknown />)}</td>
      {entry(lag)}
      {entry(supports)}
    </tr>
  );
}

function Asked({ asked }: Pick<Cluster, 'asked'>) {
  const now = useNow();
  if (asked.length === 0) return <p className={own.note}>Nobody has asked for a change of the voters yet.</p>;
  return (
    <Table scrolls="Changes that people asked for" label="Asked for" caption="What people asked for, newest first" heads={['At', 'Ago', 'What']}>
      {[...asked].reverse().map(({ what, at }) => (
        <tr key={at + what}>
          <td title={at}>{timeOfDay(at)}</td>
          <td>{Number.isNaN(Date.parse(at)) ? 'unknown' : duration(Math.max(0, now - Date.parse(at)))}</td>
          <th scope="row">{what}</th>
        </tr>
      ))}
    </Table>
  );
}

/** The newest that a voter tells: those that were away still have an older one. */
function termOf({ voters }: Cluster): number | null {
  const terms = voters.flatMap(({ term }) => (term === null ? [] : [term]));
  return terms.length === 0 ? null : Math.max(...terms);
}
