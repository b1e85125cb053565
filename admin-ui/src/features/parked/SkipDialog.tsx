import { Alert, Button, Form, FormGroup, FormHelperText, HelperText, HelperTextItem, List, ListItem, Modal, ModalBody, ModalFooter, ModalHeader, TextArea } from '@patternfly/react-core';
import { useId, useState } from 'react';
import { isUnknown, newKey } from '../../api/once';
import { toProblem } from '../../api/problem';
import { useOrderParked } from '../../api/queries';
import type { Parked, ParkedOrder } from '../../api/types';
import { Command } from '../../live/Command';
import { quoted } from '../../live/shell';
import { ProblemAlert } from '../../problems/ProblemAlert';
import own from './ParkedPanel.module.css';
import { inWords, placeInShell } from './waiting';

/** As the control plane has it. */
const REASON_LENGTH = 500;

interface Props {
  /** What is skipped: as it was shown when the dialog opened. */
  parked: Parked;
  /** The oldest that waits there is another one by now. */
  moved: boolean;
  onOrdered: (order: ParkedOrder) => void;
  onClose: () => void;
}

/** Skipping loses something for good, so that it is said what, and a person says why. */
export function SkipDialog({ parked, moved, onOrdered, onClose }: Props) {
  const id = useId();
  const [reason, setReason] = useState('');
  const [key, setKey] = useState(newKey);
  const order = useOrderParked();
  const said = reason.trim();
  const fits = said.length > 0 && said.length <= REASON_LENGTH;
  const can = fits && !moved && !order.isPending;
  const skip = () => order.mutate({ action: 'skip', parked, reason: said, key }, { onSuccess: onOrdered });
  return (
    <Modal isOpen variant="medium" aria-labelledby={`${id}-title`} aria-describedby={`${id}-body`} onClose={order.isPending ? () => undefined : onClose}>
      <ModalHeader title={`Skip the oldest of ${inWords(parked)}?`} labelId={`${id}-title`} titleIconVariant="warning" />
      <ModalBody id={`${id}-body`} className={own.detail}>
        <List>
          <ListItem>
            The transaction at position <code>{parked.position}</code> (epoch {parked.epoch}) <strong>never takes effect</strong> for shard {parked.shard} in {parked.region}’s copy. This
            cannot be undone.
          </ListItem>
          <ListItem>
            What it held is kept in <code>meridian.skipped</code> of that store, with your name and the reason.
          </ListItem>
          <ListItem>The copy differs from its owner’s until it is repaired; later changes of the same rows may be refused because of it.</ListItem>
        </List>
        <p className={own.whole}>The store says: {parked.reason || 'nothing'}</p>
        {moved && <Alert isInline variant="warning" component="h3" title="What waits there has changed since this dialog was opened: close it and look again" />}
        <Form
          id={`${id}-form`}
          onSubmit={(event) => {
            event.preventDefault();
            if (can) skip();
          }}
        >
          <FormGroup label="Reason" isRequired fieldId={`${id}-reason`}>
            <TextArea
              id={`${id}-reason`}
              isRequired
              value={reason}
              isDisabled={order.isPending}
              resizeOrientation="vertical"
              validated={said.length > REASON_LENGTH ? 'error' : 'default'}
              onChange={(_, value) => {
                setReason(value);
                setKey(newKey()); // another reason is another order
                order.reset();
              }}
            />
            <FormHelperText>
              <HelperText isLiveRegion>
                {said.length > REASON_LENGTH ? (
                  <HelperTextItem variant="error">
                    {said.length} characters, and at most {REASON_LENGTH} are kept
                  </HelperTextItem>
                ) : (
                  <HelperTextItem>Why this copy may do without it; it is kept, and stands in the audit.</HelperTextItem>
                )}
              </HelperText>
            </FormHelperText>
          </FormGroup>
        </Form>
        <Command line={`./meridian parked skip ${placeInShell(parked)} --reason ${quoted(said)}`} />
        {order.error && (
          <ProblemAlert problem={toProblem(order.error)}>
            {isUnknown(order.error) ? 'Whether the order was given is unknown. Pressing the button again is safe, it cannot give a second one.' : 'Nothing was skipped.'}
          </ProblemAlert>
        )}
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" type="submit" form={`${id}-form`} isLoading={order.isPending} isDisabled={!can}>
          Skip: it never takes effect in {parked.region}
        </Button>
        <Button variant="secondary" isDisabled={order.isPending} onClick={onClose}>
          Keep it waiting
        </Button>
      </ModalFooter>
    </Modal>
  );
}
