import { expect, test } from 'vitest';
import { isMachineFailure } from './machine-failure.ts';

test.each([
  ['a full disk', Object.assign(new Error('no space'), { code: 'ENOSPC' }), true],
  ['a file that is not there', Object.assign(new Error('no such file'), { code: 'ENOENT' }), false],
  ['an error without a code', new TypeError('x is not a function'), false],
  ['no error', 'ENOSPC', false],
])('%s', (_what, error, expected) => {
  expect(isMachineFailure(error)).toBe(expected);
});
