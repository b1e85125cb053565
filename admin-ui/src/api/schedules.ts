import { useMutation } from '@tanstack/react-query';
import { useToken } from '../live/stream';
import { ask } from './client';
import type { Schedule, ScheduleDocument, Schedules } from './drill-types';
import { useToldAct } from './drills';
import { READ_EVERY_MILLIS, useLooked } from './queries';

/*
 * What is asked of the API about schedules of drills. Each change is about the revision that was seen, and refused when there is another.
 */

export const useSchedules = () => useLooked<Schedules>(['drills', 'schedules'], '/drills/schedules', () => false, READ_EVERY_MILLIS);

const pathOf = (name: string) => `/drills/schedules/${encodeURIComponent(name)}`;
/** @param seen null: there was none */
const onlyAt = (seen: number | null): Record<string, string> => (seen === null ? {} : { 'If-Match': `"${seen}"` });

export interface ScheduleWish {
  name: string;
  document: ScheduleDocument;
  seen: number | null;
}

/** What is wrong with it, or when it would be due; nothing is declared. */
export function usePlanSchedule() {
  const token = useToken();
  return useMutation({ mutationFn: ({ name, document, seen }: ScheduleWish) => ask<Schedule>({ method: 'PUT', path: `${pathOf(name)}?dryRun=true`, token, body: document, headers: onlyAt(seen) }) });
}

export const useSetSchedule = ({ name, document, seen }: ScheduleWish, tell: (schedule: Schedule) => void) => useToldAct<Schedule>({ method: 'PUT', path: pathOf(name), headers: onlyAt(seen) }, () => document, tell);
export const useTurnSchedule = (name: string, how: 'enable' | 'disable', seen: number, tell: (schedule: Schedule) => void) =>
  useToldAct<Schedule>({ method: 'POST', path: `${pathOf(name)}/${how}`, headers: onlyAt(seen) }, () => undefined, tell);
export const useRemoveSchedule = (name: string, seen: number, tell: () => void) => useToldAct<Schedules>({ method: 'DELETE', path: pathOf(name), headers: onlyAt(seen) }, () => undefined, tell);
