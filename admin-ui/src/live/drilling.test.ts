import { expect, test } from 'vitest';
import type { Drill } from '../api/drill-types';
import { drillNews, isLost, isOver } from './drilling';

const drill = (state: string, lost = false, endedAt: string | null = null) => ({ id: 'dr-3', state, endedAt, runner: { name: 'r', claimedAt: '', heardAt: '', lost } }) as Drill;

test.each([
  ['nothing', undefined, null],
  ['one that is over', drill('PASSED', true, '2026-11-28T01:56:00Z'), null],
  ['one that a newer control plane ended otherwise', drill('NEW', false, '2026-11-28T01:56:00Z'), null],
  ['one that waits', drill('WAITING'), 'dr-3 waits'],
  ['one that runs', drill('RUNNING'), 'dr-3 runs'],
  ['one that is being ended', drill('ABORTING'), 'dr-3 runs'],
  ['one whose runner is lost', drill('ABORTING', true), 'runner lost'],
])('the page’s name tells of %s', (_, newest, text) => {
  expect(drillNews(newest)?.text ?? null).toBe(text);
});

test('a runner that was lost before the end is not missed any more', () => {
  expect([isLost(drill('RUNNING', true)), isLost(drill('FAILED', true, 'x')), isOver(drill('RUNNING'))]).toEqual([true, false, false]);
});
