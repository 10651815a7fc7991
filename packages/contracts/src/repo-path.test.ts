import { posix, win32 } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWithin, parseRepoPath, pathsOverlap } from './repo-path.ts';

describe('a path of the project', () => {
  it.each([
    ['src/ui', 'src/ui'],
    ['./src//ui/', 'src/ui'],
    ['src\\ui', 'src/ui'],
    ['', ''],
    ['.', ''],
    ['./', ''],
    ['.github/workflows', '.github/workflows'],
    ['.gitignore', '.gitignore'],
    ['a/..b', 'a/..b'],
    ['a/b.git', 'a/b.git'],
    ['a b/ü', 'a b/ü'],
  ])('is read from %j as %j', (text, path) => {
    expect(parseRepoPath(text)).toBe(path);
  });

  it.each([
    ...['/etc', '\\\\server\\share', '\\x', 'C:\\x', 'c:x', '..', '../x', 'a/../..', 'a/../b', 'a\\..\\b', 'a\0b'],
    ...[
      '.git',
      '.git/hooks',
      'a/.GIT/x',
      '.git.',
      '.git /x',
      'git~1',
      'GIT~2/x',
      '.git::$INDEX_ALLOCATION',
      '.g\u200cit',
    ],
    ...['a/.. ', 'a/.. /b', 'a/.../b', '. ./x', '~/../x'],
  ])('is not read from %j', (text) => {
    expect(parseRepoPath(text)).toBeUndefined();
  });

  it('never leaves the project, on any system, and reads as itself', () => {
    const part = fc.constantFrom('..', '.', '', ' ', 'a', 'b', '.git', 'C:', '~', '...', '.. ', '\\', '/', '\0');
    const separated = fc.array(fc.tuple(part, fc.constantFrom('/', '\\', '//'))).map((all) => all.flat().join(''));
    fc.assert(
      fc.property(fc.oneof(separated, fc.string({ unit: 'binary' })), (text) => {
        const path = parseRepoPath(text);
        if (path === undefined) return;
        expect(isWithin(posix.resolve('/repo', path), '/repo')).toBe(true);
        const windows = win32.resolve('R:\\repo', path).replaceAll('\\', '/');
        expect(isWithin(windows, 'R:/repo')).toBe(true);
        expect(path.split('/')).not.toContain('.git');
        expect(path.split('/')).not.toContain('..');
      }),
      { numRuns: 2_000 },
    );
  });
});

it.each([
  ['src', 'src', true],
  ['src', 'src/ui', true],
  ['src/ui', 'src', true],
  ['src', 'src2', false],
  ['', 'anything', true],
  ['a/b', 'a/c', false],
])('%j and %j overlap: %s', (left, right, overlap) => {
  expect(pathsOverlap(left, right)).toBe(overlap);
  expect(pathsOverlap(right, left)).toBe(overlap);
});
