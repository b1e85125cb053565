import type { ReactNode } from 'react';
import css from './tables.module.css';

interface Props {
  /** What is in it, and in which order: the name of the part of the page that scrolls, which the keyboard reaches. */
  scrolls: string;
  /** Of the table; a caption names it, too. */
  label?: string;
  caption?: string;
  heads: string[];
  /** Rows. */
  children: ReactNode;
}

/** A table that scrolls by itself, so that a wide or a long one moves nothing else on the page. */
export function Table({ scrolls, label, caption, heads, children }: Props) {
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label={scrolls}>
      <table className={css.table} aria-label={label}>
        {caption !== undefined && <caption>{caption}</caption>}
        <thead>
          <tr>
            {heads.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
