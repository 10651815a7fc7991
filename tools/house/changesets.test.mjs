import { expect, it } from 'vitest';
import { breaches } from './breaches.mjs';
import { changesets } from './changesets.mjs';

const STORE = {
  'packages/store/package.json': { name: '@backlog-runner/store' },
  'packages/store/src/a.ts': 'export const a = 1;\n',
};
const WORDS = 'names no package and kind of release, or says nothing';

const changeset = (text) => breaches(changesets, { ...STORE, '.changeset/a.md': text });

it('accepts a changeset that names a package, a kind of release, and says what changes', () => {
  expect(changeset('---\n"@backlog-runner/store": minor\n---\n\nIt is faster.\n')).toEqual([]);
});

it.each([
  ['an unknown package', '---\n"@backlog-runner/shop": minor\n---\n\nIt is faster.\n'],
  ['an unknown kind of release', '---\n"@backlog-runner/store": small\n---\n\nIt is faster.\n'],
  ['no package', '---\n---\n\nIt is faster.\n'],
  ['no words', '---\n"@backlog-runner/store": minor\n---\n\n'],
  ['no header', 'It is faster.\n'],
])('finds %s', (_, text) => {
  expect(changeset(text)).toEqual([`.changeset/a.md: ${WORDS}`]);
});

it('finds a change of a package that no changeset tells of', () => {
  const text = { ...STORE, '.changeset/README.md': '# Changesets\n' };
  expect(breaches(changesets, text, { commits: true })).toEqual([
    '.changeset: packages changed since the last release, and nobody says how',
  ]);
  expect(breaches(changesets, { ...text, 'packages/cli/CHANGELOG.md': '# 1.0.0\n' }, { commits: true })).toEqual([]);
});

it('claims nothing where there is no git', () => {
  expect(breaches(changesets, { ...STORE, '.changeset/README.md': '' })).toEqual([]);
});
