import { expect, test } from 'vitest';
import { bars, change, curveInWords, lagByLink, number, outcomeInWords, readReport, seconds, segments } from './report';

const whole = { format: 1, clients: {}, verdicts: [], stages: [], timeline: [], curve: [], lag: [], runs: [], acts: [], earlier: [] };

test('only a report of the format that is known is read as one', () => {
  expect(readReport(whole)).toBe(whole);
  expect([{ ...whole, format: 2 }, { format: 1 }, { ...whole, runs: null }, null, 'x'].map(readReport)).toEqual([null, null, null, null, null]);
});

test.each([
  [12.4, 24.8, 'now 12.4 s less'],
  [24.8, 12.4, 'now 12.4 s more'],
  [12.4, 12.41, 'as before'],
  [12.4, null, ''],
])('%s after %s is told as %j', (now, before, text) => {
  expect(change(now, before, seconds)).toBe(text);
});

test('what was not measured is not a zero', () => {
  expect([seconds(null), seconds(0), number(null), number(0)]).toEqual(['not measured', '0 ms', 'not measured', '0']);
});

test('an outcome that is not known is shown by its name', () => {
  expect(outcomeInWords({ outcome: 'PASSED', reason: null }).status).toBe('success');
  expect(outcomeInWords({ outcome: 'ABORTED', reason: 'a guard' }).text).toBe('Aborted: a guard');
  expect(outcomeInWords({ outcome: 'NEW', reason: null })).toEqual({ status: 'warning', text: 'NEW: this console does not know that outcome' });
});

test('bars are of the most that one has, and as wide as what was added up', () => {
  expect(bars([{ second: 0, ok: 10, failed: 0 }, { second: 2, ok: 5, failed: 20 }], 2, 4)).toEqual([{ x: 0, width: 0.5, ok: 0.5, failed: 0 }, { x: 0.5, width: 0.5, ok: 0.25, failed: 1 }]);
  expect(curveInWords([{ second: 0, ok: 10, failed: 0 }, { second: 2, ok: 5, failed: 20 }], 2)).toBe('15 requests answered, 20 failed, from second 2 to 4');
  expect(curveInWords([], 1)).toBe('No answer was counted.');
});

test('lag is told by link, the worst first, and nothing is drawn where nobody knew', () => {
  const at = (second: number, target: string, millis: number | null) => ({ second, source: 'east', target, millis, records: null });

  const links = lagByLink([at(0, 'north', 10), at(0, 'west', 100), at(1, 'west', null), at(2, 'west', 400)]);

  expect(links.map(({ link, worst, unknown }) => [link, worst, unknown])).toEqual([['east to west', 400, 1], ['east to north', 10, 0]]);
  expect(links[0] && segments(links[0], 2)).toEqual([[{ x: 0, y: 0.25 }], [{ x: 1, y: 1 }]]);
});
