/** @typedef {import('../src/api/types').Parked} Parked */
/** @typedef {import('../src/api/types').ParkedOrder} ParkedOrder */
/** @typedef {import('../src/api/types').Verification} Verification */
/** @typedef {import('../src/api/types').Repair} Repair */
/** @typedef {{status: number, body: object} | {refused: [number, string, string, string]}} Answer */

/** What waits, and what copies differ by: one shard of west is refused one change, and differs by it once it was skipped. */
export class PlayedData {
  /** @type {Parked[]} */
  parked = [];
  /** West applies nothing more of these. @type {import('../src/api/types').StoppedShard[]} */
  stopped = [];
  /** @type {ParkedOrder[]} */
  orders = [];
  /** @type {Verification[]} */
  verifications = [];
  /** @type {Repair[]} */
  repairs = [];
  /** West's copy of shard 400 lacks a row, and has another one as it was. */
  differs = false;
  /** Orders, comparisons and repairs stay where they are while this is true, so that a check does not race with them. */
  stalled = false;
  asked = 0;

  /** Two shards wait in west: one was refused, the other waits for it. */
  refuse() {
    const since = new Date(Date.now() - 95_000).toISOString();
    const refused = {
      region: 'west', group: 'default', source: 'east', shard: 400, waiting: 'REFUSED', position: '0/1A2B3C4D', epoch: 1,
      reason: 'column "note" of relation "account" does not exist', since, records: 3, bytes: 1534,
    }; // prettier-ignore
    this.parked = [{ ...refused, shard: 401, waiting: 'BARRIER', position: '0/1A2B3D00', reason: 'waits for shard 400 of the same transaction', records: 1, bytes: 210 }, refused];
  }

  tick() {
    if (this.stalled) return;
    this.orders = this.orders.map((order) => {
      if (order.state !== 'PENDING') return order;
      if (order.action === 'SKIP') {
        this.parked = [];
        this.differs = true;
      }
      return { ...order, state: 'DONE', endedAt: new Date().toISOString() };
    });
    this.verifications = this.verifications.map((each) => (each.state === 'RUNNING' ? this.compared(each) : each));
    this.repairs = this.repairs.map((each) => {
      if (each.state !== 'RUNNING') return each;
      this.differs = false;
      return { ...each, state: 'DONE', endedAt: new Date().toISOString(), shards: each.shards.map((shard) => ({ ...shard, rows: 2, absent: 0 })) };
    });
  }

  /** @param {Verification} verification @returns {Verification} */
  compared(verification) {
    const rows = [
      { table: 'public.account', key: { id: '7' }, regions: { east: '9f3a5c7710d2e4b1', north: '9f3a5c7710d2e4b1', west: null } },
      { table: 'public.account', key: { id: '71' }, regions: { east: '0c11aa29b3f0d5e6', north: '0c11aa29b3f0d5e6', west: '77de01c4a9b8f233' } },
    ];
    const regions = { east: { rows: 9, hash: 'a1'.repeat(32) }, north: { rows: 9, hash: 'a1'.repeat(32) }, west: { rows: 8, hash: 'b2'.repeat(32) } };
    return { ...verification, state: 'DONE', equal: !this.differs, rows: 9216, differences: this.differs ? [{ shard: 400, regions, rows, moreRows: false }] : [] };
  }

  /** @param {string} what method and path @param {any} body @param {boolean} dry @returns {Answer | null} null: it is not of these */
  answer(what, body, dry) {
    if (what === 'GET /parked') {
      this.asked++;
      return { status: 200, body: this.parked };
    }
    const order = this.orders.find((each) => what === `GET /parked/orders/${each.id}`);
    if (order) return { status: 200, body: order };
    const act = /^POST \/parked\/(\w+)\/(\w+)\/(\w+)\/(\d+)\/(skip|retry)$/.exec(what);
    if (act) return this.order(act, body);
    if (what === 'POST /verifications') {
      const verification = { id: `vf-${this.verifications.length + 1}`, state: 'RUNNING', equal: null, shards: 1024, rows: 0, differences: [], problem: null };
      this.verifications.push(verification);
      return { status: 202, body: verification };
    }
    const verification = this.verifications.find((each) => what === `GET /verifications/${each.id}`);
    if (verification) return { status: 200, body: verification };
    if (what === 'POST /repairs') return this.repair(body, dry);
    if (what === 'GET /repairs') return { status: 200, body: { repairs: [...this.repairs].reverse() } };
    const repair = this.repairs.find((each) => what === `GET /repairs/${each.id}`);
    return repair ? { status: 200, body: repair } : null;
  }

  /** @param {{verification: string}} body @param {boolean} dry @returns {Answer} */
  repair({ verification }, dry) {
    if (!this.differs) return { refused: [409, 'nothing-to-repair', 'Nothing to repair', `verification ${verification} found the copies equal`] };
    const shard = { shard: 400, owner: 'east', epoch: 1, asked: { 'public.account': 2 }, missing: 0, rows: null, absent: null, problem: null };
    const repair = { id: `rp-${this.repairs.length + 1}`, state: 'RUNNING', verification, tables: [], shards: [shard], left: [], startedAt: new Date().toISOString(), endedAt: null, by: 'admin' };
    if (!dry) this.repairs.push(repair);
    return { status: dry ? 200 : 202, body: repair };
  }

  /** @param {string[]} act @param {{position: string, reason?: string}} body @returns {Answer} */
  order([, region = '', group = '', source = '', shard = '', action = ''], { position, reason = '' }) {
    const oldest = this.parked.find((each) => each.region === region && each.source === source && each.shard === Number(shard));
    if (oldest?.position !== position) return { refused: [409, 'not-parked', 'Not parked', `nothing of shard ${shard} from ${source} in ${region} waits at ${position}`] };
    const order = {
      id: `po-${this.orders.length + 1}`, state: 'PENDING', problem: null, action: action.toUpperCase(), region, group, source, shard: Number(shard),
      position, by: 'admin', reason: reason || null, askedAt: new Date().toISOString(), endedAt: null,
    }; // prettier-ignore
    this.orders.push(order);
    return { status: 202, body: order };
  }
}
