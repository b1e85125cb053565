// Plays the REST contract of ARCHITECTURE.md for the browser test: three regions, 1024 shards, moves that take their steps, events.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { PlayedAdministration } from './playedAdministration.mjs';
import { PlayedData } from './playedData.mjs';
import { PlayedDrills } from './playedDrills.mjs';
import { PlayedFailover, PlayedLoss } from './playedLoss.mjs';
import { PlayedMove } from './playedMove.mjs';
import { PlayedRevisions } from './playedRevisions.mjs';
import { PlayedSafety } from './playedSafety.mjs';
import { PlayedSeeding } from './playedSeeding.mjs';

/** @typedef {import('../src/api/types').Shard} Shard */
/** @typedef {import('../src/api/types').Region} Region */

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };
const ZONES = [
  { zone: 'east-1', region: 'east', until: 342 },
  { zone: 'east-2', region: 'east', until: 512 },
  { zone: 'west-1', region: 'west', until: 768 },
  { zone: 'north-1', region: 'north', until: 1024 },
];

export class FakeControlPlane {
  revision = 100;
  /** @type {Shard[]} */
  shards = Array.from({ length: 1024 }, (_, shard) => {
    const owner = ZONES.find((zone) => shard < zone.until) ?? ZONES[0];
    return { shard, region: owner?.region ?? null, zone: owner?.zone ?? null, epoch: 1, state: 'OWNED', frozenBy: null };
  });
  /** @type {(PlayedMove | PlayedFailover)[]} */
  moves = [];
  loss = new PlayedLoss('east');
  revisions = new PlayedRevisions(this.loss);
  data = new PlayedData();
  safety = new PlayedSafety();
  seeding = new PlayedSeeding();
  administration = new PlayedAdministration();
  drills = new PlayedDrills();
  /** Moves stop where this holds, so that a check does not race with them. @type {(run: import('../src/api/types').Run) => boolean} */
  stalled = () => false;
  /** Idempotency keys in the order in which they came. @type {string[]} */
  keys = [];
  /** The last ids with which streams of events were asked for. @type {(string | undefined)[]} */
  resumed = [];
  down = false;
  /** @type {Set<import('node:http').ServerResponse>} */
  streams = new Set();
  /** @type {{id: number, data: object}[]} */
  changes = [];

  /** @param {string} dist @param {string} token */
  constructor(dist, token) {
    this.dist = dist;
    this.token = token;
    this.server = createServer((request, response) => void this.answer(request, response));
    this.timer = setInterval(() => this.tick(), 150);
  }

  /** @returns {Promise<string>} its address */
  async listen() {
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', () => resolve(undefined)));
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `http://127.0.0.1:${address.port}/`;
  }

  close() {
    clearInterval(this.timer);
    this.server.closeAllConnections();
    this.server.close();
  }

  /** @param {boolean} down from now on every connection is cut without an answer */
  outage(down) {
    this.down = down;
    if (down) this.server.closeAllConnections();
  }

  /** @param {object} change */
  announce(change) {
    this.revision++;
    const data = { revision: this.revision, runs: [], shards: false, topology: false, regions: false, ...change };
    this.changes.push({ id: this.revision, data });
    for (const stream of this.streams) send(stream, this.revision, data);
  }

  tick() {
    if (this.down) return;
    this.data.tick();
    this.revisions.tick();
    this.seeding.tick();
    for (const move of this.moves) {
      if (move.ended || (this.stalled(move.run) && !move.cancelled)) continue;
      const { touched } = move.advance();
      this.announce({ runs: [move.run.id], shards: touched, regions: touched });
    }
  }

  /** @returns {Region[]} */
  regions() {
    return ['east', 'west', 'north'].map((name, place, names) => this.fresh(name, this.loss.standing(name, {
      name,
      city: { east: 'Frankfurt', west: 'Dublin', north: null }[name] ?? null,
      voter: { leader: place === 0, connected: true },
      agent: {
        connected: true,
        problem: null,
        leaseRemainingMillis: 13_000 + Math.round(Math.random() * 2000),
        lagMillis: Object.fromEntries(names.filter((other) => other !== name).map((other) => [other, name === 'north' && other === 'west' ? null : 12 + place])),
        stopped: name === 'west' ? this.data.stopped : [],
        parkedShards: this.data.parked.filter((parked) => parked.region === name).length,
      },
      // North's router has not told anything: it must be shown as unknown.
      router: name === 'north' ? null : { connected: true, holdRevision: this.revision, envoys: [{ node: `${name}-envoy`, ackedRevision: this.revision, nack: null }] },
      zones: ZONES.filter((zone) => zone.region === name).map(({ zone }) => ({ name: zone, shards: this.shards.filter((shard) => shard.zone === zone).length })),
    })));
  }

