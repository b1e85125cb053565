import { Button, Label } from '@patternfly/react-core';
import { type ReactNode, useState } from 'react';
import { useRuns } from '../../api/queries';
import type { Run } from '../../api/types';
import { timeOfDay } from '../../live/format';
import { Panel } from '../../live/Panel';
import { useParams } from '../../live/view';
import { shardsIn } from '../../shards/shardSet';
import { hasEnded, isFailover, newestFirst, stateView, targetOf } from './runState';
import { RunView } from './RunView';
import { Table } from '../../live/Table';

/** The runs that go on, each whole; when none does, the newest one. Any other can be looked at. `children` stand between them and the list. */
export function RunsPanel({ children }: { children: ReactNode }) {
  const asked = useRuns();
  const [chosen, setChosen] = useState<string | null>(null);
  const at = useParams().get('at');
  const linked = at?.startsWith('mv-') ? at : null;
  const runs = newestFirst(asked.data?.runs ?? []);
  const going = runs.filter((run) => !hasEnded(run));
  const wanted = chosen ?? linked;
  const others = wanted ? runs.filter(({ id }) => id === wanted) : going.length === 0 ? runs.slice(0, 1) : [];
  const shown = [...new Map([...going, ...others].map((run) => [run.id, run])).values()];
  return (
    <>
      {shown.map((run) => (
        <RunView key={run.id} run={run} />
      ))}
      {children}
      <Panel title="Runs" anchor="runs" asked={asked}>
        {(_, stale) => (runs.length === 0 ? <p>Nothing has been moved yet.</p> : <RunsTable runs={runs} shown={shown.map(({ id }) => id)} stale={stale} onShow={setChosen} />)}
      </Panel>
    </>
  );
}

function RunsTable({ runs, shown, stale, onShow }: { runs: Run[]; shown: string[]; stale: boolean; onShow: (id: string) => void }) {
  return (
    <Table scrolls="Runs, newest first" label="Runs" heads={['Run', 'State', 'Shards', 'To', 'Started', 'Action']}>
      {runs.map((run) => (
        <tr key={run.id}>
          <th scope="row">
            {run.id}
            {isFailover(run) && ' (failover)'}
          </th>
          <td>{stale && !hasEnded(run) ? `was: ${run.state}` : <Label isCompact status={stateView(run).status}>{run.state}</Label>}</td>
          <td title={run.shards}>{shardsIn(run.shards) ?? run.shards}</td>
          <td>{targetOf(run)}</td>
          <td>{run.startedAt === null ? 'not yet' : timeOfDay(run.startedAt)}</td>
          <td>
            {shown.includes(run.id) ? (
              'shown above'
            ) : (
              <Button variant="link" isInline onClick={() => onShow(run.id)}>
                Show {run.id}
              </Button>
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}
