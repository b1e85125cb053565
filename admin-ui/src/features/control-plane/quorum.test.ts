import { expect, test } from 'vitest';
import type { Cluster, Voter } from '../../api/administration-types';
import { knownByAll, quorum, tolerance, troubledFirst, voterStanding, whyNotAdd, whyNotLead, whyNotRaise, whyNotRemove } from './quorum';

const voter = (id: string, more: Partial<Voter> = {}): Voter => ({ id, address: `${id}:1`, answers: true, role: 'FOLLOWER', state: 'RUNNING', term: 4, written: 90, committed: 90, applied: 90, snapshot: 50, lag: 0, supports: 1, ...more });
const leader = (id: string) => voter(id, { role: 'LEADER' });
const silent = (id: string) => voter(id, { answers: false, role: null, state: null, term: null, written: null, committed: null, applied: null, snapshot: null, lag: null, supports: null });
const cluster = (...voters: Voter[]): Cluster => ({ node: 'east', state: 'RUNNING', leader: voters.find(({ role }) => role === 'LEADER')?.id ?? null, revision: 9, logicVersion: 1, voters, asked: [] });

test.each<[string, Cluster, string, string]>([
  ['all of three', cluster(leader('a'), voter('b'), voter('c')), 'success', 'all 3 voters are well, 1 may fail'],
  ['two of three', cluster(leader('a'), voter('b'), silent('c')), 'warning', '2 of 3 voters are well, none may fail'],
  ['four of five', cluster(leader('a'), voter('b'), voter('c'), voter('d'), silent('e')), 'warning', '4 of 5 voters are well, 1 more may fail'],
  ['one of three', cluster(voter('a'), silent('b'), silent('c')), 'danger', '1 of 3 voters is well, and 2 have to be: nothing can be decided'],
  ['no leader', cluster(voter('a'), voter('b'), voter('c')), 'danger', 'no leader is known: nothing can be decided until there is one'],
  ['the only one', cluster(leader('a')), 'success', 'the only voter is well, none may fail'],
  ['a node that answers and has failed', cluster(leader('a'), voter('b'), voter('c', { state: 'EXCEPTION' })), 'warning', '2 of 3 voters are well, none may fail'],
])('a quorum of %s', (_, asked, status, text) => {
  expect(quorum(asked)).toEqual({ status, text });
});

test('each voter says how it follows', () => {
  const said = [leader('a'), voter('b'), voter('b', { lag: 1 }), voter('b', { lag: null }), voter('b', { role: 'CANDIDATE' }), voter('b', { role: 'LISTENER' }), voter('b', { state: 'PAUSED' }), silent('b')].map((each) => voterStanding(each).text);

  expect(said).toEqual(['leads', 'follows, has all', 'follows, 1 entry behind', 'follows; how far is not known', 'asks for votes', 'listener', 'paused', 'does not answer']);
});

test('who is in trouble stands first, then the leader', () => {
  expect(troubledFirst([voter('b'), leader('c'), silent('d'), voter('a')]).map(({ id }) => id)).toEqual(['d', 'c', 'a', 'b']);
});

test('what the control plane would refuse is said before anybody tries', () => {
  const three = cluster(leader('a'), voter('b'), silent('c'));

  expect(whyNotLead(leader('a'))).toBe('a leads already.');
  expect(whyNotLead(silent('c'))).toBe('c does not answer: leadership stays where it is until it is well.');
  expect(whyNotLead(voter('b'))).toBeNull();
  expect(whyNotRemove(three, leader('a'))).toBe('a leads: let another one lead first.');
  expect(whyNotRemove(three, voter('b'))).toBe('Of a and c only 1 would be well, and 2 have to be: take away one that is not well instead.');
  expect(whyNotRemove(three, silent('c'))).toBeNull();
  expect(whyNotRemove(cluster(leader('a')), leader('a'))).toMatch(/only voter/);
  expect(whyNotRemove(cluster(voter('a'), silent('b'), silent('c')), silent('c'))).toBe('Only 1 of 3 voters is well, and a change needs 2: bring one back.');
  expect(whyNotAdd(three, '')).toBeNull();
  expect(whyNotAdd(three, 'c')).toBeNull();
  expect(whyNotAdd(three, 'a')).toBe('a leads: let another one lead first.');
  expect(whyNotAdd(cluster(voter('a')), 'a')).toMatch(/add the new one, let it lead, then remove a/);
  expect(whyNotAdd(cluster(leader('a'), ...['b', 'c', 'd', 'e'].map((id) => voter(id))), '')).toMatch(/^There are 5 voters/);
});

test.each([
  [1, 'Then there is 1 voter, and none may fail: while one is away nothing can be decided.'],
  [2, 'Then there are 2 voters, and none may fail: while one is away nothing can be decided.'],
  [3, 'Then there are 3 voters, and 1 may fail at a time.'],
  [5, 'Then there are 5 voters, and 2 may fail at a time.'],
])('with %d voters it is said what they can bear', (voters, sentence) => {
  expect(tolerance(voters)).toBe(sentence);
});

test('rules are raised only to what every voter knows', () => {
  const knows = (...versions: (number | null)[]) => cluster(...versions.map((supports, place) => voter('abc'[place] ?? '', { supports })));

  expect(knownByAll(knows(2, 3, 2).voters)).toBe(2);
  expect(knownByAll(knows(2, null, 2).voters)).toBeNull();
  expect(whyNotRaise(knows(2, 3, 2))).toBeNull();
  expect(whyNotRaise(knows(2, 1, 2))).toBe('a and c know newer rules than 1, the others not yet: upgrade them first.');
  expect(whyNotRaise(knows(1, 1, 1))).toBe('Version 1 is on, and no voter knows a newer one.');
  expect(whyNotRaise(knows(2, null, 2))).toBe('What b knows is not known: every voter has to know the new rules first.');
});
