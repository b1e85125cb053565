import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** What the first view may cost in JavaScript, gzipped. */
const MOST_BYTES = 250_000;

/** What index.html names is the first view; other pages' code comes later. @param {string} dist */
export function checkBudget(dist) {
  const page = readFileSync(join(dist, 'index.html'), 'utf8');
  const scripts = [...page.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map((match) => match[1] ?? '');
  const bytes = scripts.reduce((sum, script) => sum + gzipSync(readFileSync(join(dist, script))).length, 0);
  if (scripts.length === 0) throw new Error('index.html names no script: what the first view costs is not known');
  if (bytes > MOST_BYTES) throw new Error(`the first view takes ${bytes} bytes of gzipped JavaScript, and may take ${MOST_BYTES}: fetch what it does not show later`);
  console.log(`ok    the first view takes ${Math.round(bytes / 1000)} kB of gzipped JavaScript (250 at most)`);
}
