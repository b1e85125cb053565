/** A word of a command line, as a shell takes it. */
export const quoted = (word: string) => (/^[\w.,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** ` --reason 'payday'`, or nothing when none was said. */
export const because = (reason: string) => (reason === '' ? '' : ` --reason ${quoted(reason)}`);
