import { expect, it } from 'vitest';
import { pathsOfLandings } from './moved-by-landings.ts';

const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(40)) as [string, string, string];
const record = (commit: string, parents: string, attempt: string, ...names: string[]) =>
  `\u0001${commit}\u0002${parents}\u0002${attempt}\u0002\n\n${names.join('\n')}\n`;

it.each([
  [
    'one landing after another',
    record(C, B, 'y.2\n', 'y') + record(B, A, 'x.1\n', 'x', '"\\303\\244"'),
    ['y', 'x', 'ä'],
  ],
  ['a commit of a person', record(C, B, 'y.2') + record(B, A, ''), undefined],
  ['two attempts in one commit', record(C, A, 'x.1\ny.2\n'), undefined],
  ['a merge', record(C, `${A} ${B}`, 'x.1'), undefined],
  ['a branch that was rewritten', record(C, B, 'x.1'), undefined],
  ['no commit, as when the branch went back', '', undefined],
  ['a trailer that plays a separator', record(C, A, 'x.1\u0002y'), undefined],
])('%s', (_title, output, paths) => {
  expect(pathsOfLandings(output, A, C)?.map((path) => path.toString('utf8'))).toEqual(paths);
});
