/** @typedef {import('../src/api/types').Parked} Parked */
/** @typedef {import('../src/api/types').ParkedOrder} ParkedOrder */
/** @typedef {{status: number, body: object} | {refused: [number, string, string, string]}} Answer */

/** What waits, and what copies differ by: one shard of west is refused one change, and differs by it once it was skipped. */
export class PlayedData {
  /** @type {Parked[]} */
  parked = [];
  /** @type {ParkedOrder[]} */
  orders = [];
  /** Orders stay where they are while this is true, so that a check does not race with them. */
  stalled = false;
  asked = 0;

  /** Two shards wait in west: one was refused, the other waits for it. */
  refuse() {
    const since = new Date(Date.now() - 95_000).toISOString();
    const refused = {
      region: 'west', group: 'default', source: 'east', shard: 17, waiting: 'REFUSED', position: '0/1A2B3C4D', epoch: 1,
      reason: 'column "note" of relation "account" does not exist', since, records: 3, bytes: 1534,
    }; // prettier-ignore
    this.parked = [{ ...refused, shard: 18, waiting: 'BARRIER', position: '0/1A2B3D00', reason: 'waits for shard 17 of the same transaction', records: 1, bytes: 210 }, refused];
  }

  tick() {
    if (this.stalled) return;
    this.orders = this.orders.map((order) => {
      if (order.state !== 'PENDING') return order;
      if (order.action === 'SKIP') this.parked = [];
      return { ...order, state: 'DONE', endedAt: new Date().toISOString() };
    });
  }

  /** @param {string} what method and path @param {any} body @param {boolean} _dry @returns {Answer | null} null: it is not of these */
  answer(what, body, _dry) {
    if (what === 'GET /parked') {
      this.asked++;
      return { status: 200, body: this.parked };
    }
    const order = this.orders.find((each) => what === `GET /parked/orders/${each.id}`);
    if (order) return { status: 200, body: order };
    const act = /^POST \/parked\/(\w+)\/(\w+)\/(\w+)\/(\d+)\/(skip|retry)$/.exec(what);
    if (act) return this.order(act, body);
    return null;
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
