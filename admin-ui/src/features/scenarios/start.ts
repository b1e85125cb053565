import type { DrillRequest, Scenario } from '../../api/drill-types';
import { feltOf } from '../../live/drilling';
import { quoted } from '../../live/shell';

/** What a drill breaks is looked at when it begins: what was looked at longer ago may have changed. */
const LOOK_HOLDS_MILLIS = 60_000;

/** A region, where the scenario lets one be chosen. */
export function requestOf(scenario: Scenario, region: string): DrillRequest {
  return scenario.anyRegion ? { scenario: scenario.name, region } : { scenario: scenario.name };
}

/** Names the consequence. */
export function startLabel({ act, name }: Pick<Scenario, 'act' | 'name'>, about: string): string {
  switch (act) {
    case 'lose':
      return `Drill ${name}: lose ${about}, for real`;
    case 'evacuate':
      return `Drill ${name}: move all users of ${about} away and back`;
    case 'link':
      return `Drill ${name}: trouble the link ${about}`;
    default:
      return `Drill ${name} about ${about}`;
  }
}

export function consequencesOf(scenario: Pick<Scenario, 'act'>, about: string): string[] {
  return [
    feltOf(scenario, about),
    'It waits for a runner, which looks once more whether anything stands in the way, and then begins at once. If no runner claims it, it is skipped.',
    'It can be aborted: its runner then takes back what it did, which takes as long as a region takes to come back.',
  ];
}

/** What stands between a look and the start, besides the caller's role; null: nothing that this page knows of. */
export function whyNotStart({ lookedAt, now, stale, going }: { lookedAt: number; now: number; stale: boolean; going: string | null }): string | null {
  if (going !== null) return `${going} is not over, and there is one drill at a time: wait for its end, or abort it.`;
  if (stale) return 'What this page shows is not confirmed now: nothing is broken on purpose meanwhile.';
  if (now - lookedAt > LOOK_HOLDS_MILLIS) return 'This look is older than 60 s: look again.';
  return null;
}

/** On the machine that runs the regions; it needs no runner, and asks before it begins. */
export function commandOf({ scenario, region }: DrillRequest): string {
  return `./meridian drill run ${quoted(scenario)}${region === undefined ? '' : ` --region ${quoted(region)}`}`;
}
