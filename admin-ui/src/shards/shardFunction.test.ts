import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shardOf } from './shardFunction';

const VECTORS = join(import.meta.dirname, '../../../topology/src/main/resources/meridian/shard-vectors.tsv');

test('gives the shard of every vector, as Java, SQL and Lua do', () => {
  const [header, ...lines] = readFileSync(VECTORS, 'utf8').replace(/\n$/, '').split('\n');
  const vectors = lines.map((line) => line.split('\t') as [string, string, string]);

  const computed = vectors.map(([key, shards]) => [key, shards, String(shardOf(key, Number(shards)))]);

  expect(header).toBe('key\tshards\tshard');
  expect(vectors.length).toBeGreaterThan(100);
  expect(computed).toEqual(vectors);
});
