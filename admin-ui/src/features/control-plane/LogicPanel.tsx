import { useCluster, useRaiseLogic } from '../../api/administration';
import type { Cluster } from '../../api/administration-types';
import { Act } from '../../live/Act';
import { Panel } from '../../live/Panel';
import { knownByAll, whyNotRaise } from './quorum';

/** The rules that all nodes decide by, whatever release each one is of. */
export function LogicPanel() {
  return (
    <Panel title="Rules" asked={useCluster()} anchor="logic">
      {(cluster, stale) => <Raise cluster={cluster} stale={stale} />}
    </Panel>
  );
}

function Raise({ cluster, stale }: { cluster: Cluster; stale: boolean }) {
  const { logicVersion, voters } = cluster;
  const newest = knownByAll(voters) ?? logicVersion;
  const to = Math.max(newest, logicVersion + 1);
  const raise = useRaiseLogic(to);
  return (
    <>
      <p>
        All nodes decide by logic version {logicVersion}, whatever release each one is of. After an upgrade of every node the rules of the new release are switched on by hand, once and for good.
      </p>
      <Act
        opens={`Switch version ${to} on`}
        title={`Decide by version ${to} from now on?`}
        consequences={['There is no way back: from then on no node of an older release can take part, and no backup made after it can be put into one.', 'Let the new release run for a while first: until this is done, the old one can be started again.']}
        button={`Switch version ${to} on, for good`}
        danger
        role="operator"
        blocked={whyNotRaise(cluster)}
        reason="needed"
        typed={String(to)}
        command={() => `./meridian voters raise-logic ${to}`}
        stale={stale}
        act={raise}
        done={`Version ${to} is on.`}
      />
    </>
  );
}
