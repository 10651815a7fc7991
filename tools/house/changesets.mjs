// A change of a package comes with a changeset, until a release takes it up.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isPublished, manifestOf, PACKAGES, root } from './source-files.mjs';

export function* changesets() {
  const known = PACKAGES.filter(isPublished).map((directory) => manifestOf(directory).name);
  const files = readdirSync(join(root, '.changeset')).filter((name) => name.endsWith('.md') && name !== 'README.md');
  for (const file of files) {
    const [, header = '', words = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(read(`.changeset/${file}`)) ?? [];
    const lines = header.split('\n').map((line) => /^"([^"]+)": (major|minor|patch)$/.exec(line)?.[1]);
    if (lines.length === 0 || lines.some((name) => !known.includes(name)) || words.trim() === '') {
      yield `.changeset/${file}: names no package and kind of release, or says nothing`;
    }
  }
  if (files.length === 0 && changedSinceRelease())
    yield '.changeset: packages changed since the last release, and nobody says how';
}

/** A release writes the changelog of the command line. Without git, as in an archive, nothing is claimed. */
function changedSinceRelease() {
  const released = git('log', '-1', '--format=%H', '--', 'packages/cli/CHANGELOG.md');
  const range = released ? [`${released}..HEAD`] : [];
  return git('log', '-1', '--format=%H', ...range, '--', 'packages/*/src', 'packages/*/package.json') !== '';
}

const git = (...args) => spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout?.trim() ?? '';
const read = (path) => readFileSync(join(root, path), 'utf8');
