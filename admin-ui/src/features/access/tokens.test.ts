import { expect, test } from 'vitest';
import type { Role } from '../../api/types';
import { commandOf, makesASecondPerson, readToken, reachesFar, validity } from './tokens';

const draft = (more: { name?: string; roles?: Role[]; days?: string } = {}) => ({ name: 'bob', roles: ['operator' as Role], days: '', ...more });
const read = (more: Parameters<typeof draft>[0], there: string[] = []) => {
  const reading = readToken(draft(more), there);
  return reading.kind === 'read' ? reading.request : reading.why;
};

test('a token is read as the control plane takes it, its roles in their order', () => {
  expect(read({ roles: ['operator', 'viewer'], days: ' 90 ' })).toEqual({ name: 'bob', roles: ['viewer', 'operator'], validForDays: 90 });
  expect(read({})).toEqual({ name: 'bob', roles: ['operator'] });
});

test.each([
  ['no name', { name: '' }, 'Say whose it is'],
  ['a name with capitals', { name: 'Bob' }, 'A name is'],
  ['a name that is too long', { name: 'b'.repeat(64) }, 'A name is'],
  ['a node’s own', { name: 'admin' }, 'There is a token admin already'],
  ['one that is there', { name: 'carol' }, 'There is a token carol already'],
  ['no role', { roles: [] }, 'Choose a role'],
  ['no day', { days: '0' }, 'Days are'],
  ['too many days', { days: '3651' }, 'Days are'],
  ['half a day', { days: '0.5' }, 'Days are'],
])('%s is refused while it is typed', (_, more, why) => {
  expect(read(more, ['carol'])).toMatch(new RegExp(`^${why}`));
});

test('which roles reach how far', () => {
  expect([['viewer'], ['planner'], ['operator'], ['approver'], ['viewer', 'breakglass']].map((roles) => [reachesFar(roles), makesASecondPerson(roles)])).toEqual([[false, false], [false, false], [true, false], [true, true], [true, true]]);
});

test('the command says the same', () => {
  expect(commandOf({ name: 'bob', roles: ['viewer', 'planner'], validForDays: 90 }, 'he is new')).toBe("./meridian tokens create --name bob --role viewer,planner --days 90 --reason 'he is new'");
  expect(commandOf({ name: 'bob', roles: ['viewer'] }, '')).toBe('./meridian tokens create --name bob --role viewer');
});

test('what ends soon is told apart from what ended and what does not end', () => {
  const now = Date.parse('2026-11-27T20:00:00Z');
  const told = (expires: string | null) => validity({ expires }, now);

  expect(told(null)).toEqual({ status: 'plain', text: 'until it is revoked' });
  expect(told('2026-12-27T20:00:00Z')).toEqual({ status: 'plain', text: '30 days more' });
  expect(told('2026-11-29T21:00:00Z')).toEqual({ status: 'warning', text: '2 days more' });
  expect(told('2026-11-27T20:30:00Z')).toEqual({ status: 'warning', text: '30 min 0 s more' });
  expect(told('2026-11-27T20:00:00Z')).toEqual({ status: 'danger', text: 'expired' });
  expect(told('some day')).toEqual({ status: null, text: 'some day' });
});
