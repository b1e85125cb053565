import { Alert, List, ListItem } from '@patternfly/react-core';
import { type TopologyChange, useChangeTopology } from '../../api/administration';
import type { Declared } from '../../api/administration-types';
import type { Approval } from '../../api/types';
import { Act } from '../../live/Act';
import { Command } from '../../live/Command';
import { count } from '../../live/format';
import { because } from '../../live/shell';
import { hrefOf } from '../../live/view';
import { waits } from './document';
import own from './topology.module.css';

interface Props {
  change: TopologyChange;
  /** Of a dry run of it. */
  preview: Declared;
  /** Typed to confirm. */
  name: string;
  stale: boolean;
  onDone: (answer: Declared | Approval) => void;
}

/** What a change would come to, and what does it. */
export function ChangeTopology({ change, preview, name, stale, onDone }: Props) {
  const act = useChangeTopology(change, onDone);
  const { changes } = preview;
  if (changes.length === 0) return <Alert isInline variant="info" component="h3" title="Nothing would change: it is declared so already" />;
  const back = change.kind === 'roll-back';
  return (
    <Alert isInline variant="info" component="h3" title={`${count(changes.length, 'change')}, if it is ${back ? `declared as in revision ${change.to} again` : 'declared'}`}>
      <List className={own.changes}>
        {changes.map((sentence) => (
          <ListItem key={sentence}>{sentence}</ListItem>
        ))}
      </List>
      <Act
        opens={back ? `Go back to revision ${change.to}` : 'Declare it'}
        title={back ? `Declare revision ${change.to} again?` : 'Declare this topology?'}
        consequences={[
          'Routers, agents and placement follow it at once. Shards that have an owner stay where they are until somebody moves them.',
          'A change of safety rules, or one that lets a region be failed over by itself, waits for a second person.',
          change.seen === null ? 'Nothing is declared yet: this is the first one.' : `If another one than revision ${change.seen} holds by then, it is refused and nothing changes.`,
        ]}
        button={back ? `Declare revision ${change.to} again: ${count(changes.length, 'change')}` : `Declare it: ${count(changes.length, 'change')}`}
        danger
        role="operator"
        reason="needed"
        typed={name}
        command={(reason) => commandOf(change, reason)}
        stale={stale}
        act={act}
        done=""
      />
    </Alert>
  );
}

/** The command line keeps no reason of a roll-back. */
function commandOf(change: TopologyChange, reason: string): string {
  const match = change.seen === null ? '' : ` --if-match ${change.seen}`;
  return change.kind === 'apply' ? `./meridian topology apply topology.json${match}${because(reason)}` : `./meridian topology rollback ${change.to}${match}`;
}

/** What became of it. */
export function Became({ answer }: { answer: Declared | Approval }) {
  if (!waits(answer)) return <Alert isInline isLiveRegion variant="success" component="h3" title={`Declared: revision ${answer.revision} holds now`} />;
  return (
    <Alert isInline isLiveRegion variant="warning" component="h3" title={`${answer.id} waits for a second person: nothing has changed yet`}>
      <a href={hrefOf('access', { at: 'approvals' })}>Access: approvals</a>
      <Command line={`./meridian approvals approve ${answer.id}`}>Whoever approves it does so there, or by</Command>
    </Alert>
  );
}
