import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('every PatternFly token that our styles name exists', () => {
  const defined = readFileSync(join(import.meta.dirname, '../node_modules/@patternfly/react-core/dist/styles/base.css'), 'utf8');
  const sheets = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.css'));
  const named = new Set(sheets.flatMap((sheet) => readFileSync(join(import.meta.dirname, sheet), 'utf8').match(/--pf-t--[\w-]+/g) ?? []));

  expect(named.size).toBeGreaterThan(10);
  expect([...named].filter((token) => !defined.includes(`${token}:`))).toEqual([]);
});
