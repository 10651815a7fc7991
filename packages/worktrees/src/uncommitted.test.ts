import { expect, it } from 'vitest';
import { parseUncommitted } from './uncommitted.ts';

const ID = 'a'.repeat(40);
const OTHER = 'b'.repeat(40);

it('reads the branch and every kind of line', () => {
  const output = [
    `# branch.oid ${ID}`,
    '# branch.head main',
    `1 .M N... 100644 100644 100644 ${ID} ${ID} with space.txt`,
    `1 A. N... 000000 100644 100644 ${'0'.repeat(40)} ${OTHER} staged.txt`,
    `u UU N... 100644 100644 100644 100644 ${ID} ${OTHER} ${ID} both.txt`,
    '? "line\\nbreak\\303\\244"',
    '! ignored.txt',
    '',
  ].join('\n');
  const { head, paths } = parseUncommitted(output);
  expect(head).toBe('main');
  expect(paths.map(({ path, isTracked, staged }) => [path.toString('utf8'), isTracked, staged])).toEqual([
    ['with space.txt', true, undefined],
    ['staged.txt', true, `100644 ${OTHER}`],
    ['both.txt', true, expect.stringContaining(OTHER)],
    ['line\nbreakä', false, undefined],
  ]);
});

it('takes the commit where no branch is checked out', () => {
  expect(parseUncommitted(`# branch.oid ${ID}\n# branch.head (detached)\n`).head).toBe(ID);
});
