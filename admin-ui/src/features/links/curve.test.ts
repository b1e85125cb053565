import { expect, test } from 'vitest';
import { KEPT_MILLIS, type Told } from '../../api/lagHistory';
import { inWords, mostOf, segments } from './curve';

const NOW = 1_000_000_000;
const told = (...all: [secondsAgo: number, millis: number | null][]): Told[] => all.map(([ago, millis]) => ({ at: NOW - ago * 1000, millis }));

test('answers that follow each other are one line, as high as the most of them', () => {
  expect(segments(told([10, 20], [5, 40], [0, 0]), NOW)).toEqual([
    [
      { x: 1 - 10_000 / KEPT_MILLIS, y: 0.5 },
      { x: 1 - 5_000 / KEPT_MILLIS, y: 1 },
      { x: 1, y: 0 },
    ],
  ]);
});

test.each<[string, Told[], number[]]>([
  ['an answer that did not know', told([15, 1], [10, null], [5, 2], [0, 3]), [1, 2]],
  ['a time without answers', told([60, 1], [55, 1], [5, 2]), [2, 1]],
  ['an answer of before what is drawn', told([KEPT_MILLIS / 1000 + 1, 9], [0, 1]), [1]],
  ['nothing told', [], []],
])('%s is not drawn across', (_, all, lengths) => {
  expect(segments(all, NOW).map((each) => each.length)).toEqual(lengths);
});

test('no lag at all is a line on the ground', () => {
  expect(segments(told([5, 0], [0, 0]), NOW)[0]?.map(({ y }) => y)).toEqual([0, 0]);
});

test('in words it is the least, the most, since when, and how often nothing was known', () => {
  const all = told([10, 12], [5, null], [0, 1_500]);

  expect(inWords(all)).toMatch(/^12 ms to 1\.5 s behind since \d\d:\d\d:\d\d, not known 1 of 3 times$/);
  expect([inWords([]), inWords(told([0, null])), mostOf(told([0, null]))]).toEqual(['no answer knew how far it was behind', 'no answer knew how far it was behind', null]);
});
