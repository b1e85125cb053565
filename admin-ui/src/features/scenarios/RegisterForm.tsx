import { ActionGroup, Alert, Button, Card, CardBody, CardTitle, Form, FormGroup, FormHelperText, HelperText, HelperTextItem, TextArea } from '@patternfly/react-core';
import { useState } from 'react';
import { useCheckScenario, useRegisterScenario, useScenario, useScenarios } from '../../api/drills';
import type { WrittenScenario } from '../../api/drill-types';
import { toProblem } from '../../api/problem';
import { Act } from '../../live/Act';
import { useAnchor } from '../../live/anchor';
import { Command } from '../../live/Command';
import { useWhyNot, WhyNot } from '../../live/may';
import { quoted } from '../../live/shell';
import { hrefOf, useParams } from '../../live/view';
import { ProblemAlert } from '../../problems/ProblemAlert';
import { annotated, nameIn } from './document';
import { ExplainedView } from './ExplainedView';
import own from './scenarios.module.css';

/** Where the control plane is asked about a document that has no name yet: it tells that, and whatever else is wrong. */
const NAMELESS = 'nameless';

/** A link may name the scenario to begin with. */
export function RegisterForm() {
  const params = useParams();
  const named = params.get('at') === 'register' ? params.get('like') : null;
  const [like, setLike] = useState<string | null>(null);
  if (named !== null && named !== like) setLike(named);
  return like === null ? <Editor key="" begins="" /> : <Like key={like} name={like} />;
}

function Like({ name }: { name: string }) {
  const asked = useScenario(name);
  const [begins, setBegins] = useState<string | null>(null);
  if (asked.data && begins === null) setBegins(asked.data.document);
  return <Editor key={begins} begins={begins ?? ''} problem={begins === null ? asked.error : null} />;
}

/** Written, checked with every fault told, and only then registered. */
function Editor({ begins, problem = null }: { begins: string; problem?: Error | null }) {
  const here = useAnchor('register');
  const scenarios = useScenarios().data?.scenarios ?? [];
  const [text, setText] = useState(begins);
  const [checked, setChecked] = useState<{ written: WrittenScenario; text: string } | null>(null);
  const [registered, setRegistered] = useState<WrittenScenario | null>(null);
  const check = useCheckScenario();
  const name = nameIn(text);
  const mayNot = useWhyNot('planner') ?? (text.trim() === '' ? 'There is no document yet.' : null);
  const edit = (next: string) => {
    setText(next);
    setChecked(null);
    setRegistered(null);
    check.reset();
  };
  return (
    <Card component="section" aria-labelledby="register-scenario" ref={here} tabIndex={-1}>
      <CardTitle component="h2" id="register-scenario">
        A scenario of your own
      </CardTitle>
      <CardBody>
        <p>
          YAML, as in docs/drills.md; “Write one like …” above begins with one that there is. With another text, a scenario that there is already becomes another version, and what was passed before counts no more for its readiness.
        </p>
        {problem && <ProblemAlert problem={toProblem(problem)} />}
        <Form
          className={own.form}
          onSubmit={(event) => {
            event.preventDefault();
            if (mayNot === null && !check.isPending) check.mutate({ name: name ?? NAMELESS, document: text }, { onSuccess: (written) => setChecked({ written, text }) });
          }}
        >
          <FormGroup label="The scenario" fieldId="scenario-document">
            <TextArea id="scenario-document" className={own.document} rows={16} value={text} spellCheck={false} autoComplete="off" resizeOrientation="vertical" onChange={(_, value) => edit(value)} />
            <FormHelperText>
              <HelperText>
                <HelperTextItem>
                  The control plane checks its name, explanation and act. Guards, targets and times are read by the runner, strictly: a drill of one that it cannot read is skipped. <code>./meridian drill show FILE</code> checks all of it before.
                </HelperTextItem>
              </HelperText>
            </FormHelperText>
          </FormGroup>
          <ActionGroup>
            <Button type="submit" variant={checked ? 'secondary' : 'primary'} className={own.long} isDisabled={mayNot !== null || check.isPending} isLoading={check.isPending} aria-describedby={mayNot === null ? undefined : 'register-why'}>
              Look: check it, register nothing
            </Button>
            <WhyNot why={mayNot} id="register-why" />
          </ActionGroup>
        </Form>
        <div className={own.form}>
          {check.error && <Faults text={text} error={check.error} />}
          {checked && (
            <Register
              key={checked.text}
              checked={checked}
              before={scenarios.find((each) => each.name === checked.written.scenario.name)?.version ?? null}
              onDone={(written) => {
                setRegistered(written);
                setChecked(null);
              }}
            />
          )}
          {registered && (
            <Alert isInline isLiveRegion variant="success" component="h3" title={`${registered.scenario.name} is registered: version ${registered.scenario.version}`}>
              <a href={hrefOf('drills', { at: 'start', scenario: registered.scenario.name })}>Start a drill of it</a>
            </Alert>
          )}
          <Command line="./meridian drill register FILE">The same from a file, all of which it checks:</Command>
        </div>
      </CardBody>
    </Card>
  );
}

function Register({ checked: { written, text }, before, onDone }: { checked: { written: WrittenScenario; text: string }; before: number | null; onDone: (written: WrittenScenario) => void }) {
  const { name, version, about } = written.scenario;
  const register = useRegisterScenario(name, text, onDone);
  return (
    <Alert isInline variant="info" component="h3" title={before === version ? `${name} is registered like this already` : before === null ? `${name}, about ${about}, would be new` : `${name} would be version ${version}, instead of ${before}`}>
      <ExplainedView document={text} />
      <Act
        opens={`Register ${name}`}
        title={`Register ${name}?`}
        consequences={[`Whoever may start drills can ask for it by its name then.`, ...(before === null ? [] : ['A drill that waits for the version before is skipped, and passes of it show nothing any more.'])]}
        button={before === null ? `Register ${name}` : `Register ${name} as version ${version}`}
        role="operator"
        blocked={before === version ? 'It is registered with this very text already.' : null}
        reason="optional"
        command={() => `./meridian drill register ${quoted(`${name}.yaml`)}`}
        stale={false}
        act={register}
        done=""
      />
    </Alert>
  );
}

/** What is wrong, whole, and then each where it stands. */
function Faults({ text, error }: { text: string; error: Error }) {
  const problem = toProblem(error);
  const { lines } = annotated(text, problem.errors ?? []);
  return (
    <>
      <ProblemAlert problem={problem}>Nothing was registered.</ProblemAlert>
      {lines.some(({ faults }) => faults.length > 0) && (
        <div className={own.written} tabIndex={0} role="region" aria-label="Where in the document something is wrong">
          {lines.map((line) => (
            <div key={line.number} className={own.line}>
              <span className={own.number}>{line.number}</span>
              <span>{line.text}</span>
              {line.faults.map((fault) => (
                <span key={fault.pointer + fault.detail} className={own.fault}>
                  ✗ {fault.detail}
                </span>
              ))}
            </div>
          ))}
        </div>
      )}
    </>
  );
}
