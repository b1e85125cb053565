import { StackItem } from '@patternfly/react-core';
import { useTopologyDiff } from '../../api/administration';
import { Command } from '../../live/Command';
import { count } from '../../live/format';
import { settled } from '../../live/freshness';
import { Panel } from '../../live/Panel';
import { Table } from '../../live/Table';
import { useParams } from '../../live/view';
import { comparedIn, valueInWords } from './document';
import own from './topology.module.css';

/** How two revisions differ, place by place; which ones, the address says. */
export function DiffPanel() {
  const compared = comparedIn(useParams());
  return (
    compared && (
      <StackItem>
        <Diff key={`${compared.from} ${compared.to}`} {...compared} />
      </StackItem>
    )
  );
}

function Diff({ from, to }: { from: number; to: number }) {
  const asked = useTopologyDiff(from, to);
  return (
    <Panel title={`Revision ${from} compared with ${to}`} asked={settled(asked, asked.data !== undefined)} anchor="diff">
      {({ changes }) => (
        <>
          {changes.length === 0 ? (
            <p>They declare the same.</p>
          ) : (
            <Table scrolls={`${count(changes.length, 'place')} that differ`} label="Differences" heads={['Place', `In ${from}`, `In ${to}`, 'In words']}>
              {changes.map(({ pointer, before, after, sentence }) => (
                <tr key={pointer + sentence}>
                  <th scope="row" className={own.wide}>
                    <code>{pointer}</code>
                  </th>
                  <td className={own.wide}>{valueInWords(before)}</td>
                  <td className={own.wide}>{valueInWords(after)}</td>
                  <td className={own.wide}>{sentence}</td>
                </tr>
              ))}
            </Table>
          )}
          <Command line={`./meridian topology diff ${from} ${to}`} />
        </>
      )}
    </Panel>
  );
}
