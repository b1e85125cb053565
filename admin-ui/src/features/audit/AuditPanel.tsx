import { ActionGroup, Button, Card, CardBody, CardTitle, Checkbox, Form, FormGroup, FormHelperText, Grid, GridItem, HelperText, HelperTextItem, Label, Stack, StackItem, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import { useAudit } from '../../api/queries';
import type { AuditEntry, AuditPage } from '../../api/types';
import { Command } from '../../live/Command';
import { count } from '../../live/format';
import { Panel } from '../../live/Panel';
import { Table } from '../../live/Table';
import css from '../../live/tables.module.css';
import { hrefOf, useParams } from '../../live/view';
import own from './audit.module.css';
import { commandOf, endingOf, PAGE, paramsOf, readSearch, type Search } from './search';

/** Who did what. What is looked for stands in the address, page and all. */
export function AuditPanel() {
  const params = useParams();
  const search = readSearch(params);
  const cursor = params.get('cursor');
  const named = paramsOf(search);
  const asked = useAudit(new URLSearchParams({ ...named, limit: String(PAGE), ...(cursor ? { cursor } : {}) }).toString());
  const chosen = params.get('entry');
  return (
    <Stack hasGutter>
      <StackItem>
        <SearchForm key={JSON.stringify(named)} search={search} />
      </StackItem>
      <StackItem>
      <Panel title="Entries" asked={asked} anchor="entries">
        {(page) => (
          <>
            <Entries page={page} search={named} cursor={cursor} chosen={chosen} narrowed={Object.keys(named).length > 0} />
            <nav aria-label="Pages of the audit" className={own.pages}>
              {cursor !== null && <a href={hrefOf('audit', named)}>Newest entries</a>}
              {page.next !== null && <a href={hrefOf('audit', { ...named, cursor: page.next })}>Older entries</a>}
            </nav>
          </>
        )}
      </Panel>
      </StackItem>
    </Stack>
  );
}

function SearchForm({ search }: { search: Search }) {
  const [draft, setDraft] = useState(search);
  const edit = (change: Partial<Search>) => setDraft({ ...draft, ...change });
  const field = (name: 'who' | 'what' | 'from' | 'to', label: string, help: string, type: 'text' | 'datetime-local' = 'text') => (
    <GridItem span={12} md={6} xl={3}>
      <FormGroup label={label} fieldId={`audit-${name}`}>
        <TextInput id={`audit-${name}`} type={type} value={draft[name]} autoComplete="off" onChange={(_, value) => edit({ [name]: value })} />
        <FormHelperText>
          <HelperText>
            <HelperTextItem>{help}</HelperTextItem>
          </HelperText>
        </FormHelperText>
      </FormGroup>
    </GridItem>
  );
  return (
    <Card component="section" aria-labelledby="audit-search">
      <CardTitle component="h2" id="audit-search">
        Search the audit
      </CardTitle>
      <CardBody>
    <Form
      role="search"
      aria-label="Search the audit"
      onSubmit={(event) => {
        event.preventDefault();
        location.hash = hrefOf('audit', paramsOf(draft));
      }}
    >
      <Grid hasGutter>
        {field('who', 'Who', 'The whole name, as an entry has it')}
        {field('what', 'What, or about what', 'A part of what was asked for: brake, mv-7, west-1')}
        {field('from', 'From', 'Local time', 'datetime-local')}
        {field('to', 'Before', 'Local time', 'datetime-local')}
      </Grid>
      <Checkbox id="audit-alarm" label="Only where somebody broke the glass" isChecked={draft.alarm} onChange={(_, alarm) => edit({ alarm })} />
      <ActionGroup>
        <Button type="submit" variant="primary">
          Search
        </Button>
        <Button variant="link" component="a" href={hrefOf('audit')}>
          All entries
        </Button>
      </ActionGroup>
      <Command line={commandOf(draft)} />
    </Form>
      </CardBody>
    </Card>
  );
}

interface EntriesProps {
  page: AuditPage;
  search: Record<string, string>;
  cursor: string | null;
  chosen: string | null;
  narrowed: boolean;
}

function Entries({ page: { entries, count: all, missing, next }, search, cursor, chosen, narrowed }: EntriesProps) {
  return (
    <>
      <p role="status">
        {entries.length === 0 ? (next === null ? 'No entry is like that.' : 'None of the entries looked at is like that; older ones may be.') : `${count(entries.length, 'entry', 'entries')} on this page${narrowed ? ' that match' : ''}; ${count(all, 'entry', 'entries')} there ever were.`}
      </p>
      {missing.length > 0 && (
        <p>
          This node lacks the entries {missing.map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`)).join(', ')}: it was away when they were made. Another node has them.
        </p>
      )}
      {entries.length > 0 && (
        <Table scrolls="Entries of the audit, newest first" label="Entries of the audit" heads={['No', 'At', 'Who', 'What', 'Why', 'Outcome']}>
          {entries.map((entry) => (
            <Row key={entry.number} entry={entry} open={chosen === String(entry.number)} href={(open) => hrefOf('audit', { ...search, ...(cursor ? { cursor } : {}), ...(open ? { entry: String(entry.number) } : {}) })} />
          ))}
        </Table>
      )}
    </>
  );
}

function Row({ entry, open, href }: { entry: AuditEntry; open: boolean; href: (open: boolean) => string }) {
  const ending = endingOf(entry);
  return (
    <>
      <tr>
        <th scope="row">
          <a href={href(!open)} aria-expanded={open} aria-label={`${open ? 'Close' : 'Show'} entry ${entry.number}`}>
            {entry.number}
          </a>
        </th>
        <td>
          <time dateTime={entry.at}>{AT.format(new Date(entry.at))}</time>
        </td>
        <td className={own.wide}>
          {entry.who}
          {entry.alarm && (
            <>
              {' '}
              <Label status="danger" isCompact>
                broke the glass
              </Label>
            </>
          )}
        </td>
        <td className={own.wide}>{entry.what}</td>
        <td className={own.wide}>{entry.why}</td>
        <td className={own.wide}>
          <Label isCompact status={ending.status}>
            {ending.word}
          </Label>{' '}
          {ending.rest}
        </td>
      </tr>
      {open && (
        <tr>
          <td colSpan={6} className={own.detail}>
            <dl>
              <dt>Roles</dt>
              <dd>{entry.roles.join(', ') || 'none'}</dd>
              <dt>Revision before, after</dt>
              <dd>
                {entry.before}, {entry.after}
              </dd>
              <dt>Hash</dt>
              <dd className={css.hash}>{entry.hash}</dd>
              <dt>Hash of the entry before</dt>
              <dd className={css.hash}>{entry.previous}</dd>
            </dl>
          </td>
        </tr>
      )}
    </>
  );
}

const AT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'short', timeStyle: 'medium', hour12: false });
