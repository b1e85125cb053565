import css from './Act.module.css';

/** The line that does the same from a shell: one click marks it whole. */
export function Command({ line, children = 'The same on the command line:' }: { line: string; children?: React.ReactNode }) {
  return (
    <p className={css.command}>
      {children} <code className={css.line}>{line}</code>
    </p>
  );
}
