import { expect, test } from 'vitest';
import type { AttachedEnvoy, Region } from '../../api/types';
import { behind, edgesOf, envoyStanding, type Standing } from './edges';

const envoy = (more: Partial<AttachedEnvoy> = {}): AttachedEnvoy => ({ region: 'east', router: 'east-router', connected: true, node: 'east-envoy', sentRevision: 7, ackedRevision: 7, nack: null, ...more });
const region = (name: string, router: Region['router'] = { connected: true, holdRevision: 7, envoys: null }) => ({ name, router });
const first = (router: Region['router'], envoys: AttachedEnvoy[], present: number | null = 7) => edgesOf([region('east', router)], envoys, present)[0]?.standing;

test.each<[string, Partial<AttachedEnvoy>, number | null, Standing]>([
  ['that has the newest', {}, 7, { status: 'success', text: 'has the newest' }],
  ['that is ahead of what this page knows', {}, 6, { status: 'success', text: 'has the newest' }],
  ['that was sent one more', { sentRevision: 8 }, 8, { status: 'info', text: 'has not answered the newest yet' }],
  ['whose router is behind', {}, 8, { status: 'info', text: 'was not sent the newest yet' }],
  ['of which the present revision is not known', {}, null, { status: 'info', text: 'has all that it was sent' }],
  ['whose router nobody hears', { connected: false }, 7, { status: 'warning', text: 'router not heard' }],
  ['that refuses, heard or not', { nack: 'port is taken', connected: false }, 7, { status: 'danger', text: 'refuses' }],
])('an Envoy %s', (_, more, present, standing) => {
  expect(envoyStanding(envoy(more), present)).toEqual(standing);
});

test('a region stands as the worst of what routes there', () => {
  const router = { connected: true, holdRevision: 7, envoys: null };
  expect(first(router, [envoy(), envoy({ node: 'b', nack: 'no' })])).toEqual({ status: 'danger', text: '1 of 2 Envoys refuses what it is sent' });
  expect(first({ ...router, connected: false }, [envoy()])).toEqual({ status: 'danger', text: 'a router is not heard' });
  expect(first(null, [])).toEqual({ status: 'warning', text: 'no router was heard of yet' });
  expect(first(router, [envoy(), envoy({ node: 'b', ackedRevision: 6 })])).toEqual({ status: 'info', text: '1 of 2 Envoys has the newest' });
  expect(first({ ...router, holdRevision: 6 }, [envoy()])).toEqual({ status: 'info', text: 'its router follows, and is not there yet' });
  expect(first(router, [])).toEqual({ status: 'info', text: 'heard; no Envoy is attached' });
  expect(first(router, [envoy()])).toEqual({ status: 'success', text: 'its Envoy has the newest' });
});

test('without the present revision nothing is called newest', () => {
  expect(edgesOf([region('east')], [envoy()], null)).toMatchObject([{ current: null, standing: { status: 'info' } }]);
});

test('what needs a person stands first, else regions stay in their order, and Envoys of a region that is declared no more are told', () => {
  const edges = edgesOf([region('east'), region('west'), region('north', null)], [envoy({ region: 'old', connected: false }), envoy({ region: 'west', nack: 'no' }), envoy({ ackedRevision: 1 })], 7);

  expect(edges.map((each) => each.region)).toEqual(['west', 'old', 'north', 'east']);
});

test('the Envoy that refuses stands first in its region', () => {
  const [east] = edgesOf([region('east')], [envoy({ node: 'a' }), envoy({ node: 'b', nack: 'no' })], 7);

  expect(east?.envoys.map(({ node }) => node)).toEqual(['b', 'a']);
});

test('how far an Envoy is behind is told only when both ends are known', () => {
  expect([behind(envoy(), 9), behind(envoy(), 7), behind(envoy(), 5), behind(envoy(), null)]).toEqual([2, null, null, null]);
});