  /** @param {string} name @param {Region} region @returns {Region} */
  fresh(name, region) {
    return name === this.seeding.unseeded ? { ...region, data: 'UNSEEDED', unfit: 1024 } : region;
  }

  /** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
  async answer(request, response) {
    if (this.down) return request.socket.destroy();
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (!url.pathname.startsWith('/api/v1/')) return this.file(url.pathname, response);
    if (request.headers.authorization !== `Bearer ${this.token}`) return problem(response, 401, 'unauthenticated', 'Unauthenticated', 'the token is not valid');
    const what = `${request.method} ${url.pathname.slice('/api/v1'.length)}`;
    const id = /^\/api\/v1\/runs\/([^/]+)/.exec(url.pathname)?.[1];
    const move = this.moves.find((each) => each.run.id === id);
    if (id && !move) return problem(response, 404, 'unknown-run', 'Unknown run', `there is no run '${id}'`);
    if (what === 'GET /events') return this.events(request, response);
    if (what === 'GET /regions') return json(response, 200, this.regions());
    if (what === 'GET /shards') return json(response, 200, { revision: this.revision, shards: this.shards });
    if (what === 'GET /runs') return json(response, 200, { runs: this.moves.map((each) => ({ ...each.run, certificate: null })), next: null });
    const dry = url.searchParams.get('dryRun') === 'true';
    const played = /^\/(parked|verifications|repairs)/.test(what.split(' ')[1] ?? '') ? this.data.answer(what, await read(request), dry) : null;
    if (played) return 'refused' in played ? problem(response, ...played.refused) : json(response, played.status, played.body);
    const path = what.split(' ')[1] ?? '';
    const reason = decodeURIComponent(String(request.headers['meridian-reason'] ?? ''));
    if (what === 'GET /backup') {
      return response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Disposition': `attachment; filename="meridian-${this.revision}.backup"` }).end('played backup');
    }
    const { me, approvals } = this.safety;
    const match = request.headers['if-match'];
    const administered = /^\/(control-plane|restore|tokens|topology)/.test(path)
      ? this.administration.answer(what, await read(request), { reason, dry, me, approvals, match, query: url.searchParams })
      : null;
    if (administered) return 'refused' in administered ? problem(response, ...administered.refused) : json(response, administered.status, administered.body);
    const drilled = /^\/(drills|readiness)/.test(path) ? this.drills.answer(what, await read(request), { dry, query: url.searchParams, me, match }) : null;
    if (drilled) return 'refused' in drilled ? problem(response, ...drilled.refused) : json(response, drilled.status, drilled.body);
    const others = /^\/(seedings)/.test(path)
      ? this.seeding.answer(what, await read(request), dry)
      : /^\/(whoami|brake|pins|approvals|failover-advice|envoys|lag|audit)/.test(path)
        ? this.safety.answer(what, await read(request), url.searchParams, reason)
        : null;
    if (others) return 'refused' in others ? problem(response, ...others.refused) : json(response, others.status, others.body);
    const revised = path.startsWith('/orphans/revisions') ? this.revisions.answer(what, await read(request), { dry, reason, me, shards: this.shards }) : null;
    if (revised) {
      if ('refused' in revised) return problem(response, ...revised.refused);
      if (revised.location) response.setHeader('Location', revised.location);
      return json(response, revised.status, revised.body);
    }
    if (what === 'GET /orphans') return json(response, 200, this.orphans(url.searchParams));
    if (what === 'POST /failovers') return this.failOver(request, response, dry);
    if (what === 'POST /moves') return this.startMove(request, response, dry);
    if (move && what.startsWith('GET ')) return json(response, 200, move.run);
    if (move && what.endsWith('/cancel')) return this.cancel(move, response);
    return problem(response, 404, 'not-found', 'Not found', what);
  }

  /** @param {URLSearchParams} wanted */
  orphans(wanted) {
    const { orphans } = this.loss;
    return orphans.filter(({ region, shard, decision }) => (wanted.get('region') ?? region) === region && Number(wanted.get('shard') ?? shard) === shard && (wanted.get('open') !== 'true' || !decision));
  }

