import { Bullseye, Card, CardBody, CardHeader, CardTitle, Content, Label, Spinner } from '@patternfly/react-core';
import { type ReactNode, useId } from 'react';
import { ProblemAlert } from '../problems/ProblemAlert';
import { useNow } from './clock';
import { timeOfDay } from './format';
import { type Asked, type Freshness, freshnessOf } from './freshness';
import css from './Panel.module.css';
import { useAnchor } from './anchor';

interface Props<T> {
  title: string;
  asked: Asked & { data: T | undefined };
  actions?: ReactNode;
  /** What a link to this part of its page has behind `at=`. */
  anchor?: string;
  /** What it shows is observed, not decided: it says of when it is while it is fresh, too. */
  dated?: boolean;
  /** @param stale what is shown was true once; whether it still is, nobody knows */
  children: (data: T, stale: boolean) => ReactNode;
}

/** A part of the page that shows one answer of the API and says how much it can be believed. */
export function Panel<T>({ title, asked, actions, anchor, dated = false, children }: Props<T>) {
  const id = useId();
  const here = useAnchor(anchor);
  const freshness = freshnessOf(asked, useNow());
  return (
    <Card component="section" aria-labelledby={id} ref={here} tabIndex={anchor === undefined ? undefined : -1}>
      <CardHeader actions={{ actions: <>{actions}<AsOf freshness={freshness} dated={dated} /></>, hasNoOffset: true }}>
        <CardTitle component="h2" id={id}>
          {title}
        </CardTitle>
      </CardHeader>
      <CardBody>
        {asked.data !== undefined ? (
          <div className={freshness.kind === 'stale' ? css.stale : undefined}>{children(asked.data, freshness.kind === 'stale')}</div>
        ) : freshness.kind === 'unknown' && freshness.problem ? (
          <ProblemAlert problem={freshness.problem}>
            <Content component="p">Nothing is known here yet; it is asked for again by itself.</Content>
          </ProblemAlert>
        ) : (
          <Bullseye className={css.waiting}>
            <Spinner aria-label={`Asking for: ${title}`} />
          </Bullseye>
        )}
      </CardBody>
    </Card>
  );
}

function AsOf({ freshness, dated }: { freshness: Freshness; dated: boolean }) {
  switch (freshness.kind) {
    case 'fresh':
      return dated ? <Label variant="outline">as of {timeOfDay(freshness.asOf)}</Label> : null;
    case 'stale':
      return <Label status="warning">Stale since {timeOfDay(freshness.since)}</Label>;
    case 'unknown':
      return <Label variant="outline">Unknown</Label>;
  }
}
