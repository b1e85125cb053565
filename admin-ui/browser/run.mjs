// npm run browser: the built console in a real browser, against a played control plane; or, with MERIDIAN_CONSOLE_URL=http://host/#token=...,
// against a real one (then 8 shards are really moved and moved back, unless MERIDIAN_CONSOLE_MOVE=none).
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkBudget } from './budget.mjs';
import { playedWalk } from './playedWalk.mjs';
import { realWalk } from './realWalk.mjs';

const real = process.env.MERIDIAN_CONSOLE_URL;
const dist = join(import.meta.dirname, '..', 'dist');

try {
  if (real) await realWalk(real);
  else if (existsSync(join(dist, 'index.html'))) {
    checkBudget(dist);
    await playedWalk(dist);
  } else throw new Error('nothing is built: npm run build');
} catch (cause) {
  console.error(cause instanceof Error ? cause.message : cause);
  console.error('screenshot: admin-ui/target/failed.png');
  process.exitCode = 1;
}
