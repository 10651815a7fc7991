import { describe, expect, test } from 'vitest';
import { parseProcStat, parsePs } from './parse-process.ts';

describe('/proc/<pid>/stat', () => {
  const rest = '7 6 5 0 -1 4194304 100 0 0 0 0 0 0 0 20 0 1 0 212957 2654208 382';

  test('a name with blanks and parentheses does not shift the fields', () => {
    expect(parseProcStat(`42 (a) S 1 (b) S ${rest}`)).toEqual({
      pid: 42,
      parent: 7,
      group: 6,
      born: '212957',
      dead: false,
      kernel: false,
    });
  });

  test('a zombie is dead, and a kernel thread is told', () => {
    expect(parseProcStat(`42 (x) Z ${rest}`)).toMatchObject({ dead: true });
    expect(parseProcStat(`2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 3 0 0`)).toMatchObject({
      kernel: true,
    });
  });

  test('anything else is nothing', () => {
    expect(parseProcStat('')).toBeUndefined();
    expect(parseProcStat('42 (cut o')).toBeUndefined();
  });
});

test('ps: ids, group, start, state and the mark among the words after the command', () => {
  const text = [
    '    1     0     1 Ss   Thu Nov 19 08:00:01 2026     /sbin/launchd',
    '  812   800   812 S+   Sun Nov 22 08:31:25 2026     node a b HOME=/x BACKLOG_RUNNER_MARK=run/abc TERM=xterm',
    '  813   812   812 Z    Sun Nov 22 08:31:26 2026     (sh)',
    'not a process',
  ].join('\n');
  expect(parsePs(text)).toEqual([
    { pid: 1, parent: 0, group: 1, born: 'Thu Nov 19 08:00:01 2026', dead: false, mark: undefined },
    { pid: 812, parent: 800, group: 812, born: 'Sun Nov 22 08:31:25 2026', dead: false, mark: 'run/abc' },
    { pid: 813, parent: 812, group: 812, born: 'Sun Nov 22 08:31:26 2026', dead: true, mark: undefined },
  ]);
});
