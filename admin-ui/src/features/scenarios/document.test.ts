import { expect, test } from 'vitest';
import { annotated, explain, nameIn } from './document';

const LOSE = `name: my-loss
explanation: |
  how long a failover lasts
act:
  lose:
    region: east
    how: kill            # or cut-off
    maxLoss: 60s
duration: 15s
guards:
  failedRequests: 80%
  newOne: 3
targets:
  rto: 45s
  failedRequests: 0
`;

test('what is done is told of the region that was asked for, guards and targets as they are written', () => {
  const told = explain(LOSE, 'west');

  expect(told?.done).toEqual([
    'Every process of west is killed at once: edge, application, database, Kafka, agent, control-plane node.',
    'Once the control plane misses it, a failover is asked for, with at most 60s to lose.',
    'It stays lost for 15s after the others took over. Then it is brought back, awaited until it is reconciled, and its users move back.',
  ]);
  expect(told?.guards).toEqual([{ name: 'failedRequests', value: '80%', meaning: 'share of the last ten seconds’ requests that failed' }, { name: 'newOne', value: '3', meaning: null }]);
  expect(told?.targets.map(({ name, value }) => [name, value])).toEqual([['rto', '45s'], ['failedRequests', '0']]);
});

test.each([
  ['act: {lose: {region: east, how: cut-off, maxLoss: 5rows}}', 'east is cut off: it lives, with clients of its own, and hears nobody.'],
  ['act: {evacuate: {region: east}}', 'All users of east move to the other regions, by the plan, gates and waves of an evacuation, while it lives.'],
  ['act: {link: {from: east, to: west, direction: both-ways, down: true}}', 'The link between east and west, both ways, is cut. Nothing is switched.'],
  ['act: {link: {from: east, to: west, direction: one-way, delay: 200ms}}', 'What processes of east open towards west is slowed by 200ms. Nothing is switched.'],
])('%s', (text, sentence) => {
  expect(explain(text)?.done[0]).toBe(sentence);
});

test('what is not understood is not guessed', () => {
  expect(explain('act: {skew: {region: east}}')).toEqual({ done: [], guards: [], targets: [] });
  expect(explain('act: [')).toBeNull();
  expect(explain('')).toBeNull();
  expect(explain('act: {lose: {how: kill}}')?.done[0]).toMatch(/^Every process of what is not written/);
});

test('its name is read where it has one', () => {
  expect([LOSE, 'name: 5', 'a list', 'name: ['].map(nameIn)).toEqual(['my-loss', null, null, null]);
});

test('faults stand below the lines that they are about, and one of a missing member where the one above it stands', () => {
  const faults = [{ pointer: '/document/act/lose/region', detail: 'no name' }, { pointer: '/document/act/lose/nothing', detail: 'missing' }, { pointer: '/document/other', detail: 'missing' }];

  const { lines, whole } = annotated(LOSE, faults);

  expect(lines.filter((line) => line.faults.length > 0).map((line) => [line.number, line.text.trim(), line.faults.map(({ detail }) => detail)])).toEqual([[5, 'lose:', ['missing']], [6, 'region: east', ['no name']]]);
  expect(whole).toEqual([faults[2]]);
  expect(lines.length).toBe(15);
});

test('what is no YAML is shown where the control plane found it', () => {
  const { lines, whole } = annotated('name: a\nact: [', [{ pointer: '', detail: 'not YAML or JSON at line 3, column 1: expected , or ]' }]);

  expect(lines.map((line) => line.faults.length)).toEqual([0, 1]);
  expect(whole).toEqual([]);
});
