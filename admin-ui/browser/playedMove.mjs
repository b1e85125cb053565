import { createHash } from 'node:crypto';

/** @typedef {import('../src/api/types').Run} Run */
/** @typedef {import('../src/api/types').Shard} Shard */

const WAVE = 128;
const STEPS = ['HOLDING', 'FENCING', 'CATCHING_UP', 'ACTIVATED', 'ROUTED'];
const CAN_ROLL_BACK = ['FENCING', 'CATCHING_UP'];

/** One move, step by step, with what its steps do to the shards. */
export class PlayedMove {
  cancelled = false;
  ended = false;

  /** @param {string} id @param {string} text @param {number[]} numbers @param {{zone: string, region: string}} target @param {Shard[]} shards */
  constructor(id, text, numbers, target, shards) {
    this.numbers = numbers;
    this.target = target;
    this.shards = shards;
    this.before = new Map(numbers.map((number) => [number, { ...shards[number] }]));
    const from = [...new Set(numbers.map((number) => shards[number]?.zone ?? '?'))];
    this.plan = {
      shards: text,
      to: target.zone,
      planHash: createHash('sha256').update(`${text} ${target.zone} ${numbers.map((number) => shards[number]?.epoch)}`).digest('hex').slice(0, 16),
      waves: Math.ceil(numbers.length / WAVE),
      moves: from.map((zone) => ({ shards: ranges(numbers.filter((number) => shards[number]?.zone === zone)), from: zone, to: target.zone, reason: 'asked for' })),
    };
    /** @type {Run} */
    this.run = {
      ...this.plan, id, kind: 'MOVE', state: 'PLANNED', wave: 1, startedAt: new Date().toISOString(), endedAt: null, problem: null,
      steps: [{ name: 'PLANNED', wave: 1, started: new Date().toISOString(), millis: null, note: `plan ${this.plan.planHash}` }],
      moved: 0, rolledBack: 0, untouched: numbers.length, certificate: null,
    }; // prettier-ignore
  }

  cancel() {
    this.cancelled = true;
    if (CAN_ROLL_BACK.includes(this.run.state)) this.enter('ROLLING_BACK');
  }

  /** @returns {{touched: boolean}} whether shards changed */
  advance() {
    const { run } = this;
    if (run.state === 'PLANNED') return this.enter('PREPARED');
    if (run.state === 'ROLLING_BACK') return this.rolledBack();
    if (this.cancelled && ['PREPARED', 'HOLDING'].includes(run.state)) return this.rolledBack();
    if (run.state === 'ROUTED' && run.wave < run.waves) {
      run.wave++;
      return this.enter('HOLDING');
    }
    const next = STEPS[STEPS.indexOf(run.state) + 1];
    return next && !(this.cancelled && run.state === 'ROUTED') ? this.enter(next) : this.done();
  }

  wave() {
    return this.numbers.slice((this.run.wave - 1) * WAVE, this.run.wave * WAVE);
  }

  /** @param {string} state */
  enter(state) {
    const now = new Date().toISOString();
    this.endStep();
    this.run.state = state;
    this.run.steps = [...this.run.steps, { name: state, wave: this.run.wave, started: now, millis: null, note: '' }];
    for (const number of this.wave()) {
      const shard = this.shards[number];
      const before = this.before.get(number);
      if (!shard || !before) continue;
      const epoch = before.epoch ?? 0;
      if (state === 'HOLDING') this.put(number, { ...shard, frozenBy: this.run.id });
      if (state === 'FENCING') this.put(number, { ...shard, state: 'WITHDRAWN', epoch: epoch + 1 });
      if (state === 'ACTIVATED') this.put(number, { ...shard, state: 'OWNED', epoch: epoch + 2, zone: this.target.zone, region: this.target.region });
      if (state === 'ROUTED') this.put(number, { ...shard, frozenBy: null });
    }
    if (state === 'ROUTED') this.count('moved');
    return { touched: state !== 'PREPARED' && state !== 'CATCHING_UP' };
  }

  /** @param {number} number @param {Shard} shard */
  put(number, shard) {
    this.shards[number] = shard;
  }

  /** @param {'moved' | 'rolledBack'} as */
  count(as) {
    this.run[as] = (this.run[as] ?? 0) + this.wave().length;
    this.run.untouched = (this.run.untouched ?? 0) - this.wave().length;
  }

  endStep() {
    this.run.steps = this.run.steps.map((step) => (step.millis === null ? { ...step, millis: Date.now() - Date.parse(step.started) } : step));
  }

  rolledBack() {
    const withdrawn = this.run.state === 'ROLLING_BACK';
    for (const number of this.wave()) {
      const before = this.before.get(number);
      if (before) this.put(number, /** @type {Shard} */ ({ ...before, epoch: (before.epoch ?? 0) + (withdrawn ? 2 : 0) }));
    }
    if (withdrawn) this.count('rolledBack');
    this.run.problem = 'cancelled';
    return this.end('ROLLED_BACK');
  }

  done() {
    this.run.certificate = {
      run: this.run.id,
      planHash: this.plan.planHash,
      verdict: 'NOTHING_LOST',
      reasons: [],
      shards: this.numbers.map((shard) => {
        const hash = createHash('sha256').update(String(shard)).digest('hex');
        const before = this.before.get(shard);
        const epoch = before?.epoch ?? 0;
        return {
          shard, from: before?.zone ?? '', to: this.target.zone, closedEpoch: epoch, openedEpoch: epoch + 2, closedAt: `0/${(16_000_000 + shard).toString(16)}`,
          openedAt: `0/${(17_000_000 + shard).toString(16)}`, rowsBefore: shard % 7, hashBefore: hash, rowsAfter: shard % 7, hashAfter: hash, equal: true,
        }; // prettier-ignore
      }),
    };
    return this.end('DONE');
  }

  /** @param {string} state */
  end(state) {
    this.endStep();
    this.run.state = state;
    this.run.endedAt = new Date().toISOString();
    this.ended = true;
    return { touched: true };
  }
}

/** @param {number[]} numbers ascending, without gaps here */
function ranges(numbers) {
  return numbers.length === 1 ? `${numbers[0]}` : `${numbers[0]}-${numbers.at(-1)}`;
}
