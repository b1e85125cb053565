import { expect, test } from 'vitest';
import { hrefOf, viewOf } from './view';

test.each([
  ['nothing', '', 'overview'],
  ['a page', 'view=routers', 'routers'],
  ['a page that there is not', 'view=nowhere', 'overview'],
  ['a part that stands elsewhere now', 'view=safety&at=envoys', 'routers'],
  ['another one', 'view=safety&at=approvals', 'access'],
  ['a page that had another name', 'view=data&at=parked', 'replication'],
  ['a part that stands where it stood', 'view=safety&at=brake', 'safety'],
])('an address that names %s leads there', (_, address, view) => {
  expect(viewOf(new URLSearchParams(address))).toBe(view);
});

test('links of all pages lead back to them', () => {
  expect(viewOf(new URLSearchParams(hrefOf('control-plane', { at: 'backup' }).slice(1)))).toBe('control-plane');
});
