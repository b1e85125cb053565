import { expect, test } from 'vitest';
import { comparedIn, nameOf, textOf, valueInWords, whyNotLook } from './document';

const base = { revision: 7, text: textOf({ name: 'shop' }) };

test('what is edited is looked at only against the revision with which it began', () => {
  expect(whyNotLook('', base, 7)).toBe('There is no document yet.');
  expect(whyNotLook(base.text, base, 7)).toMatch(/^It is revision 7 still/);
  expect(whyNotLook('name: store', base, 8)).toMatch(/^Revision 8 was declared since you began with 7/);
  expect(whyNotLook('name: store', base, 7)).toBeNull();
});

test('where nothing is declared the first document has nothing to agree with', () => {
  expect(whyNotLook('name: store', null, null)).toBeNull();
});

test.each([
  ['from=3&to=7', { from: 3, to: 7 }],
  ['from=3', null],
  ['from=3&to=x', null],
  ['', null],
])('the address %j asks to compare %j', (address, compared) => {
  expect(comparedIn(new URLSearchParams(address))).toEqual(compared);
});

test('values are told as they are declared, and what is not there is told so', () => {
  expect([null, 'x', 5, { a: [1] }, false].map(valueInWords)).toEqual(['not there', 'x', '5', '{"a":[1]}', 'false']);
});

test('a change is confirmed by the topology’s name', () => {
  expect([nameOf({ name: 'shop' }), nameOf({}), nameOf({ name: '' })]).toEqual(['shop', 'topology', 'topology']);
});
