import { Alert, AlertActionCloseButton, Button, Drawer, DrawerContent, DrawerContentBody, EmptyState, EmptyStateBody, Label, Stack, StackItem } from '@patternfly/react-core';
import { useRef, useState } from 'react';
import { useParked, useParkedOrder } from '../../api/queries';
import { toProblem } from '../../api/problem';
import type { Parked, ParkedOrder } from '../../api/types';
import { useNow } from '../../live/clock';
import { duration, size, timeOfDay } from '../../live/format';
import { Panel } from '../../live/Panel';
import { Table } from '../../live/Table';
import { ProblemAlert } from '../../problems/ProblemAlert';
import { ParkedDetail } from './ParkedDetail';
import own from './ParkedPanel.module.css';
import { inWords, MOST_SHOWN, placeOf, urgentFirst, whyOf } from './waiting';

/** Orders of which this page tells: the newest ones that were given on it. */
const MOST_ORDERS = 5;

export function ParkedPanel() {
  const asked = useParked();
  const [chosen, setChosen] = useState<Parked | null>(null);
  const opener = useRef<HTMLElement>(null);
  const [orders, setOrders] = useState<string[]>([]);
  const ordered = (order: ParkedOrder) => setOrders((before) => [order.id, ...before.filter((id) => id !== order.id)].slice(0, MOST_ORDERS));
  const show = (parked: Parked, from: HTMLElement) => {
    opener.current = from;
    setChosen(parked);
  };
  const close = () => {
    setChosen(null);
    opener.current?.focus();
  };
  return (
    <Panel title="Waiting shards" anchor="parked" asked={asked}>
      {(parked, stale) => {
        const current = chosen && (parked.find((each) => placeOf(each) === placeOf(chosen)) ?? null);
        return (
          <Stack hasGutter>
            {orders.map((id) => (
              <StackItem key={id}>
                <OrderOutcome id={id} onClose={() => setOrders((before) => before.filter((each) => each !== id))} />
              </StackItem>
            ))}
            <StackItem>
              <Drawer isExpanded={chosen !== null} isInline>
                <DrawerContent
                  panelContent={chosen && <ParkedDetail key={placeOf(chosen)} seen={chosen} current={current} stale={stale} onOrdered={ordered} onClose={close} />}
                >
                  <DrawerContentBody>
                    {parked.length > 0 ? (
                      <ParkedTable parked={urgentFirst(parked)} chosen={chosen && placeOf(chosen)} stale={stale} onShow={show} />
                    ) : stale ? (
                      <p>Nothing waited when it was last known.</p>
                    ) : (
                      <EmptyState titleText="Nothing waits: all is well" headingLevel="h3" variant="sm">
                        <EmptyStateBody>Every change that came to a region’s store took effect there.</EmptyStateBody>
                      </EmptyState>
                    )}
                  </DrawerContentBody>
                </DrawerContent>
              </Drawer>
            </StackItem>
          </Stack>
        );
      }}
    </Panel>
  );
}

function ParkedTable({ parked, chosen, stale, onShow }: { parked: Parked[]; chosen: string | null; stale: boolean; onShow: (parked: Parked, from: HTMLElement) => void }) {
  const now = useNow();
  const shown = parked.slice(0, MOST_SHOWN);
  return (
    <>
      <Table scrolls="Waiting shards, most urgent first" label="Waiting shards" heads={['Shard', 'From', 'Region', 'Group', 'Why', 'For', 'Records', 'Bytes', 'Reason']}>
        {shown.map((each) => {
          const why = whyOf(each.waiting);
          return (
            <tr key={placeOf(each)}>
              <th scope="row">
                <Button variant="link" isInline aria-label={`Show ${inWords(each)}`} aria-expanded={placeOf(each) === chosen} onClick={({ currentTarget }) => onShow(each, currentTarget)}>
                  {each.shard}
                </Button>
              </th>
              <td>{each.source}</td>
              <td>{each.region}</td>
              <td>{each.group}</td>
              <td>{stale ? `was: ${why.word}` : <Label isCompact status={why.status}>{why.word}</Label>}</td>
              <td title={`since ${timeOfDay(each.since)}`}>{waitsFor(each.since, now)}</td>
              <td>{each.records.toLocaleString('en')}</td>
              <td>{size(each.bytes)}</td>
              <td className={own.reason} title={each.reason}>
                {each.reason}
              </td>
            </tr>
          );
        })}
      </Table>
      {parked.length > shown.length && (
        <p>
          {shown.length} of {parked.length.toLocaleString('en')} are shown, the most urgent ones; <code>./meridian parked</code> lists all.
        </p>
      )}
    </>
  );
}

/** Its clock is the store's, not this browser's: what lies ahead of it began just now. */
function waitsFor(since: string, now: number): string {
  const began = Date.parse(since);
  return Number.isNaN(began) ? 'unknown' : duration(Math.max(0, now - began));
}

/** What became of an order, to its end. */
function OrderOutcome({ id, onClose }: { id: string; onClose: () => void }) {
  const { data: order, error } = useParkedOrder(id);
  const close = <AlertActionCloseButton aria-label={`Close the news of ${id}`} onClose={onClose} />;
  if (!order || (order.state === 'PENDING' && error)) {
    return error ? (
      <ProblemAlert problem={toProblem(error)}>
        What becomes of order {id} is not known; it is asked for again by itself.{' '}
        <Button variant="link" isInline onClick={onClose}>
          Ask no more
        </Button>
      </ProblemAlert>
    ) : (
      <Alert isInline variant="info" component="h3" title={`Order ${id} was given`} />
    );
  }
  const what = `${order.action === 'SKIP' ? 'skip' : order.action === 'RETRY' ? 'retry' : order.action} ${inWords(order)}`;
  switch (order.state) {
    case 'PENDING':
      return (
        <Alert isInline variant="info" component="h3" isLiveRegion title={`Order ${id}, ${what}: the agent has not answered yet`}>
          It has up to 2 minutes.
        </Alert>
      );
    case 'DONE':
      return (
        <Alert isInline variant="success" component="h3" isLiveRegion actionClose={close} title={`Order ${id}, ${what}: done`}>
          {order.action === 'SKIP'
            ? `The transaction at ${order.position} never takes effect in ${order.region}’s copy; it is kept in meridian.skipped. The copy differs until it is repaired: compare the copies of shard ${order.shard}, row by row.`
            : 'It is tried now. Whether the store takes it is told by the list: what took effect is not in it any more.'}
        </Alert>
      );
    case 'FAILED':
      return (
        <Alert isInline variant="danger" component="h3" isLiveRegion actionClose={close} title={`Order ${id}, ${what}: failed`}>
          <p>{order.problem ?? 'The agent did not say why.'}</p>
        </Alert>
      );
    default:
      return <Alert isInline variant="warning" component="h3" actionClose={close} title={`Order ${id}, ${what}: ${order.state}, a state that this console does not know`} />;
  }
}

