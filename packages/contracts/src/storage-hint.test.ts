import { expect, test } from 'vitest';
import { storageHint } from './storage-hint.ts';

const failed = (code?: string) => Object.assign(new Error('write failed'), code === undefined ? {} : { code });

test.each([
  ['ENOSPC', /^Free some space/],
  ['EDQUOT', /Free some space/],
  ['EROFS', /read-only/],
  ['EACCES', /permission/],
])('%s says what to do', (code, hint) => {
  expect(storageHint(failed(code))).toMatch(hint);
});

test.each([[failed('EIO')], [failed()], ['ENOSPC'], [undefined]])('%s does not', (error) => {
  expect(storageHint(error)).toBeUndefined();
});
