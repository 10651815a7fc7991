// A change of a package comes with a changeset, until a release takes it up.
import { spawnSync } from 'node:child_process';
import { isPublished } from './source-files.mjs';

export function* changesets(house) {
  const known = house.packages.filter(isPublished).map((directory) => house.manifestOf(directory).name);
  const files = house.list('.changeset').filter((name) => name.endsWith('.md') && name !== 'README.md');
  for (const file of files) {
    const [, header = '', words = ''] =
      /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(house.read(`.changeset/${file}`)) ?? [];
    const lines = header.split('\n').map((line) => /^"([^"]+)": (major|minor|patch)$/.exec(line)?.[1]);
    if (lines.length === 0 || lines.some((name) => !known.includes(name)) || words.trim() === '') {
      yield `.changeset/${file}: names no package and kind of release, or says nothing`;
    }
  }
  if (files.length === 0 && changedSinceRelease(house.root))
    yield '.changeset: packages changed since the last release, and nobody says how';
}

/** A release writes the changelog of the command line. Without git, as in an archive, nothing is claimed. */
function changedSinceRelease(root) {
  const git = (...args) => spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout?.trim() ?? '';
  const released = git('log', '-1', '--format=%H', '--', 'packages/cli/CHANGELOG.md');
  const range = released ? [`${released}..HEAD`] : [];
  return git('log', '-1', '--format=%H', ...range, '--', 'packages/*/src', 'packages/*/package.json') !== '';
}
