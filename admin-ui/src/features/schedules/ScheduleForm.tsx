import { ActionGroup, Alert, Button, Card, CardBody, CardTitle, Checkbox, Form, FormGroup, FormHelperText, FormSelect, FormSelectOption, HelperText, HelperTextItem, TextArea, TextInput } from '@patternfly/react-core';
import { type ReactNode, useId, useState } from 'react';
import type { Scenario, Schedule } from '../../api/drill-types';
import { useScenarios } from '../../api/drills';
import { toProblem } from '../../api/problem';
import { useRegions } from '../../api/queries';
import { type ScheduleWish, usePlanSchedule, useSchedules, useSetSchedule } from '../../api/schedules';
import { Act } from '../../live/Act';
import { useAnchor } from '../../live/anchor';
import { dayAndTime } from '../../live/format';
import { useWhyNot, WhyNot } from '../../live/may';
import { hrefOf, useParams } from '../../live/view';
import { ProblemAlert } from '../../problems/ProblemAlert';
import { anchorOf, consequencesOf, documentOf, type Draft, draftOf, drillInWords, EMPTY, placed, setCommand, typedFor } from './schedule';
import own from './schedules.module.css';
import { Times } from './Times';

/** A link may name the schedule to change; else a new one is written. What was written stays until the next link. */
export function ScheduleForm() {
  const params = useParams();
  const named = params.get('at') === 'schedule' ? params.get('name') : null;
  const asked = useSchedules();
  const here = useAnchor('schedule');
  const [wish, setWish] = useState<string | null>(null);
  const [begun, setBegun] = useState<Schedule | null>(null);
  const [set, setSet] = useState<Schedule | null>(null);
  const [written, setWritten] = useState(0);
  if (params.get('at') === 'schedule' && named !== wish) {
    setWish(named);
    setBegun(null);
    setSet(null);
  }
  const known = wish === null ? undefined : asked.data?.schedules.find(({ name }) => name === wish);
  if (known && begun === null) setBegun(known);
  const missing = wish !== null && asked.data !== undefined && known === undefined && begun === null;
  return (
    <Card component="section" aria-labelledby="set-schedule" ref={here} tabIndex={-1}>
      <CardTitle component="h2" id="set-schedule">
        {begun === null ? 'A schedule of your own' : `Change schedule ${begun.name}`}
      </CardTitle>
      <CardBody>
        <div className={own.parts}>
          {missing && <p role="status">There is no schedule {wish}: what is written below would be a new one.</p>}
          {begun !== null && <a href={hrefOf('drills', { at: 'schedule' })}>Write a new one instead</a>}
          <Editor
            key={begun === null ? written : `${begun.name} ${begun.revision}`}
            begun={begun}
            now={begun === null ? undefined : asked.data?.schedules.find(({ name }) => name === begun.name)}
            all={asked.data?.schedules}
            onAgain={setBegun}
            onSet={(schedule) => {
              setSet(schedule);
              setWritten(written + 1);
              if (begun !== null) setBegun(schedule);
            }}
            onEdit={() => setSet(null)}
          />
          {set && (
            <Alert isInline isLiveRegion variant="success" component="h3" title={`${set.name} is declared, revision ${set.revision}: ${set.enabled ? 'drills begin by themselves' : 'disabled'}`}>
              <a href={hrefOf('drills', { at: anchorOf(set.name) })}>Look at {set.name}</a>
            </Alert>
          )}
        </div>
      </CardBody>
    </Card>
  );
}

interface EditorProps {
  /** What it changes, as it was when the form was filled in; null: a new one. */
  begun: Schedule | null;
  /** As it is told now; undefined: it is not. */
  now: Schedule | undefined;
  all: Schedule[] | undefined;
  onAgain: (schedule: Schedule) => void;
  onSet: (schedule: Schedule) => void;
  onEdit: () => void;
}

