import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from './command-table.ts';
import type { CommandLine } from './invocation.ts';
import { parseCommandLine } from './parse-command-line.ts';

function parse(...argv: readonly string[]): CommandLine {
  return parseCommandLine(argv, COMMANDS);
}

function command(
  name: string,
  argument = '',
  values: object = {},
  switches: readonly string[] = [],
  more: readonly string[] = [],
): CommandLine {
  return {
    kind: 'command',
    command: expect.objectContaining({ name }),
    invocation: { argument, more, values: new Map(Object.entries(values)), switches: new Set(switches) },
  };
}

describe('a command line that is understood', () => {
  it.each<[readonly string[], CommandLine]>([
    [['status'], command('status')],
    [['status', '--json', '--verbose'], command('status', '', {}, ['json', 'verbose'])],
    [['--json', 'status'], command('status', '', {}, ['json'])],
    [['start', '--workers', '3', '--once'], command('start', '', { workers: ['3'] }, ['once'])],
    [['start', '--workers=3'], command('start', '', { workers: ['3'] })],
    [['start', '--no-worktrees'], command('start', '', {}, ['no-worktrees'])],
    [['start', '--task', 'a', '--task', 'b'], command('start', '', { task: ['a', 'b'] })],
    [['add', 'Fix it', '--path', 'src'], command('add', 'Fix it', { path: ['src'] })],
    [['add', '--json', 'Fix it'], command('add', 'Fix it', {}, ['json'])],
    [['prompt', 'task', '007', '--json'], command('prompt', 'task', {}, ['json'], ['007'])],
    [['prompt', 'plan', 'a', 'b'], command('prompt', 'plan', {}, [], ['a', 'b'])],
    [['--version'], { kind: 'version' }],
    [['-v'], { kind: 'version' }],
  ])('%j', (argv, expected) => expect(parse(...argv)).toEqual(expected));

  it.each<[readonly string[], CommandLine]>([
    [['add', '007'], command('add', '007')],
    [['add', '1e3'], command('add', '1e3')],
    [['add', ''], command('add', '')],
    [['add', 'Fix', '--description', '- a list'], command('add', 'Fix', { description: ['- a list'] })],
    [['add', 'Fix', '--description=a=b'], command('add', 'Fix', { description: ['a=b'] })],
    [['add', '--', '--not-an-option'], command('add', '--not-an-option')],
    [['show', '0x10'], command('show', '0x10')],
    [['start', '--model', '5.40'], command('start', '', { model: ['5.40'] })],
  ])('keeps every text as it was typed: %j', (argv, expected) => expect(parse(...argv)).toEqual(expected));

  it('keeps any text as it was typed', () => {
    const text = fc.string().filter((typed) => !typed.includes('\0'));
    fc.assert(
      fc.property(text, text, (title, description) => {
        const line = parse('add', `--description=${description}`, '--', title);
        expect(line).toEqual(command('add', title, { description: [description] }));
      }),
    );
  });
});

describe('a mistake', () => {
  it.each<[readonly string[], string, string]>([
    [['strat'], 'There is no command `strat`.', 'Did you mean `backlog-runner start`?'],
    [['deploy'], 'There is no command `deploy`.', 'Type `backlog-runner --help` to see the commands.'],
    [['start', '--worker', '2'], 'There is no option `--worker`.', 'Did you mean `--workers`?'],
    [['start', '--no-worktree'], 'There is no option `--no-worktree`.', 'Did you mean `--no-worktrees`?'],
    [['start', '--frobnicate'], 'There is no option `--frobnicate`.', 'Add `--help` to see the options.'],
    [['list', '-x'], 'There is no option `-x`.', 'Add `--help` to see the options.'],
    [['--jsn'], 'There is no option `--jsn`.', 'Add `--help` to see the options.'],
    [['start', '--tool'], '--tool needs a value.', 'Type `--tool <name>`.'],
    [['start', '--tool', '--once'], '--tool needs a value.', 'Type `--tool <name>`.'],
    [['start', '--tool', 'a', '--tool', 'b'], '--tool was given more than once.', 'Give it once.'],
    [['add'], '`add` needs <title>.', 'Type `backlog-runner add --help`.'],
    [['add', 'Fix', 'it'], '`it` was not expected.', 'Put quotes around a text of several words.'],
    [['status', 'all'], '`all` was not expected.', '`status` takes no argument.'],
    [['start', '--path.x', '1'], 'There is no option `--path`.', 'Add `--help` to see the options.'],
  ])('%j is explained', (argv, message, hint) => {
    expect(parse(...argv)).toEqual({ kind: 'mistake', message, hint });
  });
});
