import { expect, test } from 'vitest';
import { changedFiles, parseRawDiff, projectPath } from './change-set.ts';

const ID = 'a'.repeat(40);
const NONE = '0'.repeat(40);

test('additions, deletions, changes of content and of type are read', () => {
  const output = [
    `:000000 100644 ${NONE} ${ID} A\tnew.txt`,
    `:100644 000000 ${ID} ${NONE} D\t"odd\\nname"`,
    `:100644 100755 ${ID} ${ID} M\tapp/run.sh`,
    `:100644 120000 ${ID} ${ID} T\tapp/link`,
    '',
  ].join('\n');
  const changes = parseRawDiff(output);
  expect(changes.map(({ newMode }) => newMode)).toEqual(['100644', '000000', '100755', '120000']);
  expect(changedFiles(changes, 'app/')).toEqual([
    { path: '../new.txt', change: 'added' },
    { path: '../odd\nname', change: 'deleted' },
    { path: 'run.sh', change: 'modified' },
    { path: 'link', change: 'modified' },
  ]);
});

const paths = [
  { path: 'a/b.txt', prefix: '', expected: 'a/b.txt' },
  { path: 'a/b.txt', prefix: 'a/', expected: 'b.txt' },
  { path: 'ab.txt', prefix: 'a/', expected: '../ab.txt' },
  { path: 'a/x/c.txt', prefix: 'a/b/', expected: '../x/c.txt' },
];

test.each(paths)('$path seen from the project at "$prefix" is $expected', ({ path, prefix, expected }) => {
  expect(projectPath(path, prefix)).toBe(expected);
});
