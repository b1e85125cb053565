import { expect, test } from 'vitest';
import { ALL, commandOf, isShard, searchOf } from './narrowed';

test.each([
  ['everything', ALL, '', './meridian orphans'],
  ['what is open', { ...ALL, open: true }, 'open=true', './meridian orphans --open'],
  ['one shard as one region tells', { region: 'west', shard: ' 4 ', open: false }, 'region=west&shard=4', './meridian orphans --region west --shard 4'],
  ['a shard that is none', { ...ALL, shard: 'x' }, '', './meridian orphans'],
])('%s is asked of the API as of the command line', (_, wanted, search, command) => {
  expect([searchOf(wanted), commandOf(wanted)]).toEqual([search, command]);
});

test('a shard is a number that there may be', () => {
  expect(['', '0', '65535', '65536', '-1', '4-5'].map(isShard)).toEqual([true, true, true, false, false, false]);
});
