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
import { timeOfDay } from '../../live/format';
import { Status } from '../../live/Status';
import { Table } from '../../live/Table';
import css from '../../live/tables.module.css';
import { columnsOf, decisionOf, keyOf, type LostWrite, type Version, versionOf } from './lost';
import own from './orphans.module.css';

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
  const { told: orphan, decidedIn, openIn } = write;
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
            {[...decidedIn.map((region) => `${region} (decided)`), ...openIn.map((region) => `${region} (open)`)].join(', ')}
          </Fact>
        </DescriptionList>
        <Versions lost={versionOf(orphan.content)} ours={versionOf(orphan.ours)} deleted={orphan.operation === 'DELETE'} decided={decidedIn.length > 0} />
      </DrawerPanelBody>
    </DrawerPanelContent>
  );
}

/** What was lost, and what the owner had when it decided; side by side where both are whole. */
function Versions({ lost, ours, deleted, decided }: { lost: Version; ours: Version; deleted: boolean; decided: boolean }) {
  const names = { lost: deleted ? 'Deleted row' : 'Lost write', ours: 'Owner’s row' };
  const instead = ours.kind === 'none' && <p>{names.ours} when it decided: {decided ? 'there was none.' : 'not decided yet.'}</p>;
  if (lost.kind === 'row' && ours.kind !== 'cut') {
    const pairs = columnsOf(lost.columns, ours.kind === 'row' ? ours.columns : {});
    return (
      <>
        <Table scrolls="Both versions, column by column" label="Both versions" heads={['Column', names.lost, ...(ours.kind === 'row' ? [names.ours, 'Compared'] : [])]}>
          {pairs.map((pair) => (
            <tr key={pair.name} className={pair.differs ? own.differs : undefined}>
              <th scope="row">{pair.name}</th>
              <Value value={pair.lost} />
              {ours.kind === 'row' && <Value value={pair.ours} />}
              {ours.kind === 'row' && <td>{pair.differs ? 'differs' : pair.lost === undefined || pair.ours === undefined ? 'not told' : 'same'}</td>}
            </tr>
          ))}
        </Table>
        {instead}
      </>
    );
  }
  return (
    <>
      <Told name={names.lost} version={lost} />
      {instead || <Told name={names.ours} version={ours} />}
    </>
  );
}

function Value({ value }: { value: string | null | undefined }) {
  return <td className={own.whole}>{value === undefined ? <span className={css.nothing}>not told</span> : value === null ? <span className={css.nothing}>null</span> : value}</td>;
}

function Told({ name, version }: { name: string; version: Version }) {
  const text = version.kind === 'none' ? 'not told' : version.kind === 'cut' ? version.text : JSON.stringify(version.columns);
  return (
    <div>
      <p>
        {name}
        {version.kind === 'cut' && ', as far as it was told'}:
      </p>
      <code className={own.whole}>{text}</code>
    </div>
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
