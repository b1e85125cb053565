import { Button, Drawer, DrawerContent, DrawerContentBody, EmptyState, EmptyStateBody, Label } from '@patternfly/react-core';
import { useRef, useState } from 'react';
import { useOrphans } from '../../api/orphans';
import { timeOfDay } from '../../live/format';
import { Panel } from '../../live/Panel';
import { Table } from '../../live/Table';
import { decisionOf, gathered, inWords, keyOf, type LostWrite, MOST_SHOWN, placeOf } from './lost';
import { ALL, searchOf, useNarrowed } from './narrowed';
import { NarrowForm } from './NarrowForm';
import { OrphanDetail } from './OrphanDetail';
import own from './orphans.module.css';

/** Writes that a lost region had taken and a failover passed over, with what became of each. @param filters a form narrows them, and the address says how */
export function OrphansPanel({ filters = false }: { filters?: boolean }) {
  const narrowed = useNarrowed();
  const wanted = filters ? narrowed : ALL;
  const asked = useOrphans(searchOf(wanted));
  const [chosen, setChosen] = useState<LostWrite | null>(null);
  const opener = useRef<HTMLElement>(null);
  const close = () => {
    setChosen(null);
    opener.current?.focus();
  };
  return (
    <Panel title="Lost writes" anchor="lost-writes" asked={asked}>
      {(orphans, stale) => {
        const writes = gathered(orphans);
        const current = chosen && (writes.find((each) => placeOf(each) === placeOf(chosen)) ?? null);
        return (
          <>
            {filters && <NarrowForm key={JSON.stringify(wanted)} wanted={wanted} />}
            <Drawer isExpanded={chosen !== null} isInline>
              <DrawerContent panelContent={chosen && <OrphanDetail key={placeOf(chosen)} write={current ?? chosen} told={current !== null} stale={stale} onClose={close} />}>
                <DrawerContentBody>
                  {writes.length > 0 ? (
                    <WritesTable
                      writes={writes}
                      chosen={chosen && placeOf(chosen)}
                      stale={stale}
                      onShow={(write, from) => {
                        opener.current = from;
                        setChosen(write);
                      }}
                    />
                  ) : stale ? (
                    <p>No region told of {searchOf(wanted) === '' ? 'a lost write' : 'a lost write like that'} when they were last heard.</p>
                  ) : searchOf(wanted) !== '' ? (
                    <p role="status">No lost write that is told is like that; others may be.</p>
                  ) : (
                    <EmptyState titleText="No region tells of a lost write" headingLevel="h3" variant="sm">
                      <EmptyStateBody>Every write that the regions know of has its place. What only a region has that is not back yet is known when it is.</EmptyStateBody>
                    </EmptyState>
                  )}
                </DrawerContentBody>
              </DrawerContent>
            </Drawer>
          </>
        );
      }}
    </Panel>
  );
}

function WritesTable({ writes, chosen, stale, onShow }: { writes: LostWrite[]; chosen: string | null; stale: boolean; onShow: (write: LostWrite, from: HTMLElement) => void }) {
  const shown = writes.slice(0, MOST_SHOWN);
  return (
    <>
      <Table scrolls="Lost writes, undecided first" label="Lost writes" heads={['From', 'Shard', 'Table', 'Key', 'Write', 'Committed', 'Decision']}>
        {shown.map((write) => {
          const decision = decisionOf(write);
          const { told } = write;
          return (
            <tr key={placeOf(write)}>
              <td>{told.source}</td>
              <td>{told.shard}</td>
              <td>{told.table}</td>
              <th scope="row" className={own.key} title={keyOf(told.key)}>
                <Button variant="link" isInline aria-label={`Show ${inWords(write)}`} aria-expanded={placeOf(write) === chosen} onClick={({ currentTarget }) => onShow(write, currentTarget)}>
                  {keyOf(told.key)}
                </Button>
              </th>
              <td>{told.operation}</td>
              <td title={told.committedAt ?? undefined}>{told.committedAt === null ? 'unknown' : timeOfDay(told.committedAt)}</td>
              <td>{stale ? `was: ${decision.word}` : <Label isCompact status={decision.status}>{decision.word}</Label>}</td>
            </tr>
          );
        })}
      </Table>
      {writes.length > shown.length && (
        <p>
          {shown.length} of {writes.length.toLocaleString('en')} are shown, undecided ones first; <code>./meridian orphans</code> lists all that is told.
        </p>
      )}
      <p>
        Each region tells its newest hundred; all of them are in <code>meridian.orphan</code> of every store.
      </p>
    </>
  );
}
