import { describe, expect, it } from 'vitest';
import { withIgnored } from './ignore-line.ts';

describe('withIgnored', () => {
  it.each([
    ['no file', undefined, '.state/\n'],
    ['an empty file', '', '.state/\n'],
    ['a file', 'dist/\n', 'dist/\n.state/\n'],
    ['a file without a last newline', 'dist/', 'dist/\n.state/\n'],
    ['a file with Windows line ends', 'dist/\r\n', 'dist/\r\n.state/\r\n'],
    ['a comment about it', '# .state/\n', '# .state/\n.state/\n'],
    ['a line that takes it out again', '.state/\n!.state/\n', '.state/\n!.state/\n.state/\n'],
    ['a longer name', '.state/index\n', '.state/index\n.state/\n'],
  ])('appends one line to %s', (_, before, after) => expect(withIgnored(before, '.state')).toBe(after));

  it.each(['.state/\n', '.state\n', '/.state/\n', 'a\r\n.state/\r\nb', '.state/'])('leaves %j as it is', (content) => {
    expect(withIgnored(content, '.state')).toBeUndefined();
  });

  it('is done after once', () => {
    expect(withIgnored(withIgnored('dist', '.state'), '.state')).toBeUndefined();
  });
});
