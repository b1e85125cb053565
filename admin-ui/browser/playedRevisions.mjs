import { createHash } from 'node:crypto';

/** @typedef {import('../src/api/orphan-types').Orphan} Orphan */
/** @typedef {import('../src/api/orphan-types').OrphanRevision} OrphanRevision */
/** @typedef {{status: number, body: object, location?: string} | {refused: [number, string, string, string, object[]?]}} Answer */
/** @typedef {Record<string, string | null> | null} Row null: there is none */

const POSITION = /^[!-.0-~]{1,150}\/[0-9A-F]{1,8}\/[0-9A-F]{1,8}\/[0-9]{1,10}$/;
const MEMBERS = ['source', 'position', 'shard', 'index', 'verdict', 'over', 'reason'];

/** Orders to decide lost writes otherwise, and the agent of their shards' owner, which carries them out as `Reviser` does. */
export class PlayedRevisions {
  /** The oldest first. @type {OrphanRevision[]} */
  orders = [];
  /** The agent does not answer while this is true, so that a check does not race with it. */
  stalled = false;
  /** Rows that are not as the decision left them, by shard. @type {Map<number, Row>} */
  rows = new Map();
  /** What was asked for, with the reason for the audit. @type {object[]} */
  asked = [];

  /** @param {import('./playedLoss.mjs').PlayedLoss} loss */
  constructor(loss) {
    this.loss = loss;
  }

  /** Somebody writes the row since it was decided. @param {number} shard @param {Row} row */
  writes(shard, row) {
    this.rows.set(shard, row);
  }

  tick() {
    if (this.stalled) return;
    this.orders = this.orders.map((order) => (order.state === 'PENDING' ? { ...order, ...this.carriedOut(order), endedAt: new Date().toISOString() } : order));
  }

  /** @param {OrphanRevision} order @returns {Partial<OrphanRevision>} */
  carriedOut(order) {
    const orphan = this.loss.orphans.find((each) => isAbout(order, each) && each.decision);
    if (!orphan) return { state: 'FAILED', problem: 'no such write is known here that was decided: it may wait for its decision, which comes by itself' };
    const standing = orphan.revised?.verdict ?? orphan.decision;
    const left = standing === 'SALVAGED' ? rowOf(orphan.content) : rowOf(orphan.ours);
    const row = this.rows.has(order.shard) ? /** @type {Row} */ (this.rows.get(order.shard)) : left;
    const asLeft = JSON.stringify(row) === JSON.stringify(left);
    const verdict = order.verdict === 'SALVAGE' ? 'SALVAGED' : 'REJECTED';
    if (asLeft && standing === verdict) return { state: 'FAILED', problem: `it stands so: it is ${verdict}, and nobody has written the row since` };
    if (!asLeft && nameOf(row) !== order.over) {
      return { state: 'FAILED', problem: 'the row was written since, or whether it was is not known: say that this may be overwritten', present: JSON.stringify([row]), presentOver: nameOf(row) };
    }
    const revised = { verdict, by: order.by, reason: order.reason, at: new Date().toISOString() };
    this.rows.delete(order.shard);
    this.loss.orphans = this.loss.orphans.map((each) => (isAbout(order, each) ? { ...each, revised } : each));
    return { state: 'DONE' };
  }

  /**
   * @param {string} what method and path @param {any} body
   * @param {{dry: boolean, reason: string, me: {name: string, may: string[]}, shards: import('../src/api/types').Shard[]}} how
   * @returns {Answer | null} null: it is not of these
   */
  answer(what, body, how) {
    if (what === 'GET /orphans/revisions') return { status: 200, body: [...this.orders].reverse() };
    if (what === 'POST /orphans/revisions') return this.order(body, how);
    const id = /^GET \/orphans\/revisions\/([^/]+)$/.exec(what)?.[1];
    if (id === undefined) return null;
    const known = this.orders.find((each) => each.id === id);
    return known ? { status: 200, body: known } : { refused: [404, 'unknown-order', 'Unknown order', `there is no order '${id}'`] };
  }

