import type { Scenario, Schedule, ScheduleDocument, ScheduleOutcome, ScheduleTime } from '../../api/drill-types';
import { feltOf, typedOf } from '../../live/drilling';
import { dayAndTime } from '../../live/format';
import { because, quoted } from '../../live/shell';

/** `lose-region about west` */
export const drillInWords = ({ scenario, region }: Pick<Schedule, 'scenario' | 'region'>) => (region === null ? scenario : `${scenario} about ${region}`);

/** What a link to one schedule has behind `at=`. */
export const anchorOf = (name: string) => `schedule-${name}`;

/** `Mon 7 Dec 2026` of `2026-12-07`, which is a day in whichever time zone it was said for. */
export function dateInWords(date: string): string {
  const at = new Date(`${date}T00:00:00Z`);
  return Number.isNaN(at.getTime()) ? date : DATE.format(at).replace(',', '');
}
const DATE = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

/** As clocks in the schedule's zone show it: `{ date: '2026-12-07', time: '03:00', offset: '+01:00' }`; null: it is not written so. */
export function localOf({ local }: Pick<ScheduleTime, 'local'>): { date: string; time: string; offset: string } | null {
  const [, date, time, offset] = /^(\d{4,}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d(?::\d\d)?)$/.exec(local) ?? [];
  return date === undefined || time === undefined || offset === undefined ? null : { date, time, offset };
}

/** `Mon 7 Dec 2026, 03:00 (+01:00)` */
export function thereInWords(due: ScheduleTime): string {
  const local = localOf(due);
  return local ? `${dateInWords(local.date)}, ${local.time} (${local.offset})` : due.local;
}

export const hereInWords = (due: Pick<ScheduleTime, 'at'>) => dayAndTime(due.at);

/** What became of a due time; where it says nothing of the drill, newer ones have taken its place. */
export function outcomeInWords({ outcome, drill, state, reason }: Pick<ScheduleOutcome, 'outcome' | 'drill' | 'state' | 'reason'>): string {
  if (outcome === 'STARTED') return `started ${drill ?? 'a drill'}${state === null ? '' : `, ${state}`}`;
  if (outcome === 'SKIPPED') return `skipped: ${reason ?? 'no reason was told'}`;
  return `${outcome}${reason === null ? '' : `: ${reason}`}`;
}

/** As a form has it. */
export interface Draft {
  name: string;
  scenario: string;
  region: string;
  cron: string;
  timeZone: string;
  windowMinutes: string;
  /** A line each. */
  blackouts: string;
  note: string;
  enabled: boolean;
}

export const EMPTY: Draft = { name: '', scenario: '', region: '', cron: '', timeZone: '', windowMinutes: '', blackouts: '', note: '', enabled: true };

export const draftOf = ({ name, scenario, region, cron, timeZone, windowMinutes, blackouts, note, enabled }: Schedule): Draft => ({
  name, scenario, region: region ?? '', cron, timeZone, windowMinutes: String(windowMinutes), blackouts: blackouts.join('\n'), note: note ?? '', enabled,
}); // prettier-ignore

const linesOf = (text: string) => text.split('\n').map((line) => line.trim()).filter((line) => line !== '');

/** What is empty is left out; whether it is right, the control plane says. */
export function documentOf(draft: Draft): ScheduleDocument {
  const [region, timeZone, window, note] = [draft.region, draft.timeZone, draft.windowMinutes, draft.note].map((text) => text.trim()) as [string, string, string, string];
  return {
    scenario: draft.scenario,
    ...(region === '' ? {} : { region }),
    cron: draft.cron.trim(),
    ...(timeZone === '' ? {} : { timeZone }),
    ...(window === '' ? {} : { windowMinutes: /^\d{1,9}$/.test(window) ? Number(window) : window }),
    blackouts: linesOf(draft.blackouts),
    ...(note === '' ? {} : { note }),
    enabled: draft.enabled,
  };
}

export type Field = 'name' | 'scenario' | 'region' | 'cron' | 'timeZone' | 'windowMinutes' | 'blackouts' | 'note' | 'enabled';
const FIELDS: readonly Field[] = ['scenario', 'region', 'cron', 'timeZone', 'windowMinutes', 'blackouts', 'note', 'enabled'];

interface Fault {
  pointer: string;
  detail: string;
}

/** Faults where they stand: by field, and of one blackout day with its text. @returns those that are about no field apart */
export function placed(faults: Fault[], { blackouts }: Pick<ScheduleDocument, 'blackouts'>): { fields: Partial<Record<Field, string[]>>; rest: Fault[] } {
  const fields: Partial<Record<Field, string[]>> = {};
  const rest: Fault[] = [];
  for (const fault of faults) {
    const [, first = '', place] = /^\/([^/]+)(?:\/(\d+))?$/.exec(fault.pointer) ?? [];
    const field = fault.pointer === '' && fault.detail.startsWith('the name') ? 'name' : FIELDS.find((each) => each === first);
    if (field === undefined) rest.push(fault);
    else (fields[field] ??= []).push(place === undefined ? fault.detail : `${blackouts[Number(place)] ?? `line ${Number(place) + 1}`}: ${fault.detail}`);
  }
  return { fields, rest };
}

/** @param changes it is there: what is empty is taken away, and whether it is enabled stays */
export function setCommand({ name, document }: { name: string; document: ScheduleDocument }, changes: boolean, reason: string): string {
  const { scenario, region, cron, timeZone, windowMinutes, blackouts, note, enabled } = document;
  const words = [
    `--scenario ${quoted(scenario)}`,
    ...(region !== undefined ? [`--region ${quoted(region)}`] : changes ? ["--region ''"] : []),
    `--cron ${quoted(cron)}`,
    ...(timeZone !== undefined ? [`--time-zone ${quoted(timeZone)}`] : changes ? ["--time-zone ''"] : []),
    ...(windowMinutes !== undefined ? [`--window ${windowMinutes}m`] : changes ? ['--window 30m'] : []),
    ...(blackouts.length > 0 ? [`--blackout ${quoted(blackouts.join(','))}`] : changes ? ['--blackout='] : []),
    ...(note !== undefined ? [`--note ${quoted(note)}`] : changes ? ["--note ''"] : []),
    ...(changes || enabled ? [] : ['--disabled']),
    ...(enabled ? ['--yes'] : []),
  ];
  return `./meridian drill schedule set ${quoted(name)} ${words.join(' ')}${because(reason)}`;
}

export const turnCommand = (name: string, how: 'enable' | 'disable' | 'remove', reason: string) => `./meridian drill schedule ${how} ${quoted(name)}${how === 'enable' ? ' --yes' : ''}${because(reason)}`;

/** What a schedule that is enabled causes. @param scenario undefined: none of that name is registered, as far as is known */
export function consequencesOf({ scenario: name, region }: { scenario: string; region: string | null }, scenario: Scenario | undefined): string[] {
  return [
    'From then on drills begin by themselves, whether or not anybody looks.',
    ...(scenario === undefined ? [`No scenario ${name} is known here: what is due is skipped for that reason while there is none.`] : [`Each time: ${feltOf(scenario, region ?? scenario.about)}`]),
    'What stands in the way of a drill that a person asks for stands in the way of these, too: it is tried again until the window ends, and then skipped with the reason.',
    'A runner has to wait when it is due: ./meridian drill serve, where the regions run. Whether one does is not known here.',
  ];
}

/** What has to be typed before such a schedule is enabled; undefined: nothing, or it is not known what it is about. */
export function typedFor({ region }: { region: string | null }, scenario: Scenario | undefined): string | undefined {
  return scenario && typedOf(scenario, region ?? scenario.about);
}
