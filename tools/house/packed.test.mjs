import { expect, it } from 'vitest';
import { belongs, speaksOfWorkspace } from './packed.mjs';

it.each([
  'dist/index.js',
  'dist/index.js.map',
  'dist/deep/part.d.ts',
  'dist/task.schema.json',
  'dist/THIRD-PARTY-LICENSES.md',
  'package.json',
  'LICENSE',
])('%s belongs into a package', (file) => {
  expect(belongs(file)).toBe(true);
});

it.each([
  'src/index.ts',
  'dist/store.test.js',
  'dist/index.d.ts.map',
  'tsconfig.json',
  '.env',
  'notes.md',
  'test/a.js',
])('%s does not belong into a package', (file) => {
  expect(belongs(file)).toBe(false);
});

it.each([
  [{ dependencies: { a: 'workspace:^' } }, true],
  [{ dependencies: { a: 'catalog:' } }, true],
  [{ exports: { '.': { '@backlog-runner/source': './src/index.ts' } } }, true],
  [{ dependencies: { '@backlog-runner/contracts': '^1.0.0' } }, false],
])('finds a manifest that speaks of the workspace: %j', (manifest, speaks) => {
  expect(speaksOfWorkspace(manifest)).toBe(speaks);
});
