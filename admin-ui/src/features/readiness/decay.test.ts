import { expect, test } from 'vitest';
import type { ScenarioReadiness } from '../../api/drill-types';
import { decayOf, madeOf, neverDrilled, scenariosOf, statusOf } from './decay';

const RULES = { asOf: '2026-11-28T10:00:00Z', wholeDays: 30, goneDays: 90 };
const cell = (change: Partial<ScenarioReadiness>): ScenarioReadiness => ({ scenario: 'lose-region', score: 100, drill: 'dr-3', state: 'PASSED', endedAt: '2026-11-20T10:00:00Z', why: '', ...change });

test.each<[string, Partial<ScenarioReadiness>, object]>([
  ['passed lately', {}, { kind: 'wears', stage: 'whole', ageDays: 8 }],
  ['passed 60 days ago', { endedAt: '2026-09-29T10:00:00Z', score: 50 }, { kind: 'wears', stage: 'wearing', ageDays: 60 }],
  ['passed 100 days ago', { endedAt: '2026-08-20T10:00:00Z', score: 0 }, { kind: 'wears', stage: 'gone', ageDays: 100 }],
  ['passed another text', { score: 0 }, { kind: 'nothing' }],
  ['missed', { state: 'MISSED', score: 0 }, { kind: 'nothing' }],
  ['was never drilled', { drill: null, state: null, endedAt: null, score: 0 }, { kind: 'never' }],
])('what %s', (_, change, decay) => {
  expect(decayOf(cell(change), RULES)).toMatchObject(decay);
});

test('it ends by the control plane’s rules', () => {
  expect(decayOf(cell({}), RULES)).toMatchObject({ wholeUntil: Date.parse('2026-12-20T10:00:00Z'), goneAt: Date.parse('2027-02-18T10:00:00Z') });
});

test('a score says what it is made of, and none is no zero', () => {
  const region = (score: number | null, ...scores: number[]) => ({ region: 'west', score, scenarios: scores.map((each, place) => cell({ score: each, scenario: `s${place}` })) });
  expect([region(74, 100, 48), region(100, 100), region(null)].map(madeOf)).toEqual(['74: (100 + 48) / 2, rounded down', '100: that of its one scenario', null]);
  expect([null, 0, 48, 100].map(statusOf)).toEqual([null, 'danger', 'warning', 'success']);
  expect(scenariosOf([region(1, 1, 1), region(1, 1)])).toEqual(['s0', 's1']);
  expect(neverDrilled([{ region: 'west', score: 0, scenarios: [cell({ drill: null }), cell({})] }])).toEqual([{ region: 'west', scenario: 'lose-region' }]);
});
