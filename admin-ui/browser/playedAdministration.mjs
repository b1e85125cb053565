/** @typedef {import('../src/api/administration-types').Cluster} Cluster */
/** @typedef {import('../src/api/administration-types').Token} Token */
/** @typedef {{status: number, body: object} | {refused: [number, string, string, string, object[]?]}} Answer */
/** @typedef {{reason: string, match: string | undefined, dry: boolean, me: {name: string, may: string[]}, approvals: import('../src/api/types').Approval[], query: URLSearchParams}} Asked */

/** The control plane's voters, tokens, and the declared topology with its history. */
export class PlayedAdministration {
  /** @type {Cluster} */
  cluster = {
    node: 'east', state: 'RUNNING', leader: 'east', revision: 100, logicVersion: 1,
    voters: ['east', 'west', 'north'].map((id, place) => voter(id, place === 0 ? 'LEADER' : 'FOLLOWER')),
    asked: [{ what: 'let east lead', at: new Date(Date.now() - 5_000_000).toISOString() }],
  }; // prettier-ignore
  /** @type {Token[]} */
  tokens = [{ name: 'alice', roles: ['viewer', 'approver'], createdAt: '2026-11-01T10:00:00Z', createdBy: 'admin', expires: new Date(Date.now() + 2 * 86_400_000).toISOString() }];
  /** Reasons of what was done, with it. @type {[string, string][]} */
  done = [];
  /** The newest last. @type {{revision: number, declared: string, topology: any}[]} */
  revisions = [
    { revision: 3, declared: '2026-11-20T08:00:00Z', topology: { name: 'played', regions: [{ name: 'east' }, { name: 'west' }], limits: { lag: '2s' } } },
    { revision: 7, declared: '2026-11-25T09:30:00Z', topology: { name: 'played', regions: [{ name: 'east', failover: { mode: 'auto', maxLoss: '2s' } }, { name: 'west' }, { name: 'north', failover: { mode: 'off' } }], limits: { lag: '3s' } } },
  ];

  get present() {
    return /** @type {{revision: number, declared: string, topology: any}} */ (this.revisions.at(-1));
  }

  /** West’s voter is silent from now on, and does not come back. */
  silence() {
    this.cluster.voters = this.cluster.voters.map((each) => (each.id === 'west' ? { ...each, answers: false, role: null, state: null, term: null, written: null, committed: null, applied: null, snapshot: null, lag: null, supports: null } : each));
  }

  /** @param {string} what method and path @param {any} body @param {Asked} asked @returns {Answer | null} null: it is not of these */
  answer(what, body, asked) {
    if (what === 'GET /control-plane') return ok(this.cluster);
    if (what === 'GET /restore') return ok({ revision: this.cluster.revision, changes: [], awaited: {} });
    if (what === 'GET /tokens') return ok({ tokens: this.tokens, next: null });
    if (what === 'GET /topology') return ok({ revision: this.present.revision, topology: this.present.topology, changes: [] });
    if (what === 'GET /topology/revisions') return ok([...this.revisions].reverse().map(({ revision, declared }, place, all) => ({ revision, declared, current: place === 0, changes: place < all.length - 1 ? ['limit of lag: 2s, then 3s', 'region north is new'] : [] })));
    if (what === 'GET /topology/diff') return ok(this.diff(Number(asked.query.get('from')), Number(asked.query.get('to'))));
    if (/^GET \/(control-plane|tokens|topology)/.test(what)) return null;
    if (!/^(POST|PUT|DELETE) \/(control-plane|tokens|topology)/.test(what)) return null;
    if (!asked.me.may.includes(asked.dry ? 'planner' : 'operator')) return { refused: [403, 'forbidden', 'Forbidden', `${asked.me.name} may not do that`] };
    if (!asked.dry) this.done.push([what, asked.reason]);
    if (what === 'POST /control-plane/leader') return ok(this.lead(body.id));
    if (what === 'POST /control-plane/voters') return this.add(body, asked.dry);
    const removed = /^DELETE \/control-plane\/voters\/(.+)$/.exec(what)?.[1];
    if (removed) return ok(this.vote(this.cluster.voters.filter(({ id }) => id !== removed)));
    if (what === 'POST /tokens') return this.make(body, asked);
    const revoked = /^DELETE \/tokens\/(.+)$/.exec(what)?.[1];
    if (revoked) {
      this.tokens = this.tokens.filter(({ name }) => name !== revoked);
      return ok({ name: revoked, roles: [], createdAt: null, createdBy: null, expires: null });
    }
    if (what === 'PUT /topology') return this.declare(body, asked);
    if (what === 'POST /topology/rollback') return this.declare(this.revisions.find(({ revision }) => revision === Number(asked.query.get('to')))?.topology, asked);
    return null;
  }

