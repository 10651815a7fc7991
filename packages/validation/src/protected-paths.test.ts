import { describe, expect, test } from 'vitest';
import { protection } from './protected-paths.ts';

const isProtected = protection({
  commands: [
    'bash scripts/check.sh',
    'cd web && node tools/lint.mjs',
    'npm run lint --workspace web',
    'vitest run src/',
  ],
  protectedPaths: ['deploy/', './Makefile', '../outside'],
});

describe('protected while nothing claims it', () => {
  test.each([
    'backlog.config.mjs',
    'Backlog.Config.MJS',
    'backlog.md',
    'backlog/inbox.jsonl',
    'backlog/tasks/other.yaml',
    'scripts/backlog/validate.sh',
    'scripts/BACKLOG/passes/frontend.md',
    '.backlog-runner/journal/1',
    '.github/workflows/ci.yml',
    '.gitlab-ci.yml',
    '.gitattributes',
    'src/deep/.gitattributes',
    '.gitmodules',
    'scripts/check.sh',
    'tools/lint.mjs',
    'web/tools/lint.mjs',
    'deploy/prod/keys',
    'Makefile',
    '../README.md',
    '..',
    // A link in the place of a directory.
    'scripts',
    'backlog',
    '.GitHub',
  ])('%s', (path) => {
    expect(isProtected(path, [])).toBe(true);
    expect(isProtected(path, ['src'])).toBe(true);
    expect(isProtected(path, [''])).toBe(true);
  });
});

test.each([
  'src/index.ts',
  'scripts/backlog-tools/x.sh',
  'scripts/other.sh',
  'other/scripts/check.sh',
  'backlog/tasks-old/x.yaml',
  'docs/backlog.md',
  '.github/CODEOWNERS',
  '.gitignore',
  'gitattributes',
  '..hidden/file',
])('%s is nobody’s judge', (path) => {
  expect(isProtected(path, [])).toBe(false);
});

describe('claims', () => {
  test.each([
    ['scripts/backlog/validate.sh', 'scripts/backlog/validate.sh', false],
    ['scripts/backlog/validate.sh', 'scripts/backlog', false],
    ['scripts/backlog/passes/a.md', 'scripts/backlog/passes', false],
    ['scripts/backlog/validate.sh', 'scripts/backlog/passes', true],
    ['scripts/backlog/validate.sh', 'scripts/backlog/validate', true],
    ['scripts/backlog/validate.sh', 'scripts', true],
    ['scripts/backlog/validate.sh', '', true],
    ['.github/workflows/ci.yml', '.github', true],
    ['.github/workflows/ci.yml', '.github/workflows', false],
    ['backlog.config.mjs', 'backlog.config.mjs', false],
    ['scripts/check.sh', 'scripts', true],
    ['scripts/check.sh', 'scripts/check.sh', false],
    ['web/tools/lint.mjs', 'web/tools', true],
    ['src/.gitattributes', 'src', true],
    ['src/.gitattributes', 'src/.gitattributes', false],
    ['deploy/prod/keys', 'deploy/prod', false],
    ['Scripts/Backlog/validate.sh', 'scripts/backlog', true],
    ['backlog/tasks/other.yaml', 'backlog/tasks/other.yaml', true],
    ['backlog/tasks/other.yaml', 'backlog/tasks', true],
    ['../other/x', '../other/x', true],
    ['scripts', 'scripts', true],
  ])('%s with a claim to `%s`: %s', (path, touch, remains) => {
    expect(isProtected(path, ['docs', touch])).toBe(remains);
  });
});
