const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });

/** The browser's local time of day; what is not a time is shown as it came. */
export function timeOfDay(when: number | string): string {
  const date = new Date(when);
  return Number.isNaN(date.getTime()) ? String(when) : TIME.format(date);
}

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** `28 Nov 2026, 04:31:02`, local, of what is not of today alone. */
export function dayAndTime(when: number | string): string {
  const date = new Date(when);
  return Number.isNaN(date.getTime()) ? String(when) : `${DAY.format(date)}, ${TIME.format(date)}`;
}

/** `28 Nov 2026`, local. */
export function day(when: number | string): string {
  const date = new Date(when);
  return Number.isNaN(date.getTime()) ? String(when) : DAY.format(date);
}

/** 41 -> `41 ms`, 1234 -> `1.2 s`, 83000 -> `1 min 23 s` */
export function duration(millis: number): string {
  if (millis < 1000) return `${Math.round(millis)} ms`;
  if (millis < 60_000) return `${(millis / 1000).toFixed(1)} s`;
  const seconds = Math.round(millis / 1000);
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s` : `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** 700 -> `700 B`, 1500 -> `1.5 kB`, by the thousand */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return bytes < 1_000_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${(bytes / 1_000_000_000).toFixed(1)} GB`;
}

/** `a`, `a and b`, `a, b and c` */
export function listed(names: string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** `1 shard`, `341 shards` */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}
