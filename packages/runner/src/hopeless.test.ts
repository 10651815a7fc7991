import { BacklogError } from '@backlog-runner/contracts';
import { expect, test } from 'vitest';
import { hopeless } from './hopeless.ts';

test.each([
  [
    'a branch that is gone',
    new BacklogError('BRANCH_MISSING', 'No branch.', { hint: 'Make it.' }),
    'No branch. Make it.',
  ],
  [
    'leases that cannot be read, for which no workspace could be opened',
    new BacklogError('WORKSPACE_UNAVAILABLE', 'No workspace.', {
      cause: new BacklogError('LEASES_DAMAGED', 'No leases.', { hint: 'Delete them.' }),
    }),
    'No leases. Delete them.',
  ],
  ['a full disk', Object.assign(new Error('no space'), { code: 'ENOSPC' }), expect.stringContaining('Free some space')],
  ['any other failure', new BacklogError('GIT_FAILED', 'No.'), undefined],
])('%s', (_what, error, reason) => {
  expect(hopeless(error)).toEqual(reason);
});