  /** @param {any} body @param {{dry: boolean, reason: string, me: {name: string, may: string[]}, shards: import('../src/api/types').Shard[]}} how @returns {Answer} */
  order(body, { dry, reason, me, shards }) {
    const role = dry ? 'planner' : 'operator';
    if (!me.may.includes(role)) return { refused: [403, 'forbidden', 'Forbidden', `${me.name} lacks the role ${role}`] };
    const faults = faultsOf(body);
    if (faults.length > 0) return { refused: [400, 'invalid-document', 'Invalid document', `a revision: ${faults.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ')}`, faults] };
    if (!POSITION.test(body.position)) return { refused: [400, 'invalid-argument', 'Invalid argument', 'a position is incarnation/lsn/part, as ./meridian orphans lists it', [{ pointer: '/position', detail: 'a position is incarnation/lsn/part, as ./meridian orphans lists it' }]] };
    const shard = shards[body.shard];
    if (!shard) return { refused: [404, 'shard-out-of-range', 'Shard out of range', `shard ${body.shard} does not exist: shards are numbered 0 to ${shards.length - 1}`] };
    if (shard.frozenBy) return { refused: [409, 'not-repairable', 'Not repairable', `shard ${shard.shard} is being moved by ${shard.frozenBy}; ask again when that run has ended`] };
    const other = this.orders.find((each) => each.state === 'PENDING' && isAbout(each, body));
    if (other) return { refused: [409, 'order-pending', 'Order pending', `order ${other.id} about the same orphan is under way; wait for what becomes of it`] };
    const { source, position, index, verdict, over = null } = body;
    const order = {
      id: `rv-${this.orders.length + 1}`, state: 'PENDING', problem: null, verdict, source, position, shard: body.shard, index, region: shard.region ?? 'unknown', group: 'default',
      over, present: null, presentOver: null, by: me.name, reason: body.reason, askedAt: new Date().toISOString(), endedAt: null,
    }; // prettier-ignore
    if (dry) return { status: 200, body: order };
    this.orders.push(order);
    this.asked.push({ ...body, why: reason });
    return { status: 202, body: order, location: `/api/v1/orphans/revisions/${order.id}` };
  }
}

/** @param {Record<string, unknown>} body */
function faultsOf(body) {
  const texts = ['source', 'position'].filter((name) => typeof body[name] !== 'string' || body[name] === '').map((name) => ({ pointer: `/${name}`, detail: 'as GET /api/v1/orphans tells it' }));
  const numbers = ['shard', 'index'].filter((name) => !Number.isInteger(body[name])).map((name) => ({ pointer: `/${name}`, detail: 'a whole number' }));
  const unknown = Object.keys(body).filter((name) => !MEMBERS.includes(name)).map((name) => ({ pointer: `/${name}`, detail: 'not known' }));
  const reason = typeof body.reason === 'string' && body.reason.trim() !== '' && body.reason.length <= 500 ? [] : [{ pointer: '/reason', detail: 'why it is overruled' }];
  const verdict = body.verdict === 'SALVAGE' || body.verdict === 'REJECT' ? [] : [{ pointer: '/verdict', detail: 'SALVAGE or REJECT' }];
  return [...texts, ...numbers, ...unknown, ...reason, ...verdict];
}

/** @param {string | null} text @returns {Row} */
const rowOf = (text) => (text ? JSON.parse(text) : null);

/** Names just this state of the row. @param {Row} row */
const nameOf = (row) => createHash('sha256').update(JSON.stringify([row])).digest('hex').slice(0, 16);

/** @typedef {{source: string, position: string, shard: number, index: number}} Name */
/** @param {Name} one @param {Name} other */
const isAbout = (one, other) => one.source === other.source && one.position === other.position && one.shard === other.shard && one.index === other.index;
