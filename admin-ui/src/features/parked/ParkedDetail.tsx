import {
  ActionList,
  ActionListItem,
  Alert,
  Button,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  DrawerActions,
  DrawerCloseButton,
  DrawerHead,
  DrawerPanelBody,
  DrawerPanelContent,
  Title,
} from '@patternfly/react-core';
import { useEffect, useId, useRef, useState } from 'react';
import { isUnknown, newKey } from '../../api/once';
import { toProblem } from '../../api/problem';
import { useOrderParked } from '../../api/queries';
import type { Parked, ParkedOrder } from '../../api/types';
import { Command } from '../../live/Command';
import { count, size, timeOfDay } from '../../live/format';
import { useWhyNot, WhyNot } from '../../live/may';
import { Status } from '../../live/Status';
import { ProblemAlert } from '../../problems/ProblemAlert';
import own from './ParkedPanel.module.css';
import { SkipDialog } from './SkipDialog';
import { placeInShell, whyOf } from './waiting';

interface Props {
  /** As it was when it was chosen. */
  seen: Parked;
  /** As it is now; null: it waits no more. */
  current: Parked | null;
  stale: boolean;
  onOrdered: (order: ParkedOrder) => void;
  onClose: () => void;
}

export function ParkedDetail({ seen, current, stale, onOrdered, onClose }: Props) {
  const id = useId();
  const head = useRef<HTMLSpanElement>(null);
  const [skipping, setSkipping] = useState<Parked | null>(null);
  useEffect(() => head.current?.focus(), []);
  const parked = current ?? seen;
  const why = whyOf(parked.waiting);
  return (
    <DrawerPanelContent aria-labelledby={id} role="region" minSize="20rem">
      <DrawerHead>
        <span tabIndex={-1} ref={head}>
          <Title headingLevel="h3" id={id}>
            Shard {parked.shard} from {parked.source} in {parked.region}
          </Title>
        </span>
        <DrawerActions>
          <DrawerCloseButton aria-label="Close the detail" onClose={onClose} />
        </DrawerActions>
      </DrawerHead>
      <DrawerPanelBody className={own.detail}>
        {current === null && <Alert isInline variant="info" component="h4" title="Nothing of it waits any more; below stands what did" />}
        <p>
          <Status status={why.status} stale={stale || current === null}>{why.word}</Status> {why.sentence}
        </p>
        <DescriptionList isCompact>
          <Fact name="Reason">
            <span className={own.whole}>{parked.reason || 'none was told'}</span>
          </Fact>
          <Fact name="Position of the oldest">
            <code>{parked.position}</code>, epoch {parked.epoch}
          </Fact>
          <Fact name="Waits since">
            <time dateTime={parked.since} title={parked.since}>
              {timeOfDay(parked.since)}
            </time>{' '}
            by the store’s clock
          </Fact>
          <Fact name="Of this shard wait">
            {count(parked.records, 'record')}, {size(parked.bytes)}
          </Fact>
          <Fact name="Store group">{parked.group}</Fact>
        </DescriptionList>
        {current && <Acts key={current.position} parked={current} onOrdered={onOrdered} onSkip={() => setSkipping(current)} />}
        {skipping && (
          <SkipDialog
            parked={skipping}
            moved={current?.position !== skipping.position}
            onOrdered={(order) => {
              setSkipping(null);
              onOrdered(order);
            }}
            onClose={() => setSkipping(null)}
          />
        )}
      </DrawerPanelBody>
    </DrawerPanelContent>
  );
}

/** What can be done about one position: a retry of another one is another act, with another key. */
function Acts({ parked, onOrdered, onSkip }: { parked: Parked; onOrdered: (order: ParkedOrder) => void; onSkip: () => void }) {
  const [key, setKey] = useState(newKey);
  const mayNot = useWhyNot('operator');
  const order = useOrderParked();
  const retry = () =>
    order.mutate(
      { action: 'retry', parked, key },
      {
        onSuccess: (given) => {
          setKey(newKey());
          onOrdered(given);
        },
      },
    );
  return (
    <>
      {order.error && (
        <ProblemAlert problem={toProblem(order.error)}>
          {isUnknown(order.error) ? 'Whether the order was given is unknown. Pressing the button again is safe, it cannot give a second one.' : 'Nothing was ordered.'}
        </ProblemAlert>
      )}
      <ActionList>
        <ActionListItem>
          <Button variant="secondary" isLoading={order.isPending} isDisabled={order.isPending || mayNot !== null} onClick={retry}>
            Retry now
          </Button>
        </ActionListItem>
        <ActionListItem>
          <Button variant="secondary" isDanger isDisabled={parked.waiting !== 'REFUSED' || mayNot !== null} onClick={onSkip}>
            Skip …
          </Button>
        </ActionListItem>
      </ActionList>
      <WhyNot why={mayNot} />
      {parked.waiting !== 'REFUSED' && <p>Only what the store refused can be skipped.</p>}
      <Command line={`./meridian parked retry ${placeInShell(parked)}`} />
    </>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{name}</DescriptionListTerm>
      <DescriptionListDescription>{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}
