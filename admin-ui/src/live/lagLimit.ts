/** `meridian.move.lag-limit`, where the topology declares none of its own. */
const LAG_LIMIT = '2s';

/** As the topology writes durations; null: it is none. */
export function millisOf(text: string): number | null {
  const [, n, unit] = /^(\d+)(ms|s|m|h)$/.exec(text.trim()) ?? [];
  return n === undefined ? null : Number(n) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit as 'ms' | 's' | 'm' | 'h'];
}

/** Above it no move starts to a copy that is so far behind. @param declared as the topology has it; undefined: it has none, or is not known */
export function lagLimit(declared: string | undefined): { text: string; millis: number } {
  const text = declared !== undefined && millisOf(declared) !== null ? declared : LAG_LIMIT;
  return { text, millis: millisOf(text) ?? Infinity };
}
