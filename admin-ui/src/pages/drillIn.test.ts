import { expect, test } from 'vitest';
import { drillIn } from './drillIn';

test.each([
  ['at=dr-12', 'dr-12'],
  ['at=dr-12-report', 'dr-12'],
  ['at=start&scenario=dr-1', null],
  ['at=mv-12', null],
  ['', null],
])('%s shows %s', (address, id) => {
  expect(drillIn(new URLSearchParams(address))).toBe(id);
});
