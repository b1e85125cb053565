import { Title } from '@patternfly/react-core';
import { useCluster, useLead, useRemoveVoter } from '../../api/administration';
import type { Cluster, Voter } from '../../api/administration-types';
import { Act } from '../../live/Act';
import { Panel } from '../../live/Panel';
import { quoted } from '../../live/shell';
import { AddVoter } from './AddVoter';
import own from './control-plane.module.css';
import { majority, tolerance, troubledFirst, whyNotLead, whyNotRemove } from './quorum';

/** Who leads and who votes, changed one at a time. */
export function ChangeVotersPanel() {
  return (
    <Panel title="Change who leads and who votes" asked={useCluster()} anchor="change-voters">
      {(cluster, stale) => (
        <div className={own.parts}>
          {troubledFirst(cluster.voters).map((voter) => (
            <Acts key={voter.id} cluster={cluster} voter={voter} stale={stale} />
          ))}
          <AddVoter cluster={cluster} stale={stale} />
        </div>
      )}
    </Panel>
  );
}

function Acts({ cluster, voter, stale }: { cluster: Cluster; voter: Voter; stale: boolean }) {
  const { id, address } = voter;
  const lead = useLead(id);
  const remove = useRemoveVoter(id);
  const left = cluster.voters.length - 1;
  return (
    <section aria-labelledby={`voter-${id}`}>
      <Title headingLevel="h3" id={`voter-${id}`}>
        {id} at {address}
      </Title>
      <div className={own.acts}>
        <Act
          opens={`Let ${id} lead`}
          title={`Let ${id} lead?`}
          consequences={[`${cluster.leader ?? 'Whoever leads'} hands over, and ${id} leads from then on. For a moment nothing is decided; users’ requests go on.`]}
          button={`Let ${id} lead from now on`}
          role="operator"
          blocked={whyNotLead(voter)}
          reason="optional"
          command={() => `./meridian voters lead ${quoted(id)}`}
          stale={stale}
          act={lead}
          done={`Leadership was given to ${id}.`}
        />
        <Act
          opens={`Remove ${id}`}
          title={`Remove the voter ${id}?`}
          consequences={[
            `${id} votes no more, and what it decides by is not kept up to date there. It cannot come back under that name.`,
            tolerance(left),
            ...(left - majority(left) < cluster.voters.length - majority(cluster.voters.length) ? ['That is less than now. For a node that lost its disk, put a new one in its place instead: below.'] : []),
          ]}
          button={`Remove ${id}: ${left === 1 ? '1 voter is' : `${left} voters are`} left`}
          danger
          role="operator"
          blocked={whyNotRemove(cluster, voter)}
          reason="needed"
          typed={id}
          command={() => `./meridian voters remove ${quoted(id)}`}
          stale={stale}
          act={remove}
          done={`${id} was taken away.`}
        />
      </div>
    </section>
  );
}