  /** @param {string} id */
  lead(id) {
    this.cluster.leader = id;
    return this.vote(this.cluster.voters.map((each) => (each.answers ? { ...each, role: each.id === id ? 'LEADER' : 'FOLLOWER', term: (each.term ?? 0) + 1 } : each)));
  }

  /** @param {Cluster['voters']} voters */
  vote(voters) {
    this.cluster = { ...this.cluster, voters };
    return this.cluster;
  }

  /** @param {{id: string, address: string, replaces?: string}} wish @param {boolean} dry @returns {Answer} */
  add({ id, address, replaces }, dry) {
    if (!/^[\w.]+:\d+$/.test(address)) return { refused: [422, 'invalid-argument', 'Invalid argument', `'${address}' is not a host's name or IPv4 address and a port, as in 10.0.1.5:21012`] };
    const next = [...this.cluster.voters.filter((each) => each.id !== replaces), { ...voter(id, 'FOLLOWER'), address }];
    if (dry) return ok({ voters: next.map((each) => each.id).sort(), change: replaces ? `replace voter ${replaces} by ${id} at ${address}` : `add voter ${id} at ${address}` });
    return ok(this.vote(next));
  }

  /** @param {{name: string, roles: string[], validForDays?: number}} wish @param {Asked} asked @returns {Answer} */
  make({ name, roles, validForDays }, { approvals, me, reason }) {
    const made = { name, roles, createdAt: new Date().toISOString(), createdBy: me.name, expires: validForDays ? new Date(Date.now() + validForDays * 86_400_000).toISOString() : null };
    if (!roles.includes('approver')) {
      this.tokens = [...this.tokens, made];
      return { status: 201, body: { ...made, token: 'mrd_played-token-of-' + name } };
    }
    const id = `ap-${approvals.length + 1}`;
    approvals.unshift({ id, state: 'WAITING', what: `make the token ${name} with ${roles.join(', ')}`, askedBy: me.name, reason, askedAt: new Date().toISOString(), expires: new Date(Date.now() + 3_000_000).toISOString(), endedBy: null, endedAt: null, note: null, subject: null });
    return { status: 202, body: { ...made, createdAt: null, createdBy: null, token: 'mrd_played-token-of-' + name, approval: id } };
  }

  /** @param {any} topology @param {Asked} asked @returns {Answer} */
  declare(topology, { dry, match }) {
    if (match !== undefined && match !== `"${this.present.revision}"`) return { refused: [412, 'revision-conflict', 'Revision conflict', `the topology is at revision ${this.present.revision}`] };
    const faults = (topology.regions ?? []).flatMap((/** @type {{name?: string}} */ region, /** @type {number} */ place) => (region.name ? [] : [{ pointer: `/regions/${place}/name`, detail: 'a name such as "east"' }]));
    if (faults.length > 0) return { refused: [422, 'invalid-document', 'Invalid document', `${faults[0].pointer}: ${faults[0].detail}`, faults] };
    const before = this.present.topology;
    const changes = JSON.stringify(before) === JSON.stringify(topology) ? [] : [`limit of lag: ${before.limits?.lag}, then ${topology.limits?.lag}`];
    if (dry) return ok({ revision: this.present.revision + 1, topology, changes });
    this.revisions.push({ revision: this.present.revision + 1, declared: new Date().toISOString(), topology });
    return ok({ revision: this.present.revision, topology, changes });
  }

  /** @param {number} from @param {number} to */
  diff(from, to) {
    const lag = (/** @type {number} */ at) => this.revisions.find(({ revision }) => revision === at)?.topology.limits.lag;
    const sentence = `limit of lag: ${lag(from)}, then ${lag(to)}`;
    return { from, to, changes: [{ pointer: '/limits/lag', before: lag(from), after: lag(to), sentence }], sentences: [sentence] };
  }
}

/** @param {string} id @param {string} role @returns {Cluster['voters'][number]} */
function voter(id, role) {
  return { id, address: `10.0.1.${id.length}:21012`, answers: true, role, state: 'RUNNING', term: 4, written: 9120, committed: 9120, applied: 9120, snapshot: 8000, lag: 0, supports: 1 };
}

/** @param {object} body @returns {Answer} */
const ok = (body) => ({ status: 200, body });
