import { describe, expect, it } from 'vitest';
import { childPath } from './child-path.ts';

describe.skipIf(process.platform === 'win32')('childPath', () => {
  const directory = '/home/ada/shop/web';
  it.each([
    ['/usr/bin:/bin', '/usr/bin:/bin'],
    ['/home/ada/shop/web/node_modules/.bin:/usr/bin', '/usr/bin'],
    ['/home/ada/shop/node_modules/.bin:/home/ada/node_modules/.bin/:/node_modules/.bin:/bin', '/bin'],
    ['/usr/lib/node_modules/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin:/bin', '/bin'],
    ['/home/ada/.npm/_npx/1f2e3d/node_modules/.bin:/bin', '/bin'],
    ['/opt/tools/node_modules/.bin:/bin', '/opt/tools/node_modules/.bin:/bin'],
    ['', ''],
  ])('of %j is %j', (path, expected) => expect(childPath(path, { directory, delimiter: ':' })).toBe(expected));
});
