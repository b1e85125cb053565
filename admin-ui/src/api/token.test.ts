import { expect, test } from 'vitest';
import { forgetToken, receiveToken } from './token';

test('the token leaves the address bar and stays in the tab', () => {
  history.replaceState(null, '', '/?view=1#token=s3cret&other=x');

  expect(receiveToken()).toBe('s3cret');
  expect(location.href).not.toContain('s3cret');
  expect(location.search + location.hash).toBe('?view=1#other=x');
  expect(receiveToken()).toBe('s3cret');
  forgetToken();
  expect(receiveToken()).toBeNull();
});
