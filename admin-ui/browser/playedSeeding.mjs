/** @typedef {import('../src/api/types').Seeding} Seeding */
/** @typedef {{status: number, body: object} | {refused: [number, string, string, string]}} Answer */

/** A region that is new, and the copies that are made for it. */
export class PlayedSeeding {
  /** The region that is new; null: none is. @type {string | null} */
  unseeded = null;
  /** @type {Seeding[]} */
  seedings = [];
  /** Seedings stay where they are while this is true. */
  stalled = false;
  /** Seedings go on slowly and do not end while this is true: pages are looked at meanwhile, for as long as that takes. */
  endless = false;

  tick() {
    if (this.stalled) return;
    for (const seeding of this.seedings.filter(({ state }) => state === 'RUNNING')) {
      const { counts } = seeding;
      const copied = this.endless ? Math.min(4, counts.waiting >> 1) : Math.min(64, counts.waiting);
      Object.assign(counts, { waiting: counts.waiting - copied, copied: counts.copied + copied });
      seeding.rows += copied * 20;
      if (counts.waiting > 0) continue;
      Object.assign(seeding, { state: 'DONE', left: '', endedAt: new Date().toISOString(), underWay: [], counts: { waiting: 0, copying: 0, copied: 0, whole: seeding.shards, failed: 0 } });
      if (this.unseeded === seeding.region) this.unseeded = null;
    }
  }

  /** @param {string} what method and path @param {any} body @param {boolean} dry @returns {Answer | null} null: it is not of these */
  answer(what, body, dry) {
    if (what === 'GET /seedings') return { status: 200, body: { seedings: [...this.seedings].reverse() } };
    if (what === 'POST /seedings') return this.start(body, dry);
    const [, id, how] = /^POST \/seedings\/([^/]+)\/(pause|resume|cancel)$/.exec(what) ?? [];
    const seeding = this.seedings.find((each) => each.id === id);
    if (!id || !seeding) return null;
    seeding.state = how === 'pause' ? 'PAUSED' : how === 'resume' ? 'RUNNING' : 'CANCELLED';
    if (how === 'cancel') seeding.endedAt = new Date().toISOString();
    return { status: 200, body: seeding };
  }

  /** @param {{region: string, shards?: string, why?: string}} wish @param {boolean} dry @returns {Answer} */
  start({ region, shards, why }, dry) {
    if (this.seedings.some((each) => each.region === region && each.state === 'RUNNING')) return { refused: [409, 'seeding-runs', 'Seeding runs', `a seeding of ${region} runs already: wait for it, or cancel it`] };
    const n = shards === undefined ? 1024 : 5;
    /** @type {Seeding} */
    const seeding = {
      id: `sd-${this.seedings.length + 1}`, region, state: 'RUNNING', shards: n, left: shards ?? '0-1023', counts: { waiting: n - 2, copying: 2, copied: 0, whole: 0, failed: 0 }, rows: 0, verification: null,
      repair: null, problem: null, startedAt: new Date().toISOString(), endedAt: null, by: 'admin', why: why ?? null,
      underWay: [
        { shard: 0, owner: 'east', epoch: 1, attempt: 1, state: 'TELLING', told: 400, taken: 210, expected: 1200, missed: 0, problem: null },
        { shard: 1, owner: 'east', epoch: 1, attempt: 2, state: 'RESTING', told: 0, taken: 0, expected: null, missed: 0, problem: 'the owner did not tell for 10 min' },
      ],
    }; // prettier-ignore
    if (!dry) this.seedings.push(seeding);
    return { status: dry ? 200 : 202, body: seeding };
  }
}
