import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

configure({ asyncUtilTimeout: 3000 * Number(process.env.MERIDIAN_SLOW ?? 1) }); // a busy machine is no failure

afterEach(() => {
  cleanup();
  sessionStorage.clear();
  localStorage.clear();
});