  /** @param {PlayedMove | PlayedFailover} move @param {import('node:http').ServerResponse} response */
  cancel(move, response) {
    if (move.ended) return problem(response, 409, 'run-ended', 'Run ended', `run ${move.run.id} has ended: ${move.run.state}`);
    move.cancel();
    this.announce({ runs: [move.run.id] });
    return json(response, 200, move.run);
  }

  /** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response @param {boolean} dry */
  async startMove(request, response, dry) {
    const { shards, to } = await read(request);
    const target = ZONES.find((zone) => zone.zone === to);
    if (!target) {
      return problem(response, 422, 'unknown-zone', 'Unknown zone', `there is no zone '${to}'`, [{ pointer: '/to', detail: `zones are ${ZONES.map((zone) => zone.zone).join(', ')}` }]);
    }
    const numbers = shards.split(',').flatMap((/** @type {string} */ range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, place) => first + place);
    });
    const busy = this.shards.find((shard) => numbers.includes(shard.shard) && shard.frozenBy);
    if (busy) return problem(response, 409, 'move-overlaps', 'Move overlaps', `shard ${busy.shard} is being moved by ${busy.frozenBy}`);
    const move = new PlayedMove(`mv-${this.moves.length + 1}`, shards, numbers, target, this.shards);
    if (dry) return json(response, 200, move.plan);
    const key = String(request.headers['idempotency-key']);
    this.keys.push(key);
    this.moves.push(move);
    this.announce({ runs: [move.run.id] });
    return json(response, 202, move.run);
  }

  /** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response @param {boolean} dry */
  async failOver(request, response, dry) {
    const { region, force } = await read(request);
    if (region !== this.loss.region || !this.loss.gone) {
      const what = { title: 'Region alive', detail: `${region} is alive: its agent is connected; move its shards away instead` };
      if (!force) return problem(response, 409, 'region-alive', what.title, what.detail);
    }
    const failover = new PlayedFailover(`mv-${this.moves.length + 1}`, this.loss, this.shards);
    if (dry) return json(response, 200, { ...failover.run, ...failover.plan, id: null, state: 'PLANNED', startedAt: null });
    this.keys.push(String(request.headers['idempotency-key']));
    failover.begin();
    this.moves.push(failover);
    this.announce({ runs: [failover.run.id], shards: true, regions: true });
    return json(response, 202, failover.run);
  }

  /** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
  events(request, response) {
    const last = request.headers['last-event-id'];
    this.resumed.push(typeof last === 'string' ? last : undefined);
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write(': hello\n\n');
    for (const { id, data } of this.changes) if (last && id > Number(last)) send(response, id, data);
    this.streams.add(response);
    response.on('close', () => this.streams.delete(response));
  }

  /** @param {string} path @param {import('node:http').ServerResponse} response */
  async file(path, response) {
    const name = normalize(path === '/' ? '/index.html' : path);
    try {
      const body = await readFile(join(this.dist, name));
      response.writeHead(200, { 'Content-Type': /** @type {Record<string, string>} */ (TYPES)[extname(name)] ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  }
}

/** @param {import('node:http').IncomingMessage} request @returns {Promise<any>} */
async function read(request) {
  let body = '';
  for await (const piece of request) body += piece;
  return JSON.parse(body || '{}');
}

/** @param {import('node:http').ServerResponse} response @param {number} status @param {unknown} body @param {string} type */
function json(response, status, body, type = 'application/json') {
  response.writeHead(status, { 'Content-Type': type }).end(JSON.stringify(body));
}

/** @param {import('node:http').ServerResponse} response @param {number} status @param {string} name @param {string} title @param {string} detail @param {object[]} errors */
function problem(response, status, name, title, detail, errors = []) {
  json(response, status, { type: `urn:meridian:problem:${name}`, title, status, detail, errors }, 'application/problem+json');
}

/** @param {import('node:http').ServerResponse} stream @param {number} id @param {object} data */
function send(stream, id, data) {
  stream.write(`event: change\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
}
