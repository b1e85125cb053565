import { Alert, ExpandableSection, Spinner, Stack, StackItem } from '@patternfly/react-core';
import { type ReactNode, useState } from 'react';
import { runProblem } from '../../api/problem';
import type { Difference, Verification } from '../../api/types';
import { count, timeOfDay } from '../../live/format';
import { Table } from '../../live/Table';
import css from '../../live/tables.module.css';
import { ProblemAlert } from '../../problems/ProblemAlert';
import own from './copies.module.css';
import { asOwner, keyText, MOST_ROWS, MOST_SHARDS, regionsOf, rowsKnown } from './differences';

export type OwnerOf = (shard: number) => string | null;

interface Props {
  verification: Verification;
  askedAt: number;
  ownerOf: OwnerOf;
  /** What can be done about the differences. */
  children: ReactNode;
}

export function ComparisonView({ verification, askedAt, ownerOf, children }: Props) {
  const { state, equal, differences, shards, rows, problem } = verification;
  const scope = `${count(shards, 'shard')} of every region`;
  switch (state) {
    case 'RUNNING':
      return (
        <p role="status" className={own.running}>
          <Spinner size="md" aria-label="Comparing" /> Comparing {scope}, asked for at {timeOfDay(askedAt)}
          {rows > 0 && `; ${count(rows, 'row')} found equal so far`}
          {differences.length > 0 && `; ${count(differences.length, 'shard')} not equal yet, and looked at again`}.
        </p>
      );
    case 'FAILED':
      return <ProblemAlert problem={runProblem(problem ?? 'It did not say why.', 'The comparison failed: nothing is known by it') ?? unsaid} />;
    case 'DONE':
      return (
        <Stack hasGutter>
          <StackItem>
            {equal === true ? (
              <Alert isInline variant="success" component="h3" title={`The copies are equal: ${scope}, ${count(rows, 'row')}`} />
            ) : (
              <Alert isInline variant="warning" component="h3" title={`${count(differences.length, 'shard')} of ${shards.toLocaleString('en')} ${differences.length === 1 ? 'differs' : 'differ'}`}>
                {problem}
              </Alert>
            )}
          </StackItem>
          {differences.length > 0 && (
            <>
              <StackItem>
                <ShardTable differences={differences} ownerOf={ownerOf} />
              </StackItem>
              {differences.map((difference) =>
                difference.rows && difference.rows.length > 0 ? (
                  <StackItem key={difference.shard}>
                    <Rows difference={difference} owner={ownerOf(difference.shard)} />
                  </StackItem>
                ) : null,
              )}
              <StackItem>{children}</StackItem>
            </>
          )}
        </Stack>
      );
    default:
      return <Alert isInline variant="warning" component="h3" title={`${state}: this console does not know that state`} />;
  }
}

const unsaid = { type: 'about:blank', title: 'The comparison failed', status: null, detail: null };

function ShardTable({ differences, ownerOf }: { differences: Difference[]; ownerOf: OwnerOf }) {
  const regions = regionsOf(differences);
  const shown = differences.slice(0, MOST_SHARDS);
  return (
    <>
      <Table scrolls="Shards that differ, by number" label="Shards that differ" heads={['Shard', 'Owner now', ...regions, 'Rows that differ']}>
        {shown.map((difference) => (
          <tr key={difference.shard}>
            <th scope="row">{difference.shard}</th>
            <td>{ownerOf(difference.shard) ?? 'unknown'}</td>
            {regions.map((region) => {
              const copy = difference.regions[region];
              return (
                <td key={region}>
                  {copy ? (
                    <>
                      {count(copy.rows, 'row')}, <Hash whole={copy.hash} />
                    </>
                  ) : (
                    'unknown'
                  )}
                </td>
              );
            })}
            <td>{rowsKnown(difference)}</td>
          </tr>
        ))}
      </Table>
      {differences.length > shown.length && (
        <p>
          {shown.length} of {count(differences.length, 'shard')} that differ are shown; <code>./meridian verify --json</code> has all.
        </p>
      )}
    </>
  );
}

function Rows({ difference, owner }: { difference: Difference; owner: string | null }) {
  const [open, setOpen] = useState(false);
  const { shard, moreRows } = difference;
  const rows = difference.rows ?? [];
  const shown = rows.slice(0, MOST_ROWS);
  const regions = Object.keys(difference.regions).sort();
  return (
    <ExpandableSection toggleText={`${open ? 'Hide' : 'Show'} the rows of shard ${shard} that differ: ${rowsKnown(difference)}`} isExpanded={open} onToggle={(_, expanded) => setOpen(expanded)}>
      {open && (
        <>
          <Table scrolls={`Rows of shard ${shard}, by region`} label={`Rows of shard ${shard} that differ`} heads={['Table', 'Key', ...regions.map((region) => (region === owner ? `${region} (owner)` : region))]}>
            {shown.map((row) => (
              <tr key={row.table + keyText(row.key)}>
                <td>{row.table}</td>
                <th scope="row">{keyText(row.key)}</th>
                {regions.map((region) => {
                  const hash = row.regions[region];
                  const stands = asOwner(row, region, owner);
                  return (
                    <td key={region}>
                      {hash === undefined ? 'unknown' : hash === null ? 'not there' : <Hash whole={hash} />}
                      {stands === 'differs' && <strong> differs</strong>}
                      {stands === 'same' && ' as the owner'}
                    </td>
                  );
                })}
              </tr>
            ))}
          </Table>
          {rows.length > shown.length && (
            <p>
              {shown.length} of {count(rows.length, 'row')} are shown; <code>./meridian verify --json</code> has all.
            </p>
          )}
          {moreRows && <p>More rows of this shard may differ than were compared: compare again after a repair.</p>}
        </>
      )}
    </ExpandableSection>
  );
}

const Hash = ({ whole }: { whole: string }) => (
  <span className={css.hash} title={whole}>
    {whole.slice(0, 12)}
  </span>
);
