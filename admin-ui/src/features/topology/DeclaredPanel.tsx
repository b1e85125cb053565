import { useTopology } from '../../api/queries';
import { Command } from '../../live/Command';
import { Panel } from '../../live/Panel';
import { textOf } from './document';
import own from './topology.module.css';

/** What holds now, as it is declared. */
export function DeclaredPanel() {
  return (
    <Panel title="Topology" asked={useTopology()} anchor="declared" dated>
      {({ revision, topology }, stale) => (
        <>
          <p>
            Revision {revision} {stale ? 'held when it was last known' : 'holds now'}, as declared:
          </p>
          <pre className={own.shown} tabIndex={0} role="region" aria-label="The topology as declared">
            {textOf(topology)}
          </pre>
          <Command line="./meridian topology show" />
        </>
      )}
    </Panel>
  );
}
