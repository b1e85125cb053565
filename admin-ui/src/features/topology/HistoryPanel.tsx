import { Button, Label } from '@patternfly/react-core';
import { useState } from 'react';
import { type TopologyChange, useDeclaredRevisions, usePlanTopology } from '../../api/administration';
import type { Declared, DeclaredRevision } from '../../api/administration-types';
import { toProblem } from '../../api/problem';
import { useTopology } from '../../api/queries';
import type { Approval } from '../../api/types';
import { Command } from '../../live/Command';
import { count, timeOfDay } from '../../live/format';
import { useWhyNot, WhyNot } from '../../live/may';
import { Panel } from '../../live/Panel';
import { Table } from '../../live/Table';
import { hrefOf } from '../../live/view';
import { ProblemAlert } from '../../problems/ProblemAlert';
import { Became, ChangeTopology } from './ChangeTopology';
import { nameOf } from './document';
import own from './topology.module.css';

const MOST_SENTENCES = 3;

/** What was declared when, compared, and the way back. */
export function HistoryPanel() {
  return (
    <Panel title="History" asked={useDeclaredRevisions()} anchor="history">
      {(revisions, stale) => <History revisions={revisions} stale={stale} />}
    </Panel>
  );
}

function History({ revisions, stale }: { revisions: DeclaredRevision[]; stale: boolean }) {
  const name = nameOf(useTopology().data?.topology ?? {});
  const plan = usePlanTopology();
  const mayNot = useWhyNot('planner');
  const [looked, setLooked] = useState<{ change: TopologyChange; preview: Declared } | null>(null);
  const [became, setBecame] = useState<Declared | Approval | null>(null);
  const current = revisions.find((each) => each.current)?.revision ?? null;
  const look = (to: number) => {
    if (current === null) return;
    const change: TopologyChange = { kind: 'roll-back', to, seen: current };
    setLooked(null);
    setBecame(null);
    plan.mutate(change, { onSuccess: (preview) => setLooked({ change, preview }) });
  };
  if (revisions.length === 0) return <p>Nothing has been declared yet.</p>;
  return (
    <>
      <Table scrolls="Revisions of the topology, newest first" label="Revisions" heads={['Revision', 'Declared', 'What it changed', 'Compare', 'Way back']}>
        {revisions.map(({ revision, declared, current: holds, changes }, place) => {
          const before = revisions[place + 1]?.revision;
          return (
            <tr key={revision}>
              <th scope="row">
                {revision} {holds && (stale ? <Label isCompact variant="outline">was: holds</Label> : <Label isCompact status="success">holds</Label>)}
              </th>
              <td title={declared ?? undefined}>{declared === null ? 'not written down' : `${declared.slice(0, 10)}, ${timeOfDay(declared)}`}</td>
              <td className={own.wide}>
                <Sentences changes={changes} oldest={before === undefined} />
              </td>
              <td>
                {before !== undefined && <a href={hrefOf('topology', { at: 'diff', from: String(before), to: String(revision) })}>{`${before} with ${revision}`}</a>}
                {!holds && before !== undefined && ', '}
                {!holds && current !== null && <a href={hrefOf('topology', { at: 'diff', from: String(revision), to: String(current) })}>{`${revision} with now`}</a>}
              </td>
              <td>
                {!holds && (
                  <Button variant="secondary" size="sm" isDisabled={mayNot !== null || plan.isPending} onClick={() => look(revision)}>
                    Look: go back to {revision}
                  </Button>
                )}
              </td>
            </tr>
          );
        })}
      </Table>
      <WhyNot why={revisions.length > 1 ? mayNot : null} />
      {plan.error && <ProblemAlert problem={toProblem(plan.error)}>Nothing was changed.</ProblemAlert>}
      {looked && (
        <ChangeTopology
          key={looked.change.kind === 'roll-back' ? looked.change.to : ''}
          {...looked}
          name={name}
          stale={stale}
          onDone={(answer) => {
            setBecame(answer);
            setLooked(null);
          }}
        />
      )}
      {became && <Became answer={became} />}
      <Command line="./meridian topology history">The newest 50 are kept.</Command>
    </>
  );
}

function Sentences({ changes, oldest }: { changes: string[]; oldest: boolean }) {
  if (changes.length === 0) return <>{oldest ? 'the oldest that is kept' : 'nothing'}</>;
  return (
    <ul>
      {changes.slice(0, MOST_SENTENCES).map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
      {changes.length > MOST_SENTENCES && <li>and {count(changes.length - MOST_SENTENCES, 'change')} more</li>}
    </ul>
  );
}
