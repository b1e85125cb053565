import { Label } from '@patternfly/react-core';
import { usePins, useRemovePin } from '../../api/queries';
import type { Pin } from '../../api/types';
import { Act } from '../../live/Act';
import { useNow } from '../../live/clock';
import { Command } from '../../live/Command';
import { duration } from '../../live/format';
import { Panel } from '../../live/Panel';
import { because } from '../../live/shell';
import { Table } from '../../live/Table';
import own from './safety.module.css';

/** Users who go to a zone of their own for a while. They are made by the command line, which knows how to say until when. */
export function PinsPanel() {
  return (
    <Panel title="Pins" asked={usePins()} anchor="pins">
      {({ pins }, stale) => (
        <>
          {pins.length === 0 ? (
            <p>{stale ? 'Nobody was pinned when it was last known.' : 'Nobody is pinned: every user goes where their shard’s owner is.'}</p>
          ) : (
            <Table scrolls="Pins by name" label="Pins" heads={['Pin', 'Who', 'To', 'Holds', 'For', 'Remove']}>
              {pins.map((pin) => (
                <Row key={pin.name} pin={pin} stale={stale} />
              ))}
            </Table>
          )}
          <Command line="./meridian pins add NAME --key KEY --to ZONE --for 2h">To pin somebody:</Command>
        </>
      )}
    </Panel>
  );
}

function Row({ pin: { name, key, prefix, to, until, holds }, stale }: { pin: Pin; stale: boolean }) {
  const left = Date.parse(until) - useNow();
  const remove = useRemovePin(name);
  const who = key ?? `keys that begin with ${prefix}`;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{who}</td>
      <td>{to}</td>
      <td>{stale ? `was: ${holdsInWords(holds)}` : <Label isCompact status={holds === false ? 'warning' : undefined}>{holdsInWords(holds)}</Label>}</td>
      <td title={`until ${until}`}>{Number.isNaN(left) ? 'unknown' : left > 0 ? `${duration(left)} more` : 'over'}</td>
      <td className={own.wide}>
        <Act opens={`Remove ${name}`} title={`Remove the pin ${name}?`} consequences={[`${who}: from now on their requests go where everybody’s do, not to ${to}.`]} button={`Remove ${name}: its users go where everybody goes`} role="operator" reason="optional" command={(reason) => `./meridian pins remove ${name}${because(reason)}`} stale={stale} act={remove} done="It was removed." />
      </td>
    </tr>
  );
}

function holdsInWords(holds: boolean | null): string {
  if (holds === null) return 'where it can';
  return holds ? 'yes' : 'no: the owner is elsewhere';
}
