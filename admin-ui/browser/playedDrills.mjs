import { PlayedSchedules } from './playedSchedules.mjs';

/** @typedef {import('../src/api/drill-types').Drill} Drill */
/** @typedef {import('../src/api/drill-types').Scenario} Scenario */
/** @typedef {{status: number, body: unknown} | {refused: [number, string, string, string, object[]?]}} Answer */

const LOSE = `name: lose-region
explanation: |
  Every process of one region dies at once.
act:
  lose:
    region: east
    how: kill            # or cut-off
    maxLoss: 60s
duration: 15s
guards:
  failedRequests: 80%
  linkLag: 60s
targets:
  rto: 45s
  rpo: 1000rows
`;
const LINK = `name: lose-link
explanation: |
  The link between two regions is down, both ways. Nothing is switched.
act:
  link: {from: east, to: west, direction: both-ways, down: true}
duration: 20s
guards: {linkLag: 120s}
targets: {rto: 60s, failedRequests: 2000}
`;
const DAY = 86_400_000;
const at = (/** @type {number} */ ago) => new Date(Date.now() - ago).toISOString();
const NOTHING = { rtoMillis: null, rpoRows: null, requests: null, failed: null, lost: null, doubled: null, orphans: null };

/** What may be drilled, what was, and one that goes on when a runner is there. */
export class PlayedDrills {
  /** @type {Map<string, {scenario: Scenario, document: string}>} */
  scenarios = new Map([
    ['lose-link', { scenario: scenario('lose-link', 'link', 'east <-> west', ['east', 'west'], 'The link between two regions is down, both ways. Nothing is switched.'), document: LINK }],
    ['lose-region', { scenario: scenario('lose-region', 'lose', 'east', ['east'], 'Every process of one region dies at once.'), document: LOSE }],
  ]);
  /** The oldest first. @type {Drill[]} */
  all = [
    drill('dr-1', 'lose-link', 'link', 'east <-> west', ['east', 'west'], { state: 'PASSED', askedAt: at(50 * DAY), begunAt: at(50 * DAY), endedAt: at(50 * DAY), runner: runner(50 * DAY), report: true, figures: { ...NOTHING, rtoMillis: 22_037, requests: 4081, failed: 356, lost: 0, doubled: 0, orphans: 0 } }),
    drill('dr-2', 'lose-region', 'lose', 'west', ['west'], { state: 'ABORTED', askedAt: at(2 * DAY), begunAt: at(2 * DAY), endedAt: at(2 * DAY), runner: runner(2 * DAY), reason: 'guard linkLag: 61.0 s, at most 60 s; mv-1 was cancelled', runs: ['mv-1'], figures: { ...NOTHING, requests: 900, failed: 12, lost: 0, doubled: 0, orphans: 0 } }),
  ]; // prettier-ignore
  schedules = new PlayedSchedules();
  /** Bodies of what was asked for. @type {object[]} */
  asked = [];

  /** @returns {Drill | undefined} */
  get going() {
    return this.all.find(({ endedAt }) => endedAt === null);
  }

  /** A runner claims what waits, and tells. @param {string[]} lines */
  run(...lines) {
    const { going } = this;
    if (!going) throw new Error('no drill waits');
    going.runner ??= runner(0);
    Object.assign(going, { state: 'RUNNING', waitsFor: 'its runner, which is at it', begunAt: going.begunAt ?? at(0), told: going.told + lines.length, lines: [...going.lines, ...lines.map((text) => ({ at: at(0), text }))] });
    going.runner.heardAt = at(0);
  }

  /** @param {Partial<Drill>} change */
  change(change) {
    if (!this.going) throw new Error('no drill is under way');
    Object.assign(this.going, change);
  }

