import type { RepoPath } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { fingerprintOf } from './fingerprint.ts';

const of = (title: string, ...paths: string[]): string => fingerprintOf({ title, touchPaths: paths as RepoPath[] });

describe('fingerprintOf', () => {
  it.each([
    ['case, punctuation and spaces', of('Fix  the Login!'), of('fix the login')],
    ['the order of paths', of('x', 'a', 'b'), of('x', 'b', 'a', 'a')],
    ['the form of a letter', of('café'), of('cafe\u0301')],
  ])('does not tell apart what differs in %s only', (_, left, right) => {
    expect(left).toBe(right);
  });

  it.each([
    ['words', of('fix the login'), of('fix the logout')],
    ['paths', of('x', 'a'), of('x', 'b')],
    ['where words end', of('a bc'), of('ab c')],
    ['titles without a word', of('???'), of('!!!')],
    ['other scripts', of('修复登录'), of('修复注销')],
  ])('tells apart %s', (_, left, right) => {
    expect(left).not.toBe(right);
  });
});
