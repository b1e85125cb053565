import { Alert, Button, Form, FormGroup, List, ListItem, TextInput } from '@patternfly/react-core';
import type { UseMutationResult } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState } from 'react';
import { isUnknown, newKey } from '../api/once';
import { toProblem } from '../api/problem';
import type { Asking } from '../api/queries';
import type { Role } from '../api/types';
import { ProblemAlert } from '../problems/ProblemAlert';
import css from './Act.module.css';
import { Command } from './Command';
import { useWhyNot, WhyNot } from './may';

/** As the control plane has it. */
const REASON_LENGTH = 500;

interface Props {
  /** On the button that tells the consequences. */
  opens: string;
  title: string;
  consequences: string[];
  /** Names the consequence; causes it. */
  button: string;
  danger?: boolean;
  role: Role;
  /** Why it cannot be done now, whoever asks. */
  blocked?: string | null;
  /** `none`: of what is only read, so that nobody keeps a reason. */
  reason: 'needed' | 'optional' | 'none';
  /** What has to be typed by hand first: of what reaches far. */
  typed?: string;
  command: (reason: string) => string;
  /** What the page shows is not confirmed now. */
  stale: boolean;
  act: UseMutationResult<unknown, Error, Asking>;
  /** What is said once it was accepted. */
  done: string;
}

/** Two presses: the first tells the consequences and the command that does the same, the second, on another button, causes them. What stands in the way is said. */
export function Act({ opens, title, consequences, button, danger = false, role, blocked = null, reason: wanted, typed, command, stale, act, done }: Props) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [name, setName] = useState('');
  const [key, setKey] = useState(newKey);
  const opener = useRef<HTMLButtonElement>(null);
  const first = useRef<HTMLInputElement>(null);
  const cause = useRef<HTMLButtonElement>(null);
  const why = useWhyNot(role) ?? blocked;
  const said = reason.trim();
  const obstacles = [
    ...(why === null ? [] : [why]),
    ...(wanted === 'needed' && said === '' ? ['Say why: it stands in the audit.'] : []),
    ...(said.length > REASON_LENGTH ? [`The reason has ${said.length} characters, and at most ${REASON_LENGTH} are kept.`] : []),
    ...(typed !== undefined && name !== typed ? [`Type ${typed}, to confirm.`] : []),
  ];
  useEffect(() => {
    if (open) (first.current ?? cause.current)?.focus();
  }, [open]);
  const close = () => {
    setOpen(false);
    setName('');
    setTimeout(() => opener.current?.focus()); // it is not there before the next rendering
  };
  const perform = () => {
    if (obstacles.length > 0 || act.isPending) return;
    act.mutate(
      { reason: said, key },
      {
        onSuccess: () => {
          setKey(newKey());
          setReason('');
          close();
        },
        onError: (error) => {
          if (!isUnknown(error)) setKey(newKey());
        },
      },
    );
  };
  if (!open) {
    return (
      <div>
        {act.isSuccess && done !== '' && <p role="status">{done}</p>}
        <Button ref={opener} variant="secondary" className={css.button} isDanger={danger} isDisabled={why !== null} aria-describedby={why === null ? undefined : `${id}-why`} onClick={() => (act.reset(), setOpen(true))}>
          {opens} …
        </Button>
        <WhyNot why={why} id={`${id}-why`} />
      </div>
    );
  }
  return (
    <Alert isInline variant={danger ? 'warning' : 'info'} component="h3" title={title}>
      <List>
        {consequences.map((consequence) => (
          <ListItem key={consequence}>{consequence}</ListItem>
        ))}
        {stale && <ListItem>What is shown is stale and may have changed. The control plane decides by what is true then.</ListItem>}
      </List>
      <Form
        className={css.form}
        onSubmit={(event) => event.preventDefault() /* Enter does nothing: only the button, which says what it does. */}
      >
        {wanted !== 'none' && (
          <FormGroup label="Reason" isRequired={wanted === 'needed'} fieldId={`${id}-reason`}>
            <TextInput
              ref={first}
              id={`${id}-reason`}
              isRequired={wanted === 'needed'}
              value={reason}
              isDisabled={act.isPending}
              autoComplete="off"
              onChange={(_, value) => {
                setReason(value);
                setKey(newKey()); // another reason is another act
              }}
            />
          </FormGroup>
        )}
        {typed !== undefined && (
          <FormGroup label={`${typed}, typed to confirm`} isRequired fieldId={`${id}-typed`}>
            <TextInput id={`${id}-typed`} isRequired value={name} isDisabled={act.isPending} autoComplete="off" autoCapitalize="none" spellCheck={false} onChange={(_, value) => setName(value)} />
          </FormGroup>
        )}
        {act.error && (
          <ProblemAlert problem={toProblem(act.error)}>
            {isUnknown(act.error) ? 'Whether it was done is unknown. Pressing the button again is safe, it cannot be done twice by it.' : 'Nothing was changed.'}
          </ProblemAlert>
        )}
        <Command line={command(said)} />
        <div className={css.choices}>
          <Button ref={cause} variant={danger ? 'danger' : 'primary'} className={css.button} isLoading={act.isPending} isDisabled={act.isPending || obstacles.length > 0} aria-describedby={`${id}-obstacles`} onClick={perform}>
            {button}
          </Button>
          <Button variant="secondary" isDisabled={act.isPending} onClick={close}>
            Leave it as it is
          </Button>
        </div>
        <div id={`${id}-obstacles`} role="status">
          {obstacles.map((obstacle) => (
            <WhyNot key={obstacle} why={obstacle} />
          ))}
        </div>
      </Form>
    </Alert>
  );
}
