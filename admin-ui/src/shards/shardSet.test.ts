import { describe, expect, test } from 'vitest';
import { readShards, writeShards } from './shardSet';

describe('reading shards', () => {
  test.each([
    ['0-2,5', [0, 1, 2, 5]],
    [' 7 , 3-4', [7, 3, 4]],
    ['1023', [1023]],
    ['1-3,2-4', [1, 2, 3, 4]],
  ])('%s', (text, shards) => {
    expect(readShards(text, 1024)).toEqual({ kind: 'read', shards: new Set(shards) });
  });

  test.each([
    ['', /neither a number nor a range/],
    ['1,,2', /neither a number nor a range/],
    ['-1', /neither a number nor a range/],
    ['1.5', /neither a number nor a range/],
    ['9-3', /ends before it begins/],
    ['1000-1024', /shard 1024 does not exist: shards are numbered 0 to 1023/],
    ['99999999999', /neither a number nor a range/],
  ])('refuses "%s" and says why', (text, why) => {
    const reading = readShards(text, 1024);

    expect(reading).toMatchObject({ kind: 'refused', why: expect.stringMatching(why) as string });
  });
});

test.each([
  [[], ''],
  [[4], '4'],
  [[2, 0, 1, 1, 9], '0-2,9'],
  [[0, 1023], '0,1023'],
])('writes %j as "%s"', (shards, text) => {
  expect(writeShards(shards)).toBe(text);
});
