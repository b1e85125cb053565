import {
  Alert,
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
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { dayAndTime, timeOfDay } from '../../live/format';
import { Status } from '../../live/Status';
import { decisionOf, keyOf, type LostWrite, versionOf } from './lost';
import own from './orphans.module.css';
import { Revising } from './Revising';
import { Versions } from './Versions';

interface Props {
  write: LostWrite;
  /** False: no region tells of it any more; it is shown as it was told last. */
  told: boolean;
  stale: boolean;
  onClose: () => void;
}

export function OrphanDetail({ write, told, stale, onClose }: Props) {
  const id = useId();
  const head = useRef<HTMLSpanElement>(null);
  useEffect(() => head.current?.focus(), []);
  const { told: orphan, decidedIn, openIn, behind } = write;
  const decision = decisionOf(write);
  return (
    <DrawerPanelContent aria-labelledby={id} role="region" minSize="20rem">
      <DrawerHead>
        <span tabIndex={-1} ref={head}>
          <Title headingLevel="h3" id={id}>
            {orphan.operation} of {orphan.table}, shard {orphan.shard}
          </Title>
        </span>
        <DrawerActions>
          <DrawerCloseButton aria-label="Close the lost write" onClose={onClose} />
        </DrawerActions>
      </DrawerHead>
      <DrawerPanelBody className={own.detail}>
        {!told && <Alert isInline variant="info" component="h4" title="No region tells of it any more; below stands what was told last" />}
        <p>
          <Status status={decision.status} stale={stale || !told}>{decision.word}</Status> {decision.sentence}
        </p>
        <DescriptionList isCompact>
          <Fact name="Reason">
            <span className={own.whole}>{decidedIn.length === 0 ? 'not decided yet' : orphan.reason || 'none was told'}</span>
          </Fact>
          {orphan.revised && (
            <Fact name="A person since">
              {orphan.revised.verdict}, by {orphan.revised.by}, <time dateTime={orphan.revised.at}>{dayAndTime(orphan.revised.at)}</time>: <span className={own.whole}>{orphan.revised.reason}</span>
            </Fact>
          )}
          <Fact name="Key">
            <span className={own.whole}>{keyOf(orphan.key)}</span>
          </Fact>
          <Fact name="Committed">
            {orphan.committedAt === null ? 'unknown' : <time dateTime={orphan.committedAt} title={orphan.committedAt}>{timeOfDay(orphan.committedAt)}</time>} in {orphan.source}
            {orphan.epoch !== null && `, epoch ${orphan.epoch}`}
          </Fact>
          <Fact name="Position">
            <code className={own.whole}>{orphan.position}</code>
          </Fact>
          <Fact name="Told by">
            {[...decidedIn.map((region) => `${region} (decided${behind.includes(region) ? ', not revised yet' : ''})`), ...openIn.map((region) => `${region} (open)`)].join(', ')}
          </Fact>
        </DescriptionList>
        <Versions
          label="Both versions"
          left={{ name: orphan.operation === 'DELETE' ? 'Deleted row' : 'Lost write', version: versionOf(orphan.content), none: 'not told.' }}
          right={{ name: 'Owner’s row when it decided', version: versionOf(orphan.ours), none: decidedIn.length > 0 ? 'there was none.' : 'not decided yet.' }}
        />
        <Revising write={write} />
      </DrawerPanelBody>
    </DrawerPanelContent>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{name}</DescriptionListTerm>
      <DescriptionListDescription>{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}
