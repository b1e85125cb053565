import { ActionGroup, Button, Card, CardBody, CardTitle, Form, FormGroup, TextArea } from '@patternfly/react-core';
import { useState } from 'react';
import { type TopologyChange, usePlanTopology } from '../../api/administration';
import type { Declared } from '../../api/administration-types';
import { toProblem } from '../../api/problem';
import { useTopology } from '../../api/queries';
import type { Approval } from '../../api/types';
import { useAnchor } from '../../live/anchor';
import { useNow } from '../../live/clock';
import { freshnessOf } from '../../live/freshness';
import { useWhyNot, WhyNot } from '../../live/may';
import { ProblemAlert } from '../../problems/ProblemAlert';
import { Became, ChangeTopology } from './ChangeTopology';
import { nameOf, textOf, whyNotLook } from './document';
import own from './topology.module.css';

/** The document, edited: every fault in it is told at once, then what it would change, and only then what changes it. */
export function EditPanel() {
  const here = useAnchor('edit');
  const asked = useTopology();
  const [base, setBase] = useState<{ revision: number; text: string; name: string } | null>(null);
  const [text, setText] = useState('');
  const [looked, setLooked] = useState<{ change: TopologyChange; preview: Declared } | null>(null);
  const [became, setBecame] = useState<Declared | Approval | null>(null);
  const plan = usePlanTopology();
  const stale = freshnessOf(asked, useNow()).kind !== 'fresh';
  const none = asked.data === undefined && asked.error !== null && toProblem(asked.error).status === 404;
  const mayNot = useWhyNot('planner') ?? whyNotLook(text, base, asked.data?.revision ?? null);
  const edit = (next: string) => {
    setText(next);
    setLooked(null);
    setBecame(null);
    plan.reset();
  };
  const begin = () => {
    if (!asked.data) return;
    const present = { revision: asked.data.revision, text: textOf(asked.data.topology), name: nameOf(asked.data.topology) };
    setBase(present);
    edit(present.text);
  };
  const look = () => {
    const change: TopologyChange = { kind: 'apply', document: text, seen: base?.revision ?? null };
    plan.mutate(change, { onSuccess: (preview) => setLooked({ change, preview }) });
  };
  const open = base !== null || none;
  return (
    <Card component="section" aria-labelledby="edit-topology" ref={here} tabIndex={-1}>
      <CardTitle component="h2" id="edit-topology">
        Edit the topology
      </CardTitle>
      <CardBody>
        <p>It is declared as a whole, in JSON or YAML: what is left out is gone. A topology that Terraform or a file in Git holds is better edited there.</p>
        <div className={own.acts}>
          <Button variant="secondary" className={own.long} isDisabled={asked.data === undefined} onClick={begin}>
            {base === null ? 'Begin with what holds now' : `Begin anew with revision ${asked.data?.revision ?? ''}: what was edited is dropped`}
          </Button>
        </div>
        {open && (
          <Form
            className={own.form}
            onSubmit={(event) => {
              event.preventDefault();
              if (mayNot === null && !plan.isPending) look();
            }}
          >
            <FormGroup label={base === null ? 'The first document' : `Document, begun with revision ${base.revision}`} fieldId="topology-document">
              <TextArea id="topology-document" className={own.document} rows={20} value={text} spellCheck={false} autoComplete="off" resizeOrientation="vertical" onChange={(_, value) => edit(value)} />
            </FormGroup>
            <ActionGroup>
              <Button type="submit" variant="primary" className={own.long} isDisabled={mayNot !== null || plan.isPending} isLoading={plan.isPending} aria-describedby={mayNot === null ? undefined : 'edit-topology-why'}>
                Look: check it and show what would change, change nothing
              </Button>
              <WhyNot why={mayNot} id="edit-topology-why" />
            </ActionGroup>
          </Form>
        )}
        {plan.error && <ProblemAlert problem={toProblem(plan.error)}>Nothing was changed.</ProblemAlert>}
        {looked && (
          <ChangeTopology
            {...looked}
            name={base?.name ?? 'topology'}
            stale={stale}
            onDone={(answer) => {
              setBecame(answer);
              setLooked(null);
              setBase(null);
              setText('');
            }}
          />
        )}
        {became && <Became answer={became} />}
      </CardBody>
    </Card>
  );
}
