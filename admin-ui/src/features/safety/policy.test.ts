import { expect, test } from 'vitest';
import { policiesOf } from './policy';

test('a policy is a text or an object, and unsaid it recommends', () => {
  const regions = [{ name: 'a' }, { name: 'b', failover: 'off' }, { name: 'c', failover: { mode: 'auto', maxLoss: '2s' } }, { name: 'd', failover: { maxLoss: '5s' } }, { name: 'e', failover: 'new' }];

  expect(policiesOf({ regions }).map(({ region, mode, maxLoss }) => [region, mode, maxLoss])).toEqual([['a', 'recommend', null], ['b', 'off', null], ['c', 'auto', '2s'], ['d', 'recommend', '5s'], ['e', 'new', null]]);
  expect(policiesOf({ regions })[4]?.sentence).toMatch(/does not know/);
  expect(policiesOf({})).toEqual([]);
});
