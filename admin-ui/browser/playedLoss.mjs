import { createHash } from 'node:crypto';

/** @typedef {import('../src/api/types').Run} Run */
/** @typedef {import('../src/api/types').Shard} Shard */
/** @typedef {import('../src/api/orphan-types').Orphan} Orphan */
/** @typedef {import('../src/api/types').Region} Region */

const STEPS = ['EXPIRING', 'GATHERING', 'ALIGNING', 'ACTIVATED', 'ROUTED'];
const EXPOSURE = { lastSeen: '', heartbeat: '', seconds: 1.25, records: 7 };

/** A region that is lost, its shards' way to others, and its way back. */
export class PlayedLoss {
  /** Its agent is not connected. */
  gone = false;
  /** @type {NonNullable<Region['lease']>} */
  lease = { state: 'ACTIVE', generation: 1 };
  /** @type {'RECONCILED' | 'REJOINING'} */
  data = 'RECONCILED';
  /** @type {Region['returning']} */
  returning = null;
  /** @type {Orphan[]} */
  orphans = [];

  /** @param {string} region */
  constructor(region) {
    this.region = region;
  }

  /** @param {string} name @param {Region} region as it is when nothing is lost @returns {Region} */
  standing(name, region) {
    if (name !== this.region) return { ...region, lease: { state: 'ACTIVE', generation: 1 }, data: 'RECONCILED', returning: null };
    const agent = region.agent && { ...region.agent, connected: !this.gone, leaseRemainingMillis: this.gone ? null : region.agent.leaseRemainingMillis };
    return { ...region, agent, lease: this.lease, data: this.data, returning: this.returning };
  }

  /** It runs again: its copy comes in line, and its last writes are found. @param {number} shards */
  comesBack(shards) {
    this.gone = false;
    this.returning = { shards, closed: shards, aligned: 12, settled: 0, problem: null };
    const write = {
      group: 'default', source: this.region, position: '7412.0-16B37/0/1A2B3C4D/0', shard: 4, index: 0, epoch: 1, table: 'public.account', key: { id: '7' }, operation: 'UPDATE',
      content: '{"id":"7","owner":"alice","balance":"120"}', foundAt: new Date().toISOString(), committedAt: new Date(Date.now() - 240_000).toISOString(),
    }; // prettier-ignore
    const open = { decision: null, reason: null, ours: null, revised: null };
    this.orphans = ['west', 'north'].flatMap((region) => [
      { ...write, region, decision: 'REJECTED', reason: 'the row was written again since', ours: '{"id":"7","owner":"alice","balance":"95"}', revised: null },
      { ...write, ...open, region, shard: 71, index: 1, key: { id: '71' }, operation: 'INSERT', content: '{"id":"71","owner":"bob","balance":"10"}' },
    ]);
  }

  isBack() {
    this.orphans = this.orphans.map((orphan) => (orphan.decision ? orphan : { ...orphan, decision: 'SALVAGED', reason: 'nobody wrote the row since', ours: '' }));
    this.lease = { state: 'ACTIVE', generation: 2 };
    this.data = 'RECONCILED';
    this.returning = null;
  }
}

/** The run that takes the region's shards away from it; stands among the moves. */
export class PlayedFailover {
  cancelled = false;
  ended = false;

  /** @param {string} id @param {PlayedLoss} loss @param {Shard[]} shards all of them */
  constructor(id, loss, shards) {
    this.loss = loss;
    this.shards = shards;
    this.numbers = shards.filter(({ region }) => region === loss.region).map(({ shard }) => shard);
    const half = Math.ceil(this.numbers.length / 2);
    this.targets = new Map(this.numbers.map((shard, place) => [shard, place < half ? { zone: 'west-1', region: 'west' } : { zone: 'north-1', region: 'north' }]));
    const now = new Date().toISOString();
    const from = `${loss.region}-1`;
    this.plan = {
      shards: ranges(this.numbers),
      to: null,
      planHash: createHash('sha256').update(`failover ${this.numbers}`).digest('hex').slice(0, 16),
      waves: 1,
      moves: [
        { shards: ranges(this.numbers.slice(0, half)), from, to: 'west-1', reason: `first backup of ${from}` },
        { shards: ranges(this.numbers.slice(half)), from, to: 'north-1', reason: 'has room' },
      ],
      notes: [],
      problem: null,
      exposure: { ...EXPOSURE, lastSeen: now, heartbeat: now },
    };
    /** @type {Run} */
    this.run = {
      ...this.plan, id, kind: 'FAILOVER', state: 'EXPIRING', wave: 1, startedAt: now, endedAt: null, exposure: null, attempt: 0,
      steps: [{ name: 'EXPIRING', wave: 1, started: now, millis: null, note: 'lease of 15 s' }], moved: 0, rolledBack: 0, untouched: this.numbers.length, certificate: null,
    }; // prettier-ignore
  }

  begin() {
    this.loss.lease = { state: 'REVOKING', generation: 1 };
    this.each((shard) => ({ ...shard, frozenBy: this.run.id }));
  }

  cancel() {
    throw new Error('a failover cannot be cancelled, and the console never asks for it');
  }

  /** @returns {{touched: boolean}} */
  advance() {
    const { run, loss } = this;
    const next = STEPS[STEPS.indexOf(run.state) + 1];
    this.endStep();
    if (!next) return this.done();
    run.state = next;
    run.steps = [...run.steps, { name: next, wave: 1, started: new Date().toISOString(), millis: null, note: null }];
    if (next === 'GATHERING') {
      run.attempt = 1;
      loss.lease = { state: 'EXPIRED', generation: 1 };
      loss.data = 'REJOINING';
      loss.returning = { shards: this.numbers.length, closed: 0, aligned: 0, settled: 0, problem: null };
      this.each((shard) => ({ ...shard, state: 'WITHDRAWN', epoch: (shard.epoch ?? 0) + 1 }));
    }
    if (next === 'ALIGNING') run.exposure = this.plan.exposure;
    if (next === 'ACTIVATED') this.each((shard) => ({ ...shard, ...this.targets.get(shard.shard), state: 'OWNED', epoch: (shard.epoch ?? 0) + 1 }));
    if (next === 'ROUTED') this.each((shard) => ({ ...shard, frozenBy: null }));
    return { touched: true };
  }

  /** @param {(shard: Shard) => Shard} become */
  each(become) {
    for (const number of this.numbers) {
      const shard = this.shards[number];
      if (shard) this.shards[number] = become(shard);
    }
  }

  endStep() {
    this.run.steps = this.run.steps.map((step) => (step.millis === null ? { ...step, millis: Date.now() - Date.parse(step.started) } : step));
  }

  done() {
    const { run } = this;
    run.state = 'DONE';
    run.endedAt = new Date().toISOString();
    run.moved = this.numbers.length;
    run.untouched = 0;
    run.certificate = { run: run.id, planHash: run.planHash, verdict: 'NOT_PROVEN', reasons: [`${this.numbers.length} shards were built on what the other regions had: east may have written more`], shards: [] };
    this.ended = true;
    return { touched: true };
  }
}

/** @param {number[]} numbers ascending */
function ranges(numbers) {
  const first = numbers.filter((number, place) => numbers[place - 1] !== number - 1);
  const last = numbers.filter((number, place) => numbers[place + 1] !== number + 1);
  return first.map((from, place) => (from === last[place] ? `${from}` : `${from}-${last[place]}`)).join(',');
}