  /** @param {string} what method and path @param {any} body @param {{dry: boolean, query: URLSearchParams, me: {name: string, may: string[]}, match: string | undefined}} how @returns {Answer | null} null: it is not of these */
  answer(what, body, { dry, query, me, match }) {
    const [method = '', path = ''] = what.split(' ');
    if (path.startsWith('/drills/schedules')) return this.schedules.answer(what, body, { dry, me, match, scenarios: this.scenarios });
    if (path === '/readiness') return ok(this.readiness());
    if (what === 'GET /drills') return ok({ drills: [...this.all].reverse().slice(0, Number(query.get('limit') ?? 50)), next: null });
    if (what === 'GET /drills/scenarios') return ok({ scenarios: [...this.scenarios.values()].map((each) => each.scenario) });
    if (method !== 'GET' && !me.may.includes(dry ? 'planner' : 'operator')) return { refused: [403, 'forbidden', 'Forbidden', `${me.name} may not do that`] };
    if (what === 'POST /drills') return this.start(body, dry, me.name);
    const name = /^\/drills\/scenarios\/(.+)$/.exec(path)?.[1];
    if (name) return method === 'PUT' ? this.register(name, body.document, dry) : found(this.scenarios.get(name), 'unknown-scenario', `there is no scenario '${name}'`);
    const [, id, part] = /^\/drills\/([^/]+)(?:\/(report|abort))?$/.exec(path) ?? [];
    const known = this.all.find((each) => each.id === id);
    if (!known) return { refused: [404, 'unknown-drill', 'Unknown drill', `there is no drill '${id}'; the newest are kept`] };
    if (part === 'report') return found(known.report ? report(known) : undefined, 'no-drill-report', `${id} has no report here`);
    return part === 'abort' ? this.abort(known) : ok(known);
  }

  /** @param {{scenario: string, region?: string, why?: string}} wish @param {boolean} dry @param {string} by @returns {Answer} */
  start({ scenario: name, region, why }, dry, by) {
    const known = this.scenarios.get(name)?.scenario;
    if (!known) return { refused: [404, 'unknown-scenario', 'Unknown scenario', `there is no scenario '${name}'`] };
    if (this.going) return { refused: [409, 'drill-runs', 'Drill runs', `${this.going.id} is ${this.going.state.toLowerCase()}, and there is one at a time; wait, or abort it`] };
    const asked = drill(`dr-${this.all.length + 1}`, name, known.act, region ?? known.about, region ? [region] : known.regions, { by, why: why ?? null, sha256: known.sha256, askedAt: at(0), state: 'WAITING', waitsFor: 'a runner; ./meridian drill serve starts one' });
    if (dry) return ok(asked);
    this.all.push(asked);
    this.asked.push({ scenario: name, region, why });
    return { status: 202, body: asked };
  }

  /** @param {Drill} known @returns {Answer} */
  abort(known) {
    if (known.endedAt !== null) return { refused: [409, 'drill-ended', 'Drill ended', `${known.id} is over`] };
    if (known.runner?.lost) Object.assign(known, { state: 'FAILED', endedAt: at(0), waitsFor: null, problem: null, figures: NOTHING, reason: 'admin gave it up: its runner is lost, and what it broke may be broken still' });
    else if (known.state === 'WAITING') Object.assign(known, { state: 'SKIPPED', endedAt: at(0), waitsFor: null, figures: NOTHING, reason: 'admin took it back before it began' });
    else Object.assign(known, { state: 'ABORTING', waitsFor: 'its runner, which takes back what it did' });
    return { status: 202, body: known };
  }

  /** @param {string} name @param {string} document @param {boolean} dry @returns {Answer} */
  register(name, document, dry) {
    const region = /region: *(\S+)/.exec(document)?.[1] ?? 'none';
    if (!/^[a-z0-9-]+$/.test(region)) return { refused: [400, 'invalid-document', 'Invalid document', "a scenario: /document/act/lose/region a region's name", [{ pointer: '/document/act/lose/region', detail: "a region's name" }]] };
    const written = { scenario: { ...scenario(name, 'lose', region, [region], 'of my own'), version: (this.scenarios.get(name)?.scenario.version ?? 0) + 1 }, document };
    if (!dry) this.scenarios.set(name, written);
    return ok(written);
  }

  readiness() {
    const never = (/** @type {string} */ name) => ({ scenario: name, score: 0, drill: null, state: null, endedAt: null, why: 'never drilled' });
    const link = { scenario: 'lose-link', score: 66, drill: 'dr-1', state: 'PASSED', endedAt: at(50 * DAY), why: `the newest, dr-1 50 days ago, passed and wears off until ${at(-40 * DAY)}` };
    const lost = { scenario: 'lose-region', score: 0, drill: 'dr-2', state: 'ABORTED', endedAt: at(2 * DAY), why: 'the newest, dr-2 2 days ago, was aborted, which shows nothing' };
    return {
      asOf: at(0), wholeDays: 30, goneDays: 90,
      regions: [{ region: 'east', score: 33, scenarios: [link, never('lose-region')] }, { region: 'west', score: 33, scenarios: [link, lost] }, { region: 'north', score: 0, scenarios: [never('lose-region')] }],
    }; // prettier-ignore
  }
}

