import { expect, test } from 'vitest';
import { timeOfDay } from './format';
import { NOTHING_SEEN, observe, sinceInWords } from './since';

const T = Date.parse('2026-11-26T22:00:00Z');
const said = (...answers: [number, string | null][]) => {
  const watched = answers.reduce((before, [seconds, fact]) => observe(before, [{ name: 'east', fact }], T + seconds * 1000), NOTHING_SEEN);
  const seen = watched.facts.get('east');
  return seen && sinceInWords(seen);
};
const clock = (seconds: number) => timeOfDay(T + seconds * 1000);

test('what was so when the page first looked began before that', () => {
  expect(said([0, 'not connected'], [2, 'not connected'])).toBe(`before ${clock(0)}`);
});

test('a change is told by the moment at which it was seen, for as long as it lasts', () => {
  expect(said([0, 'connected'], [2, 'not connected'], [4, 'not connected'])).toBe(clock(2));
});

test('a change that was not watched is told by what is known of it', () => {
  expect(said([0, 'connected'], [90, 'not connected'])).toBe(`between ${clock(0)} and ${clock(90)}`);
});
