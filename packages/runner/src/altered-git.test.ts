import { expect, test } from 'vitest';
import { alteredGit } from './altered-git.ts';

test('a run goes on after escapes that no later command obeys', () => {
  expect(alteredGit([])).toBeUndefined();
  expect(
    alteredGit([
      { what: 'checkout', name: 'a.txt' },
      { what: 'ref', name: 'refs/tags/v1' },
    ]),
  ).toBeUndefined();
});

test('hooks and settings that changed are named, with what to type', () => {
  const reason = alteredGit([
    { what: 'checkout', name: 'a.txt' },
    { what: 'hook', name: '.git/hooks/post-commit' },
    { what: 'git-config', name: '.git/config' },
  ]);
  expect(reason).toMatch(/^\.git\/hooks\/post-commit, \.git\/config changed .*`git config --list/);
  expect(reason).not.toContain('a.txt');
});
