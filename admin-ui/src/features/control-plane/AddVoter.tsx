import { ActionGroup, Alert, Button, Form, FormGroup, FormHelperText, FormSelect, FormSelectOption, HelperText, HelperTextItem, TextInput, Title } from '@patternfly/react-core';
import { useState } from 'react';
import { toProblem } from '../../api/problem';
import { useAddVoter, usePlanVoter } from '../../api/administration';
import type { Cluster, NewVoter, VoterPreview } from '../../api/administration-types';
import { Act } from '../../live/Act';
import { listed } from '../../live/format';
import { useWhyNot, WhyNot } from '../../live/may';
import { ProblemAlert } from '../../problems/ProblemAlert';
import own from './control-plane.module.css';
import { tolerance, whyNotAdd } from './quorum';

const EMPTY = { id: '', address: '', replaces: '' };

/** First what it would come to, by the rules that let it; only then what does it. Editing drops the look. */
export function AddVoter({ cluster, stale }: { cluster: Cluster; stale: boolean }) {
  const [draft, setDraft] = useState(EMPTY);
  const [looked, setLooked] = useState<{ voter: NewVoter; preview: VoterPreview } | null>(null);
  const plan = usePlanVoter();
  const mayNot = useWhyNot('planner') ?? whyNotAdd(cluster, draft.replaces);
  const complete = draft.id.trim() !== '' && draft.address.trim() !== '';
  const can = mayNot === null && complete && !plan.isPending;
  const edit = (change: Partial<typeof EMPTY>) => {
    setLooked(null);
    plan.reset();
    setDraft({ ...draft, ...change });
  };
  const look = () => {
    const voter: NewVoter = { id: draft.id.trim(), address: draft.address.trim(), ...(draft.replaces === '' ? {} : { replaces: draft.replaces }) };
    plan.mutate(voter, { onSuccess: (preview) => setLooked({ voter, preview }) });
  };
  return (
    <section aria-labelledby="add-voter">
      <Title headingLevel="h3" id="add-voter">
        Let a new node vote
      </Title>
      <p>
        Start it first, with an empty disk, a name that no voter ever had (<code>meridian.raft.node</code>) and <code>meridian.raft.join=true</code>. It votes once it has caught up.
      </p>
      <Form
        className={own.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (can) look();
        }}
      >
        <FormGroup label="Its name" isRequired fieldId="voter-id">
          <TextInput id="voter-id" isRequired value={draft.id} autoComplete="off" autoCapitalize="none" spellCheck={false} onChange={(_, id) => edit({ id })} />
          <Hint>Such as east-2</Hint>
        </FormGroup>
        <FormGroup label="Its Raft address" isRequired fieldId="voter-address">
          <TextInput id="voter-address" isRequired value={draft.address} autoComplete="off" autoCapitalize="none" spellCheck={false} onChange={(_, address) => edit({ address })} />
          <Hint>Host and port, as the leader reaches it: 10.0.1.5:21012</Hint>
        </FormGroup>
        <FormGroup label="In the place of" fieldId="voter-replaces">
          <FormSelect id="voter-replaces" value={draft.replaces} onChange={(_, replaces) => edit({ replaces })}>
            <FormSelectOption value="" label="Nobody: one voter more" />
            {cluster.voters.map(({ id }) => (
              <FormSelectOption key={id} value={id} label={`${id}, which votes no more then`} />
            ))}
          </FormSelect>
        </FormGroup>
        <ActionGroup>
          <Button type="submit" variant="secondary" className={own.long} isDisabled={!can} isLoading={plan.isPending} aria-describedby={mayNot === null ? undefined : 'add-voter-why'}>
            Look: show who would vote, change nothing
          </Button>
          <WhyNot why={mayNot} id="add-voter-why" />
        </ActionGroup>
      </Form>
      {plan.error && <ProblemAlert problem={toProblem(plan.error)}>Nothing was changed.</ProblemAlert>}
      {looked && looked.preview.voters.length === 0 && <Alert isInline variant="info" component="h4" title={`${looked.voter.id} votes at ${looked.voter.address} already`} />}
      {looked && looked.preview.voters.length > 0 && <Change key={looked.voter.id + looked.voter.address + looked.voter.replaces} {...looked} stale={stale} />}
    </section>
  );
}

function Change({ voter, preview, stale }: { voter: NewVoter; preview: VoterPreview; stale: boolean }) {
  const { id, address, replaces } = voter;
  const act = useAddVoter(voter);
  const node = `${id}=${address}`;
  return (
    <Act
      opens={replaces === undefined ? `Let ${id} vote` : `Put ${id} in the place of ${replaces}`}
      title={`It would ${preview.change}`}
      consequences={[
        `Who votes then: ${listed(preview.voters)}.`,
        tolerance(preview.voters.length),
        ...(replaces === undefined ? [] : [`${replaces} votes no more, and cannot come back under that name.`]),
        'It is answered once the new one has caught up, which may take half a minute; if it cannot be reached at that address, nothing changes.',
      ]}
      button={replaces === undefined ? `Let ${id} vote: ${preview.voters.length} voters` : `Replace ${replaces} by ${id}`}
      danger={replaces !== undefined}
      role="operator"
      reason={replaces === undefined ? 'optional' : 'needed'}
      {...(replaces === undefined ? {} : { typed: replaces })}
      command={() => (replaces === undefined ? `./meridian voters add ${node}` : `./meridian voters replace ${replaces} ${node}`)}
      stale={stale}
      act={act}
      done={`${id} was let in.`}
    />
  );
}

function Hint({ children }: { children: string }) {
  return (
    <FormHelperText>
      <HelperText>
        <HelperTextItem>{children}</HelperTextItem>
      </HelperText>
    </FormHelperText>
  );
}
