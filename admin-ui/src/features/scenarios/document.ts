import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';

/*
 * A scenario's YAML, read to be explained and to say where in it something is wrong. Whether it is right, the control plane and the runner decide: what this does not
 * understand is shown as it is written.
 */

/** A guard or a target, as it is written. */
export interface Limit {
  name: string;
  value: string;
  /** What it bounds; null: this console does not know it. */
  meaning: string | null;
}

export interface Explained {
  /** What is done, and what follows from it, in sentences; empty: this console does not know that act. */
  done: string[];
  guards: Limit[];
  targets: Limit[];
}

const GUARDS: Record<string, string> = {
  failedRequests: 'share of the last ten seconds’ requests that failed',
  unavailableShards: 'share of the sampled shards that no edge served for five seconds',
  linkLag: 'how far a copy is behind',
};
const TARGETS: Record<string, string> = {
  rto: 'longest outage of a sampled shard',
  rpo: 'rows that the failover leaves behind until the region is back',
  failedRequests: 'failed requests through living edges',
};

/** @param region another one than the scenario names; undefined: that one. Null: it is no YAML with members */
export function explain(text: string, region?: string): Explained | null {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !isMap(document.contents)) return null;
  const whole = valueOf(document);
  if (whole === null) return null;
  return { done: done(members(whole.act), region, word(whole.duration)), guards: limits(whole.guards, GUARDS), targets: limits(whole.targets, TARGETS) };
}

/** Null: it names itself again and again until it is too large. */
function valueOf(document: ReturnType<typeof parseDocument>): Record<string, unknown> | null {
  try {
    return document.toJS() as Record<string, unknown>;
  } catch {
    return null;
  }
}

function done(act: Record<string, unknown>, other: string | undefined, duration: string): string[] {
  if ('lose' in act) {
    const lose = members(act.lose);
    const region = other ?? word(lose.region);
    return [
      lose.how === 'cut-off' ? `${region} is cut off: it lives, with clients of its own, and hears nobody.` : `Every process of ${region} is killed at once: edge, application, database, Kafka, agent, control-plane node.`,
      `Once the control plane misses it, a failover is asked for, with at most ${word(lose.maxLoss)} to lose.`,
      `It stays lost for ${duration} after the others took over. Then it is brought back, awaited until it is reconciled, and its users move back.`,
    ];
  }
  if ('evacuate' in act) {
    const region = other ?? word(members(act.evacuate).region);
    return [`All users of ${region} move to the other regions, by the plan, gates and waves of an evacuation, while it lives.`, `It stays empty for ${duration}. Then they move back.`];
  }
  if ('link' in act) {
    const { from, to, direction, down, delay } = members(act.link);
    const which = direction === 'both-ways' ? `The link between ${word(from)} and ${word(to)}, both ways,` : `What processes of ${word(from)} open towards ${word(to)}`;
    return [`${which} is ${down === true ? 'cut' : `slowed by ${word(delay)}`}. Nothing is switched.`, `It stays so for ${duration}. Then it is healed, and awaited until the copies have caught up.`];
  }
  return [];
}

const members = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});
const word = (value: unknown): string => (value === undefined || value === null ? 'what is not written' : typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean));
const limits = (written: unknown, known: Record<string, string>): Limit[] => Object.entries(members(written)).map(([name, value]) => ({ name, value: word(value), meaning: known[name] ?? null }));

/** By which it is registered; null: none can be read. */
export function nameIn(text: string): string | null {
  const document = parseDocument(text);
  const name: unknown = isMap(document.contents) ? document.get('name') : null;
  return typeof name === 'string' && name.trim() !== '' ? name.trim() : null;
}

export interface Fault {
  pointer: string;
  detail: string;
}

export interface Line {
  number: number;
  text: string;
  faults: Fault[];
}

/** The document line by line, each fault below the line that it is about; what is about none of them comes apart. */
export function annotated(text: string, faults: Fault[]): { lines: Line[]; whole: Fault[] } {
  const placed = faults.map((fault) => ({ fault, line: lineOf(text, fault) }));
  return {
    lines: text.replace(/\n$/, '').split('\n').map((line, place) => ({ number: place + 1, text: line, faults: placed.filter((each) => each.line === place + 1).map(({ fault }) => fault) })),
    whole: placed.filter(({ line }) => line === null).map(({ fault }) => fault),
  };
}

/** From 1. A member that is missing is missing where the one above it stands; null: it is about no line, or the control plane tells none. */
function lineOf(text: string, { pointer, detail }: Fault): number | null {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const [, told] = /\bline (\d+)/.exec(detail) ?? [];
  if (pointer === '' && told !== undefined) return Math.min(Number(told), text.replace(/\n$/, '').split('\n').length);
  let found: number | null = null;
  let node: unknown = document.contents;
  for (const name of pointer.replace(/^\/document/, '').split('/').slice(1).map(unescaped)) {
    if (!isMap(node)) break;
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === name);
    if (!pair) break;
    found = (pair.key as Node).range?.[0] ?? found;
    node = pair.value;
  }
  return found === null ? null : counter.linePos(found).line;
}

const unescaped = (segment: string) => segment.replaceAll('~1', '/').replaceAll('~0', '~');
