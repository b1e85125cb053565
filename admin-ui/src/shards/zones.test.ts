import { expect, test } from 'vitest';
import { COLOURS, markZones } from './zones';

const codes = (...zones: string[]) => [...markZones(zones.map((zone) => ({ zone, region: null }))).values()].map((mark) => mark.code);

test('a zone is marked by its region’s initial and its number', () => {
  expect(codes('east-1', 'east-2', 'west-1', 'north-1')).toEqual(['e1', 'e2', 'w1', 'n1']);
});

test('letters are used for all when initials would be taken for each other', () => {
  expect(codes('east-1', 'essen-1', 'west-1')).toEqual(['A', 'B', 'C']);
});

test('codes stay unique among more zones than there are colours', () => {
  const zones = Array.from({ length: 80 }, (_, n) => `${n % 2 ? 'aa' : 'ab'}-${n >> 1}`);

  const marks = [...markZones(zones.map((zone) => ({ zone, region: null }))).values()];

  expect(new Set(marks.map((mark) => mark.code)).size).toBe(80);
  expect(Math.max(...marks.map((mark) => mark.colour))).toBe(COLOURS - 1);
});