/** Written, looked at with every fault told where it stands, and only then declared. Editing drops the look. */
function Editor({ begun, now, all, onAgain, onSet, onEdit }: EditorProps) {
  const id = useId();
  const scenarios = useScenarios().data?.scenarios ?? [];
  const regions = useRegions().data ?? [];
  const [draft, setDraft] = useState<Draft>(begun === null ? EMPTY : draftOf(begun));
  const [looked, setLooked] = useState<{ wish: ScheduleWish; would: Schedule } | null>(null);
  const plan = usePlanSchedule();
  const name = draft.name.trim();
  const taken = begun === null && all?.some((each) => each.name === name);
  const changed = begun !== null && now !== undefined && now.revision > begun.revision;
  const why = useWhyNot('planner') ?? (name === '' ? 'Name it.' : taken ? `There is a schedule ${name} already: change that one, or choose another name.` : changed ? `${begun.name} was changed by ${now.by}, ${dayAndTime(now.changedAt)}, since this form was filled in.` : null);
  const { fields, rest } = placed(plan.error ? (toProblem(plan.error).errors ?? []) : [], documentOf(draft));
  const edit = (change: Partial<Draft>) => {
    setDraft({ ...draft, ...change });
    setLooked(null);
    plan.reset();
    onEdit();
  };
  const look = () => {
    const wish = { name, document: documentOf(draft), seen: begun?.revision ?? null };
    setLooked(null);
    plan.mutate(wish, { onSuccess: (would) => setLooked({ wish, would }) });
  };
  const text = (field: 'name' | 'cron' | 'timeZone' | 'windowMinutes' | 'note', label: string, helps: ReactNode) => (
    <FormGroup label={label} fieldId={`${id}-${field}`}>
      <TextInput id={`${id}-${field}`} value={draft[field]} isDisabled={field === 'name' && begun !== null} autoComplete="off" autoCapitalize="none" spellCheck={field === 'note'} validated={fields[field] ? 'error' : 'default'} aria-describedby={`${id}-${field}-says`} onChange={(_, value) => edit({ [field]: value })} />
      <Says id={`${id}-${field}-says`} faults={fields[field]}>
        {helps}
      </Says>
    </FormGroup>
  );
  return (
    <>
      <Form
        onSubmit={(event) => {
          event.preventDefault();
          if (why === null && !plan.isPending) look();
        }}
      >
        {text('name', 'Name', 'Small letters, digits and “-”.')}
        <FormGroup label="Scenario to drill" fieldId={`${id}-scenario`}>
          <FormSelect id={`${id}-scenario`} value={draft.scenario} validated={fields.scenario ? 'error' : 'default'} aria-describedby={`${id}-scenario-says`} onChange={(_, scenario) => edit({ scenario })}>
            <FormSelectOption value="" label="Choose a scenario" isPlaceholder />
            {draft.scenario !== '' && scenarios.every((each) => each.name !== draft.scenario) && <FormSelectOption value={draft.scenario} label={`${draft.scenario}: none such is registered now`} />}
            {scenarios.map((each) => (
              <FormSelectOption key={each.name} value={each.name} label={each.name} />
            ))}
          </FormSelect>
          <Says id={`${id}-scenario-says`} faults={fields.scenario}>
            What it drills, as it is registered when it is due.
          </Says>
        </FormGroup>
        <FormGroup label="Region to drill" fieldId={`${id}-region`}>
          <FormSelect id={`${id}-region`} value={draft.region} validated={fields.region ? 'error' : 'default'} aria-describedby={`${id}-region-says`} onChange={(_, region) => edit({ region })}>
            <FormSelectOption value="" label="As the scenario is written" />
            {draft.region !== '' && regions.every((each) => each.name !== draft.region) && <FormSelectOption value={draft.region} label={`${draft.region}: there is none such now`} />}
            {regions.map((each) => (
              <FormSelectOption key={each.name} value={each.name} label={each.name} />
            ))}
          </FormSelect>
          <Says id={`${id}-region-says`} faults={fields.region}>
            A link’s ends stay as they are written.
          </Says>
        </FormGroup>
        {text('cron', 'Cron', <>Minute, hour, day of the month, month, day of the week: <code>0 3 * * MON</code>. Once an hour at most.</>)}
        {text('timeZone', 'Time zone', `Of the tz database. Empty: UTC. This browser’s is ${Intl.DateTimeFormat().resolvedOptions().timeZone}.`)}
        {text('windowMinutes', 'Window, in minutes', 'For how long one that was due may still begin, 1 to 720. Empty: 30.')}
        <FormGroup label="Blackout days" fieldId={`${id}-blackouts`}>
          <TextArea id={`${id}-blackouts`} rows={3} value={draft.blackouts} spellCheck={false} autoComplete="off" resizeOrientation="vertical" validated={fields.blackouts ? 'error' : 'default'} aria-describedby={`${id}-blackouts-says`} onChange={(_, blackouts) => edit({ blackouts })} />
          <Says id={`${id}-blackouts-says`} faults={fields.blackouts}>
            A line each: <code>2026-12-24</code>, or <code>2026-12-21/2027-01-06</code>, both in it. What is due then is skipped.
          </Says>
        </FormGroup>
        {text('note', 'Note', 'For whoever looks later.')}
        {begun === null && <Checkbox id={`${id}-enabled`} label="Enabled: drills begin by themselves from then on" isChecked={draft.enabled} onChange={(_, enabled) => edit({ enabled })} />}
        <ActionGroup>
          <Button type="submit" variant={looked ? 'secondary' : 'primary'} className={own.long} isDisabled={why !== null || plan.isPending} isLoading={plan.isPending} aria-describedby={why === null ? undefined : `${id}-why`}>
            Look: check it and show when it would be due, declare nothing
          </Button>
          <WhyNot why={why} id={`${id}-why`} />
          {taken && <a href={hrefOf('drills', { at: 'schedule', name })}>Change {name}</a>}
          {changed && (
            <Button variant="secondary" className={own.long} onClick={() => onAgain(now)}>
              Begin anew with {begun.name} as it is now
            </Button>
          )}
        </ActionGroup>
      </Form>
      {plan.error && <ProblemAlert problem={{ ...toProblem(plan.error), errors: rest }}>{Object.keys(fields).length > 0 ? 'What is wrong stands above, with each field. ' : ''}Nothing was declared.</ProblemAlert>}
      {looked && <SetAct key={JSON.stringify(looked.wish)} {...looked} changes={begun !== null} scenario={scenarios.find((each) => each.name === looked.wish.document.scenario)} blocked={changed ? why : null} onSet={onSet} />}
    </>
  );
}

