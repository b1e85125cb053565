import type { AuditEntry } from '../../api/types';

/** What entry 1 says came before it. */
const START = '0'.repeat(64);

/** docs/audit.md: each fact as the length of its UTF-8 in bytes, a colon, the text, and a comma. */
export function sealed(entry: AuditEntry): string {
  const facts = [entry.previous, entry.number, entry.at, entry.who, entry.roles.join(' '), entry.what, entry.why, entry.outcome, entry.alarm, entry.before, entry.after];
  return facts.map((fact) => `${new TextEncoder().encode(String(fact)).length}:${fact},`).join('');
}

export async function hashOf(entry: AuditEntry): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(sealed(entry)));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Only where the page came by https or from this machine does a browser let it reckon hashes. */
export const canHash = () => (globalThis.crypto as Crypto | undefined)?.subtle !== undefined;

/** Entries checked one after the other, as `./meridian audit verify` does. */
export interface Chain {
  count: number;
  first: number;
  last: number;
  head: string;
  faults: string[];
}

export const EMPTY: Chain = { count: 0, first: 0, last: 0, head: '', faults: [] };

/** @param holds whether the entry's hash is made of its facts */
export function add(chain: Chain, entry: AuditEntry, holds: boolean): Chain {
  const changed = holds ? [] : [`entry ${entry.number} is not what its hash was made of: it was changed`];
  return { count: chain.count + 1, first: chain.count === 0 ? entry.number : chain.first, last: entry.number, head: entry.hash, faults: [...chain.faults, ...changed, ...misplaced(chain, entry)] };
}

function misplaced(chain: Chain, { number, previous }: AuditEntry): string[] {
  if (chain.count === 0) return number === 1 && previous !== START ? ['entry 1 says that something came before it'] : [];
  if (number !== chain.last + 1) return [`entry ${number} follows entry ${chain.last}: what was between is not there`];
  return previous === chain.head ? [] : [`entry ${number} does not follow entry ${chain.last}: one of them was replaced`];
}

/** @param told what the control plane says is the newest entry */
export function closed(chain: Chain, told: { count: number; head: string }): Chain {
  return chain.count > 0 && told.count === chain.last && told.head !== chain.head ? { ...chain, faults: [...chain.faults, 'the newest entry is not the one that the control plane goes on from'] } : chain;
}
