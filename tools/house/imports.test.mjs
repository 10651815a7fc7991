import { expect, it } from 'vitest';
import { breaches } from './breaches.mjs';
import { imports } from './imports.mjs';

const STORE = {
  name: '@backlog-runner/store',
  dependencies: { '@backlog-runner/contracts': 'workspace:^', yaml: '1.0.0' },
};
const CONTRACTS = { name: '@backlog-runner/contracts' };
const USES = "import type { Task } from '@backlog-runner/contracts';\nimport { parse } from 'yaml';\n";

const said = (code, manifest = STORE, more = {}) =>
  breaches(imports, { 'packages/store/package.json': manifest, 'packages/store/src/a.ts': USES + code, ...more });

it('lets a package import what stands below it, what its package.json names, and what Node brings', () => {
  const code = "import { join } from 'node:path';\nimport 'fs/promises';\nimport './b.ts';\n";
  expect(said(code, STORE, { 'packages/contracts/package.json': CONTRACTS })).toEqual([]);
});

it.each([
  ["import { runner } from '@backlog-runner/runner';", '@backlog-runner/runner'],
  ["import '@backlog-runner/leases';", '@backlog-runner/leases'],
  ["export * from '@backlog-runner/cli/deep';", '@backlog-runner/cli'],
  ["const { a } = await import('@backlog-runner/reporter');", '@backlog-runner/reporter'],
  ["type A = import('@backlog-runner/worktrees').A;", '@backlog-runner/worktrees'],
])('finds an arrow that points up: %s', (line, name) => {
  const manifest = { ...STORE, dependencies: { ...STORE.dependencies, [name]: 'workspace:^' } };
  expect(said(line, manifest)).toEqual([`packages/store/src/a.ts:3: imports ${name}`]);
});

it.each([
  "import { Ajv } from 'ajv';",
  "import 'ajv';",
  "import Ajv from 'ajv/dist/2020.js';",
  "const { Ajv } = await import('ajv');",
  "const { Ajv } = createRequire(import.meta.url)('ajv');",
  "const { Ajv } = require('ajv');",
  'import { Ajv } from "ajv";',
])('finds what package.json does not name: %s', (line) => {
  expect(said(line)).toEqual(['packages/store/src/a.ts:3: imports ajv, which package.json does not name']);
});

it('asks tests for nothing', () => {
  const test = "import { testClock } from '@backlog-runner/testkit';\n";
  expect(said('', STORE, { 'packages/store/src/a.test.ts': test, 'packages/store/test/b.test.ts': test })).toEqual([]);
});

it('finds a dependency that nobody uses', () => {
  const manifest = { ...STORE, dependencies: { ...STORE.dependencies, ajv: '1.0.0' } };
  expect(said('', manifest)).toEqual(['packages/store: does not use ajv']);
});

it('finds the testkit among what users need', () => {
  const manifest = { ...STORE, dependencies: { ...STORE.dependencies, '@backlog-runner/testkit': 'workspace:^' } };
  expect(said('', manifest)).toContain('packages/store: testkit is for tests');
});

it('finds a package of which nobody said what it may import', () => {
  expect(breaches(imports, { 'packages/news/package.json': { name: 'news' } })).toEqual([
    'packages/news: tools/house/imports.mjs does not say what it may import',
  ]);
});

it('finds what a package that is built in needs', () => {
  const files = {
    'packages/store/package.json': STORE,
    'packages/store/src/a.ts': USES,
    'packages/cli/package.json': { name: 'backlog-runner' },
    'packages/cli/tsup.config.ts': 'export default { noExternal: [/^@backlog-runner\\/(store|contracts)/] };',
    'packages/contracts/package.json': CONTRACTS,
  };
  expect(breaches(imports, files)).toEqual(['packages/cli: bundles what needs yaml, which package.json does not name']);
});

it('wants what is built in from others among the development dependencies', () => {
  const built = { 'packages/store/tsup.config.ts': "export default { noExternal: ['ajv'] };" };
  const line = "import { Ajv } from 'ajv';";
  expect(said(line, STORE, built)).toEqual([
    'packages/store/src/a.ts:3: imports ajv, which package.json does not name',
  ]);
  expect(said(line, { ...STORE, devDependencies: { ajv: '1.0.0' } }, built)).toEqual([]);
});
