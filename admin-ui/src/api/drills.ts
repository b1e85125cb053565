import { useMutation, useQueryClient } from '@tanstack/react-query';
import { isOver } from '../live/drilling';
import { useToken } from '../live/stream';
import { ask, askFile, type Call } from './client';
import type { Drill, DrillRequest, Drills, Readiness, Scenario, WrittenScenario } from './drill-types';
import { type Asking, READ_EVERY_MILLIS, saying, useAct, useLooked } from './queries';

/*
 * What is asked of the API about drills. As in queries.ts, one hook per resource. Events tell of every change, so that what is under `drills` is asked for again.
 */

/** @param limit at most 200 */
export const useDrills = (limit: number) => useLooked<Drills>(['drills', 'list', String(limit)], `/drills?limit=${limit}`, () => false, READ_EVERY_MILLIS);
/** One goes on at a time, and no newer one is made meanwhile. */
export const useNewestDrill = () => useDrills(1);
export const useDrill = (id: string) => useLooked<Drill>(['drills', 'one', id], `/drills/${encodeURIComponent(id)}`, isOver);
export const useScenarios = () => useLooked<{ scenarios: Scenario[] }>(['drills', 'scenarios'], '/drills/scenarios', () => false, READ_EVERY_MILLIS);
export const useScenario = (name: string) => useLooked<WrittenScenario>(['drills', 'scenario', name], `/drills/scenarios/${encodeURIComponent(name)}`, () => false, READ_EVERY_MILLIS);
export const useReadiness = () => useLooked<Readiness>(['readiness'], '/readiness', () => false, READ_EVERY_MILLIS);
/** As its runner wrote it, whatever that is: it never changes. */
export const useDrillReport = (id: string) => useLooked<unknown>(['drill-reports', id], `/drills/${encodeURIComponent(id)}/report`, () => true);

const DRILLS = [['drills'], ['readiness']];

/** Whether it may begin, by the very code that lets it; nothing changes. */
export function usePlanDrill() {
  const token = useToken();
  return useMutation({ mutationFn: (request: DrillRequest) => ask<Drill>({ method: 'POST', path: '/drills?dryRun=true', token, body: request }) });
}

/** @param tell what came of it, of what is shown elsewhere than the act */
export function useToldAct<T>(call: Pick<Call, 'method' | 'path' | 'headers'>, body: (reason: string) => unknown, tell: (answer: T) => void) {
  const token = useToken();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ reason, key }: Asking) => tell(await ask<T>({ ...call, token, body: body(reason), headers: { ...call.headers, 'Idempotency-Key': key, ...saying(reason === '' ? undefined : reason) } })),
    onSettled: () => Promise.all(DRILLS.map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

/** The reason stands on its record, too. */
export const useStartDrill = (request: DrillRequest, tell: (drill: Drill) => void) => useToldAct<Drill>({ method: 'POST', path: '/drills' }, (reason) => ({ ...request, ...(reason === '' ? {} : { why: reason }) }), tell);
export const useAbortDrill = (id: string) => useAct<Drill>({ method: 'POST', path: `/drills/${encodeURIComponent(id)}/abort` }, DRILLS);

const scenarioPath = (name: string) => `/drills/scenarios/${encodeURIComponent(name)}`;

/** What is wrong with it, all of it; nothing is registered. */
export function useCheckScenario() {
  const token = useToken();
  return useMutation({ mutationFn: ({ name, document }: { name: string; document: string }) => ask<WrittenScenario>({ method: 'PUT', path: `${scenarioPath(name)}?dryRun=true`, token, body: { document } }) });
}

export const useRegisterScenario = (name: string, document: string, tell: (written: WrittenScenario) => void) => useToldAct<WrittenScenario>({ method: 'PUT', path: scenarioPath(name) }, () => ({ document }), tell);

/** A run's, as a file that `./meridian certificate verify` takes. */
export function useCertificateFile(keep: (run: string, content: Blob) => void) {
  const token = useToken();
  return useMutation({ mutationFn: async (run: string) => keep(run, (await askFile({ path: `/runs/${encodeURIComponent(run)}/certificate`, token })).content) });
}
