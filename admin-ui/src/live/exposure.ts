import type { Exposure } from '../api/types';
import { count, duration } from './format';

/** What a lost region may have acknowledged that nobody else has, as far as it is known: `the last 1.3 s of east’s writes, 7 records of it known`. */
export function exposureInWords({ seconds, records, rows }: Pick<Exposure, 'seconds' | 'records' | 'rows'>, region: string): string {
  if (seconds === 0 && records === 0) return `nothing that ${region} wrote`;
  const stretch = seconds === null ? `an unknown stretch of ${region}’s writes` : `the last ${duration(seconds * 1000)} of ${region}’s writes`;
  if (!records) return stretch;
  return `${stretch}, ${count(records, 'record')} of it known${rows === null || rows === undefined ? '' : ` (about ${count(rows, 'row')})`}`;
}
