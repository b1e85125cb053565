/** @typedef {import('../src/api/drill-types').Schedule} Schedule */
/** @typedef {import('../src/api/drill-types').ScheduleTime} ScheduleTime */
/** @typedef {{status: number, body: unknown} | {refused: [number, string, string, string, object[]?]}} Answer */
/** @typedef {{dry: boolean, me: {name: string, may: string[]}, match: string | undefined, scenarios: Map<string, unknown>}} How */

const NAME = /^[a-z][a-z0-9-]{0,39}$/;
const MEMBERS = ['scenario', 'region', 'cron', 'timeZone', 'windowMinutes', 'blackouts', 'enabled', 'note'];
const REGIONS = ['east', 'west', 'north'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const UPCOMING = 5;
const DAY = 86_400_000;
const BLACKOUT = /^(\d{4}-\d\d-\d\d)(?:\/(\d{4}-\d\d-\d\d))?$/;

/** Drills on a schedule, as the control plane tells of them. Of cron it knows one time of the day, and days by number or by name. */
export class PlayedSchedules {
  revision = 40;
  /** @type {Map<string, Schedule>} */
  all = new Map();
  /** What was changed: method and path, If-Match. @type {[string, string | undefined][]} */
  done = [];

  constructor() {
    const past = (/** @type {number} */ days) => new Date(Date.now() - days * DAY).toISOString();
    this.put('weekly', { scenario: 'lose-region', region: 'west', cron: '0 3 * * MON', timeZone: 'Europe/Berlin', windowMinutes: 60, blackouts: [`${firstOf(2)}/${firstOf(2, 6)}`], enabled: true, note: 'agreed with payments' }, 'anna');
    this.change('weekly', {
      started: 4, skipped: 1, outcomes: [
        { due: past(3), at: past(3), outcome: 'SKIPPED', drill: null, state: null, reason: 'the brake is on since 02:10: payday' },
        { due: past(10), at: past(10), outcome: 'STARTED', drill: 'dr-2', state: 'ABORTED', reason: null },
      ],
    }); // prettier-ignore
    this.put('links', { scenario: 'lose-link', cron: '30 22 1 * *', enabled: false }, 'anna');
  }

  /** As what became of what was due: no revision changes. @param {string} name @param {Partial<Schedule>} change */
  change(name, change) {
    this.all.set(name, { .../** @type {Schedule} */ (this.all.get(name)), ...change });
  }

  /** @param {string} name @param {any} document @param {string} by @returns {Schedule} */
  would(name, document, by) {
    const { scenario, region = null, cron, timeZone = 'UTC', windowMinutes = 30, blackouts = [], enabled = true, note = null } = document;
    const before = this.all.get(name);
    const { attempt = null, outcomes = [], started = 0, skipped = 0 } = before ?? {};
    const declared = { name, scenario, region, cron, timeZone, windowMinutes, blackouts, enabled, note };
    const same = before && Object.entries(declared).every(([member, value]) => JSON.stringify(before[/** @type {keyof Schedule} */ (member)]) === JSON.stringify(value));
    if (same) return before;
    return { ...declared, revision: this.revision + 1, changedAt: new Date().toISOString(), by, next: enabled ? upcoming(cron, timeZone, windowMinutes, blackouts) : [], attempt, outcomes, started, skipped };
  }

  /** @param {string} name @param {any} document @param {string} by @returns {Schedule} */
  put(name, document, by) {
    const schedule = this.would(name, document, by);
    this.revision = Math.max(this.revision, schedule.revision);
    this.all.set(name, schedule);
    return schedule;
  }

  /** @returns {Answer} */
  list() {
    return { status: 200, body: { schedules: [...this.all.values()].sort((a, b) => a.name.localeCompare(b.name)) } };
  }

  /** @param {string} what method and path @param {any} body @param {How} how @returns {Answer} */
  answer(what, body, how) {
    const [method = '', path = ''] = what.split(' ');
    if (what === 'GET /drills/schedules') return this.list();
    const [, encoded = '', turn] = /^\/drills\/schedules\/([^/]*)(?:\/(enable|disable))?$/.exec(path) ?? [];
    const name = decodeURIComponent(encoded);
    const known = this.all.get(name);
    const role = how.dry ? 'planner' : 'operator';
    if (method !== 'GET' && !how.me.may.includes(role)) return { refused: [403, 'forbidden', 'Forbidden', `${how.me.name} lacks the role ${role}`] };
    if (method === 'PUT') {
      const faults = faultsOf(name, body);
      if (faults.length > 0) return { refused: [400, 'invalid-document', 'Invalid document', `a schedule: ${faults.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ')}`, faults] };
    }
    if (!known && method !== 'PUT') return { refused: [404, 'unknown-schedule', 'Unknown schedule', `there is no schedule '${name}'`] };
    if (method === 'GET') return { status: 200, body: known };
    const seen = how.match === undefined ? null : Number(how.match.replaceAll('"', ''));
    if (seen !== null && seen !== known?.revision) {
      return { refused: [412, 'revision-conflict', 'Revision conflict', `this was decided on schedule ${name} at revision ${seen}, and ${known ? `it is at ${known.revision} by now, changed by ${known.by}` : 'there is none of that name'}; look at it again`] };
    }
    if (!how.dry) this.done.push([what, how.match]);
    if (method === 'DELETE') {
      if (!how.dry) this.all.delete(name);
      return this.list();
    }
    if (turn && known) return { status: 200, body: how.dry ? this.would(name, { ...known, enabled: turn === 'enable' }, how.me.name) : this.put(name, { ...known, enabled: turn === 'enable' }, how.me.name) };
    if (!how.scenarios.has(body.scenario)) return { refused: [404, 'unknown-scenario', 'Unknown scenario', `there is no scenario '${body.scenario}'`] };
    if (body.region !== undefined && !REGIONS.includes(body.region)) return { refused: [404, 'unknown-region', 'Unknown region', `there is no region '${body.region}'`] };
    return { status: 200, body: how.dry ? this.would(name, body, how.me.name) : this.put(name, body, how.me.name) };
  }
}

/** @param {string} name @param {any} body */
function faultsOf(name, body) {
  /** @type {{pointer: string, detail: string}[]} */
  const faults = [];
  const fault = (/** @type {boolean} */ wrong, /** @type {string} */ pointer, /** @type {string} */ detail) => wrong && faults.push({ pointer, detail });
  const { scenario = '', cron = '', timeZone = 'UTC', windowMinutes = 30, blackouts = [], note = '' } = body;
  fault(!NAME.test(name), '', `the name in the path, '${name}': small letters, digits and '-', a letter first, at most 40`);
  for (const member of Object.keys(body)) fault(!MEMBERS.includes(member), `/${member}`, 'not known');
  fault(!NAME.test(scenario), '/scenario', 'a scenario such as "lose-link"');
  const fields = cron.trim().split(/ +/).filter((/** @type {string} */ each) => each !== '');
  fault(fields.length !== 5, '/cron', `'${cron}' has ${fields.length} fields; there are five, minute, hour, day of the month, month, day of the week, such as "0 3 * * MON"`);
  fault(fields.length === 5 && !/^\d+$/.test(fields[0]), '/cron', `field 1 (minute): '${fields[0]}' is due more often than once in 60 min, which is the most; name one minute, such as 0`);
  fault(!isTimeZone(timeZone), '/timeZone', `'${timeZone}' is no time zone of the tz database, such as Europe/Berlin or UTC`);
  fault(!Number.isInteger(windowMinutes) || windowMinutes < 1 || windowMinutes > 720, '/windowMinutes', 'a whole number from 1 to 720');
  for (const [place, text] of blackouts.entries()) {
    const [, first = '', last = first] = BLACKOUT.exec(text) ?? [];
    fault(Number.isNaN(Date.parse(first)) || Number.isNaN(Date.parse(last)) || last < first, `/blackouts/${place}`, 'a day such as "2026-12-24", or two with a \'/\' between them, of which the first is not later');
  }
  fault(note.length > 300, '/note', 'at most 300 characters');
  return faults;
}

/** A day of a coming month. @param {number} ahead months @param {number} [day] */
export function firstOf(ahead, day = 1) {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, day)).toISOString().slice(0, 10);
}

