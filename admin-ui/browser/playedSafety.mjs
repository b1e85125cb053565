import { createHash } from 'node:crypto';

/** @typedef {import('../src/api/types').AuditEntry} AuditEntry */
/** @typedef {import('../src/api/types').Approval} Approval */
/** @typedef {{status: number, body: object} | {refused: [number, string, string, string]}} Answer */

/** The brake, what waits for a second person, pins, advice, Envoys, lag, and the audit of all that was done. */
export class PlayedSafety {
  /** @type {import('../src/api/types').Brake} */
  brake = { on: false, reason: null, since: null };
  /** @type {Approval[]} */
  approvals = [];
  /** @type {import('../src/api/types').Pin[]} */
  pins = [{ name: 'grey', key: 'alice', prefix: null, to: 'east-2', until: new Date(Date.now() + 7_200_000).toISOString(), holds: true }];
  /** @type {import('../src/api/types').FailoverAdvice} */
  advice = { tripped: null, regions: [] };
  /** @type {import('../src/api/types').AttachedEnvoy[]} */
  envoys = [{ region: 'west', router: 'west-router', connected: true, node: 'west-envoy', sentRevision: 101, ackedRevision: 101, nack: null }];
  /** @type {import('../src/api/types').Lag} */
  lag = { links: [], shards: [] };
  /** @type {AuditEntry[]} */
  entries = [];
  me = { name: 'admin', roles: ['operator', 'approver'], may: ['viewer', 'planner', 'approver', 'operator'] };

  constructor() {
    for (let n = 1; n <= 70; n++) this.note('bob', `move shards ${n} to west-1`, '', `done: mv-${n}`);
  }

  /** @param {string} who @param {string} what @param {string} why @param {string} outcome */
  note(who, what, why, outcome) {
    const last = this.entries.at(-1);
    const number = (last?.number ?? 0) + 1;
    const entry = { number, at: new Date(Date.now() - 1000 * (200 - number)).toISOString(), who, roles: ['operator'], what, why, outcome, alarm: false, before: number, after: number + 1, previous: last?.hash ?? '0'.repeat(64), hash: '' };
    const facts = [entry.previous, number, entry.at, who, 'operator', what, why, outcome, false, entry.before, entry.after];
    entry.hash = createHash('sha256').update(facts.map((fact) => `${Buffer.byteLength(String(fact))}:${fact},`).join('')).digest('hex');
    this.entries.push(entry);
  }

  /** East looks lost to both others, and automatic failover tripped before. @param {string} until that holds it */
  looksLost(until) {
    const now = new Date(Date.now() - 42_000).toISOString();
    const plan = /** @type {any} */ ({ shards: '0-341', to: null, planHash: 'x', waves: 1, moves: [{ shards: '0-170', from: 'east-1', to: 'west-1', reason: null }, { shards: '171-341', from: 'east-1', to: 'north-1', reason: null }], notes: [] });
    this.advice = {
      tripped: { since: new Date(Date.now() - 300_000).toISOString(), why: '2 failovers were started by themselves within an hour, the last of east' },
      regions: [
        {
          region: 'east', policy: 'auto', since: now, maxLoss: '2s', plan,
          seen: [{ from: 'west', sees: 'SILENT', says: 'west has had no answer of east for 41 s' }, { from: 'north', sees: 'SILENT', says: 'north has had no answer of east for 40 s' }],
          holds: [{ name: 'TRIPPED', says: until }], exposure: { lastSeen: now, heartbeat: now, seconds: 1.25, records: 7 },
        },
      ],
    }; // prettier-ignore
  }

  /** @param {string} what method and path @param {any} body @param {URLSearchParams} query @param {string} reason @returns {Answer | null} null: it is not of these */
  answer(what, body, query, reason) {
    if (what === 'GET /whoami') return ok(this.me);
    if (what === 'GET /brake') return ok(this.brake);
    if (what === 'GET /pins') return ok({ pins: this.pins });
    if (what === 'GET /approvals') return ok({ approvals: query.get('waiting') === 'true' ? this.approvals.filter(({ state }) => state === 'WAITING') : this.approvals, next: null });
    if (what === 'GET /failover-advice') return ok(this.advice);
    if (what === 'GET /envoys') return ok(this.envoys);
    if (what === 'GET /envoys/barrier') return ok(this.barrier(String(query.get('region')), Number(query.get('revision'))));
    if (what === 'GET /lag') return ok(this.lag);
    if (what === 'GET /audit') return ok(this.audit(query));
    if (what === 'PUT /brake') return this.done('put the brake on', body.reason, () => (this.brake = { on: true, reason: body.reason, since: new Date().toISOString() }));
    if (what === 'DELETE /brake') return this.done('release the brake', reason, () => (this.brake = { on: false, reason: null, since: null }));
    if (what === 'POST /failover-advice/acknowledge') return this.done('acknowledge that automatic failover tripped', reason, () => (this.advice = { ...this.advice, tripped: null }));
    const pin = /^DELETE \/pins\/(.+)$/.exec(what)?.[1];
    if (pin) return this.done(`remove the pin ${pin}`, reason, () => ({ pins: (this.pins = this.pins.filter(({ name }) => name !== pin)) }));
    const [, id, how] = /^POST \/approvals\/([^/]+)\/(approve|reject)$/.exec(what) ?? [];
    if (id) return this.end(id, how === 'approve' ? 'APPROVED' : 'REJECTED', reason);
    return null;
  }

  /** @param {string} region @param {number} revision */
  barrier(region, revision) {
    const live = this.envoys.filter((envoy) => envoy.region === region);
    const acked = live.filter(({ ackedRevision }) => ackedRevision >= revision).length;
    return { region, revision, routers: 1, live: live.length, acked, rejecting: live.filter(({ nack }) => nack !== null).length, gone: region === 'west' ? 2 : 0, reached: acked === live.length };
  }

  /** @param {string} id @param {string} state @param {string} reason @returns {Answer} */
  end(id, state, reason) {
    const approval = this.approvals.find((each) => each.id === id);
    if (approval?.state !== 'WAITING') return { refused: [409, 'approval-ended', 'Approval ended', `${id} has ended`] };
    return this.done(`${state === 'APPROVED' ? 'approve' : 'reject'} ${id}`, reason, () => Object.assign(approval, { state, endedBy: this.me.name, endedAt: new Date().toISOString() }));
  }

  /** @param {string} what @param {string} why @param {() => object} act @returns {Answer} */
  done(what, why, act) {
    if (!this.me.may.includes('operator')) return { refused: [403, 'forbidden', 'Forbidden', `${this.me.name} may not ${what}`] };
    const body = act();
    this.note(this.me.name, what, why, 'done');
    return ok(body);
  }

  /** @param {URLSearchParams} query */
  audit(query) {
    const limit = Number(query.get('limit') ?? 100);
    const oldest = query.get('order') === 'oldest';
    const cursor = query.get('cursor');
    const behind = this.entries.filter(({ number }) => cursor === null || (oldest ? number > Number(cursor) : number < Number(cursor)));
    const wanted = (oldest ? behind : behind.reverse()).filter(({ who, what }) => (query.get('who') ?? who) === who && what.includes(query.get('what') ?? ''));
    const entries = wanted.slice(0, limit);
    return { count: this.entries.length, head: this.entries.at(-1)?.hash ?? '', entries, next: wanted.length > limit ? String(entries.at(-1)?.number) : null, missing: [] };
  }
}

/** @param {object} body @returns {Answer} */
const ok = (body) => ({ status: 200, body });
