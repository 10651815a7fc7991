import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { bundledIn } from './bundled.mjs';

it('finds every package that source maps name, once for each version, and none of ours', () => {
  const home = mkdtempSync(join(tmpdir(), 'backlog-runner-bundled-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const map = (path, sources) => writeFileSync(join(home, path), JSON.stringify({ sources }));
  mkdirSync(join(home, 'dist', 'deep'), { recursive: true });
  const store = '../../node_modules/.pnpm';
  map('dist/a.js.map', ['../src/a.ts', '../../contracts/src/ids.ts', `${store}/b@1/node_modules/@s/b/lib/x.js`]);
  map('dist/deep/c.js.map', [`../${store}/c@1/node_modules/c/i.js`, `../${store}/c@2/node_modules/c/i.js`]);
  expect(bundledIn(join(home, 'dist'))).toEqual([
    { name: '@s/b', directory: join(home, 'dist', store, 'b@1/node_modules/@s/b') },
    { name: 'c', directory: join(home, 'dist', store, 'c@1/node_modules/c') },
    { name: 'c', directory: join(home, 'dist', store, 'c@2/node_modules/c') },
  ]);
});