/** @param {string} timeZone */
function isTimeZone(timeZone) {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** @param {string} cron @param {string} timeZone @param {number} windowMinutes @param {string[]} blackouts @returns {ScheduleTime[]} */
function upcoming(cron, timeZone, windowMinutes, blackouts) {
  const [minute = '0', hour = '0', date = '*', month = '*', weekday = '*'] = cron.trim().split(/ +/);
  const two = (/** @type {string} */ text) => text.padStart(2, '0');
  /** @type {ScheduleTime[]} */
  const times = [];
  for (let ahead = -1; ahead < 800 && times.length < UPCOMING; ahead++) {
    const day = new Date(Date.now() + ahead * DAY);
    const fits = (date === '*' || Number(date) === day.getUTCDate()) && (month === '*' || Number(month) === day.getUTCMonth() + 1) && (weekday === '*' || weekday === WEEKDAYS[day.getUTCDay()]);
    if (!fits) continue;
    const clock = `${day.toISOString().slice(0, 10)}T${two(hour === '*' ? '0' : hour)}:${two(minute)}:00`;
    const offset = offsetOf(timeZone, new Date(`${clock}Z`));
    const at = new Date(`${clock}${offset}`);
    if (at.getTime() <= Date.now()) continue;
    const on = blackouts.find((text) => {
      const [, first = '', last = first] = BLACKOUT.exec(text) ?? [];
      return first <= clock.slice(0, 10) && clock.slice(0, 10) <= last;
    });
    times.push({ at: at.toISOString(), local: `${clock}${offset}`, until: new Date(at.getTime() + windowMinutes * 60_000).toISOString(), blackout: on ?? null });
  }
  return times;
}

/** `+01:00`, or `Z` @param {string} timeZone @param {Date} at */
function offsetOf(timeZone, at) {
  const name = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  return name === 'GMT' ? 'Z' : name.replace('GMT', '');
}
