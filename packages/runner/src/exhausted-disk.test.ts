import { BacklogError } from '@backlog-runner/contracts';
import { expect, test } from 'vitest';
import { exhaustedDisk } from './exhausted-disk.ts';

const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
const git = new BacklogError('GIT_FAILED', 'git add ended with 128: unable to write file: No space left on device');

test.each([
  ['a write that fails', full],
  ['a store that says why it failed', new BacklogError('STORAGE_FAILED', 'No.', { cause: full })],
  ['what git says', git],
  ['a workspace that git could not make', new BacklogError('WORKSPACE_UNAVAILABLE', 'No.', { cause: git })],
])('%s for want of space says what to do', (_what, error) => {
  expect(exhaustedDisk(error)).toMatch(/^The disk takes no more: .*\. Free some space, then start again\.$/);
});

test.each([
  ['a file that is not there', Object.assign(new Error('no such file'), { code: 'ENOENT' })],
  ['any other failure of git', new BacklogError('GIT_FAILED', 'git add ended with 128: fatal: bad index')],
  ['a test that talks about a full disk', new Error('expected "No space left on device"')],
  ['no error', 'ENOSPC'],
])('%s is no full disk', (_what, error) => {
  expect(exhaustedDisk(error)).toBeUndefined();
});
