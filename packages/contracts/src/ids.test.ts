import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attemptIdOf, type Fence, newTaskId, parseTaskId, type TaskId } from './ids.ts';

describe('a task id', () => {
  it.each(['a', 'fix-login-x4f2', 'A.b_c-1', '0', 'x'.repeat(100), 'console', 'com10', 'lock'])('may be %s', (text) => {
    expect(parseTaskId(text)).toBe(text);
  });

  it.each([
    ...[
      '',
      '.',
      '..',
      '.x',
      '-x',
      '_x',
      'a..b',
      'a.',
      'a.lock',
      'a.LOCK',
      'a/b',
      'a\\b',
      'a b',
      'a\n',
      'a\0',
      'é',
      'a~1',
    ],
    ...['a:b', 'a@{b', 'a*', 'a?', 'con', 'NUL', 'aux.yaml', 'com1', 'LPT9.x', 'x'.repeat(101)],
  ])('may not be %j', (text) => {
    expect(parseTaskId(text)).toBeUndefined();
  });

  it('of any text is a component of a git ref and of a path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const id = parseTaskId(text);
        return id === undefined || (/^[\w.-]+$/.test(id) && !/^[.-]|\.\.|\.$|\.lock$/i.test(id));
      }),
    );
  });
});

describe('a new task id', () => {
  it.each([
    ['Fix the login!', 'fix-the-login-abcd'],
    ['Résumé über Ångström', 'resume-uber-angstrom-abcd'],
    ['  --  ', 'task-abcd'],
    ['日本語', 'task-abcd'],
    ['../../etc/passwd', 'etc-passwd-abcd'],
  ])('for %j reads %s', (title, id) => {
    expect(newTaskId(title, 'abcd')).toBe(id);
  });

  it('is a task id whatever the title', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (title) => {
        const id = newTaskId(title, 'a2b3');
        return parseTaskId(id) === id;
      }),
    );
  });
});

it('an attempt is named after its task and fence', () => {
  expect(attemptIdOf('fix.x' as TaskId, 12 as Fence)).toBe('fix.x.12');
});