/** @param {string} name @param {string} act @param {string} about @param {string[]} regions @param {string} explanation @returns {Scenario} */
function scenario(name, act, about, regions, explanation) {
  return { name, version: 1, sha256: `of-${name}`, act, about, regions, anyRegion: act !== 'link', explanation, registeredAt: at(60 * DAY), by: 'admin' };
}

/** @param {string} id @param {string} name @param {string} act @param {string} about @param {string[]} regions @param {Partial<Drill>} change @returns {Drill} */
function drill(id, name, act, about, regions, change) {
  return { id, scenario: name, version: 1, sha256: `of-${name}`, act, about, regions, by: 'admin', why: null, askedAt: at(0), state: 'WAITING', waitsFor: null, runner: null, problem: null, told: 0, lines: [], begunAt: null, endedAt: null, reason: null, figures: null, runs: [], report: false, ...change };
}

/** @param {number} ago */
const runner = (ago) => ({ name: 'runner-5848-49fbe63d', claimedAt: at(ago), heardAt: at(ago), lost: false });

/** @param {Drill} known @returns {import('../src/api/drill-types').Report} */
function report(known) {
  const curve = Array.from({ length: 48 }, (_, second) => ({ second, ok: second < 12 || second > 34 ? 85 : 70, failed: second < 12 || second > 34 ? 0 : 15 }));
  return {
    format: 1, id: '20261009-015511-lose-link', scenario: known.scenario, explanation: 'The link between two regions is down, both ways. Nothing is switched.', instance: 'played', about: known.about, startedAt: known.begunAt ?? at(0), seconds: 48.3, outcome: 'PASSED', reason: null,
    verdicts: [{ target: 'rto: longest outage of a shard', wanted: 'at most 60.0 s', measured: '22.0 s', met: true }, { target: 'failed requests', wanted: 'at most 2000', measured: '356', met: true }, { target: 'acknowledged writes lost silently', wanted: 'none', measured: '0', met: true }],
    clients: {
      sampled: 24, everySeconds: 1, requests: 4081, failed: 356, failures: [{ kind: 'answered 503', count: 340 }, { kind: 'no answer in 5 s', count: 16 }], atLostEdge: 0, failedAtLostEdge: 0, longestOutageSeconds: 22, shardsWithOutage: 12, longestAnswerSeconds: 4.1,
      worst: [{ shard: 341, owner: 'east', edge: 'west', fromSecond: 12.9, seconds: 22, over: true }, { shard: 7, owner: 'east', edge: 'west', fromSecond: 13, seconds: 21.4, over: true }], acknowledged: 3725, judged: true, lost: 0, doubled: 0, orphans: 0, examples: [],
    },
    stages: [{ name: 'link in trouble', fromSecond: 12.7, seconds: 20.3, by: 'drill', note: 'until it was undone' }, { name: 'catching up', fromSecond: 33, seconds: 8.2, by: 'drill', note: 'until every copy was behind by less than 2 s' }, { name: 'edges follow', fromSecond: null, seconds: null, by: 'control plane', note: '' }],
    timeline: [{ second: 0, text: 'probing; in 10 s it begins' }, { second: 12.7, text: 'done: cut the link east -> west' }, { second: 33, text: 'undoing: heal the link west -> east' }],
    curve, lag: [0, 10, 20, 30, 40].flatMap((second) => [{ second, source: 'east', target: 'west', millis: second === 20 ? null : second * 500, records: second * 4 }, { second, source: 'east', target: 'north', millis: 12, records: 0 }]),
    runs: [{ id: 'mv-1', kind: 'EVACUATION', state: 'DONE', moved: 341, verdict: 'NOTHING_LOST', checked: 'signed by key 1', proven: true, file: 'mv-1.json' }], acts: ['cut the link east -> west', 'cut the link west -> east'], document: LINK,
    earlier: [{ id: '20260909-101500-lose-link', startedAt: at(80 * DAY), outcome: 'MISSED', longestOutageSeconds: 64.2, failed: 812, requests: 4010, lost: 0, orphans: 0 }],
  }; // prettier-ignore
}

/** @param {unknown} known @param {string} type @param {string} detail @returns {Answer} */
const found = (known, type, detail) => (known ? ok(known) : { refused: [404, type, 'Not found', detail] });

/** @param {unknown} body @returns {Answer} */
const ok = (body) => ({ status: 200, body });
