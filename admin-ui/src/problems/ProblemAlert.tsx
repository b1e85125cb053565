import { Alert } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import type { ProblemDocument } from '../api/types';
import css from './ProblemAlert.module.css';

interface Props {
  problem: ProblemDocument;
  variant?: 'danger' | 'warning';
  /** What it means for the person who reads it, if more can be said than the server said. */
  children?: ReactNode;
}

/** A problem, whole: what the server said, in its words, with every fact it gave. */
export function ProblemAlert({ problem, variant = 'danger', children }: Props) {
  const { type, title, status, detail, errors, ...facts } = problem;
  return (
    <Alert isInline variant={variant} title={title} component="h3">
      {detail && <p className={css.detail}>{detail}</p>}
      {errors && errors.length > 0 && (
        <ul className={css.errors}>
          {errors.map((error) => (
            <li key={error.pointer + error.detail}>
              <code>{error.pointer || '(the whole document)'}</code> {error.detail}
            </li>
          ))}
        </ul>
      )}
      {children}
      <p className={css.small}>
        {[
          type === 'about:blank' ? null : type,
          status === null ? null : `HTTP ${status}`,
          ...Object.entries(facts).map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`),
        ]
          .filter((each) => each !== null)
          .join(' · ')}
      </p>
    </Alert>
  );
}
