import { expect, test } from 'vitest';
import type { Parked } from '../../api/types';
import { urgentFirst, whyOf } from './waiting';

const parked = (shard: number, waiting: string, since: string): Parked => ({
  region: 'west', group: 'default', source: 'east', shard, waiting, position: '0/1', epoch: 1, reason: '', since, records: 1, bytes: 1,
}); // prettier-ignore

test('what was refused comes first, then what is not known, then barriers; the longest waiting first', () => {
  const order = urgentFirst([
    parked(1, 'BARRIER', '2026-11-26T10:00:00Z'),
    parked(2, 'REFUSED', '2026-11-26T12:00:00Z'),
    parked(3, 'NEW', '2026-11-26T11:00:00Z'),
    parked(4, 'REFUSED', '2026-11-26T11:00:00Z'),
  ]);

  expect(order.map(({ shard }) => shard)).toEqual([4, 2, 3, 1]);
});

test('a reason to wait that a newer control plane tells of is shown by its name', () => {
  expect(whyOf('SOMETHING_NEW')).toMatchObject({ status: 'warning', word: 'SOMETHING_NEW' });
});

test('what is frozen while its region is failed over is no refusal', () => {
  expect(whyOf('FROZEN')).toMatchObject({ status: 'info', word: 'frozen' });
});