interface SetProps {
  wish: ScheduleWish;
  /** As it would be. */
  would: Schedule;
  changes: boolean;
  scenario: Scenario | undefined;
  blocked: string | null;
  onSet: (schedule: Schedule) => void;
}

function SetAct({ wish, would, changes, scenario, blocked, onSet }: SetProps) {
  const act = useSetSchedule(wish, onSet);
  const { name, enabled } = would;
  const typed = enabled ? typedFor(would, scenario) : undefined;
  return (
    <Alert isInline variant={enabled ? 'warning' : 'info'} component="h3" title={`${name}: ${drillInWords(would)}, ${changes ? 'would be changed' : 'would be new'}${enabled ? '' : ', disabled'}. Nothing was declared.`}>
      <div className={own.parts}>
        {enabled ? <Times next={would.next} label={`${name} would be due`} /> : <p>Nothing of it would be due while it is disabled.</p>}
        <Act
          opens={changes ? `Change ${name}` : `Declare ${name}`}
          title={changes ? `Change ${name}?` : `Declare ${name}?`}
          consequences={[
            ...(enabled ? consequencesOf(would, scenario) : ['It is kept, and nothing of it begins before it is enabled.']),
            ...(changes ? ['With another time or time zone, what is due counts from the change on; with another drill, one of it that waits for a runner counts as skipped.'] : []),
          ]}
          button={`${changes ? 'Change' : 'Declare'} ${name}${enabled ? ': drills begin by themselves' : ': it stays disabled'}`}
          danger={enabled}
          role="operator"
          blocked={blocked}
          reason="optional"
          {...(typed === undefined ? {} : { typed })}
          command={(reason) => setCommand(wish, changes, reason)}
          stale={false}
          act={act}
          done=""
        />
      </div>
    </Alert>
  );
}

/** What helps with a field, and what the control plane says is wrong with it. */
function Says({ id, faults, children }: { id: string; faults: string[] | undefined; children: ReactNode }) {
  return (
    <FormHelperText>
      <HelperText id={id} isLiveRegion>
        {faults?.map((fault) => (
          <HelperTextItem key={fault} variant="error">
            {fault}
          </HelperTextItem>
        ))}
        <HelperTextItem>{children}</HelperTextItem>
      </HelperText>
    </FormHelperText>
  );
}
