import { count } from '../../live/format';
import type { Counts } from './runState';
import css from './CountsBar.module.css';

export function CountsBar({ counts, to, ended, of }: { counts: Counts; to: string; ended: boolean; of: 'move' | 'failover' }) {
  const parts = [
    { name: `moved to ${to}`, n: counts.moved, look: css.moved },
    { name: 'rolled back', n: counts.rolledBack, look: css.rolledBack },
    { name: ended ? 'untouched' : 'not moved yet', n: counts.untouched, look: css.untouched },
  ];
  return (
    <div className={css.counts}>
      <div className={css.bar} aria-hidden="true">
        {parts.map(({ name, n, look }) => (n ? <span key={name} className={look} style={{ flexGrow: n }} /> : null))}
      </div>
      <ul aria-label={`${counts.total === null ? 'Shards' : count(counts.total, 'shard')} of this ${of}`}>
        {parts.map(({ name, n, look }) => (
          <li key={name}>
            <span className={`${css.sample} ${look}`} aria-hidden="true" />
            <strong>{n ?? 'unknown'}</strong> {name}
          </li>
        ))}
      </ul>
    </div>
  );
}
