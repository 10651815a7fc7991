import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, git, repository, write } from './temp-project.ts';

const CONFIG = { 'backlog.config.mjs': 'export default {};\n', '.gitignore': '.backlog-runner/\n' };
const read = (directory: string, path: string) => readFileSync(join(directory, path), 'utf8');

describe('add, list and show', () => {
  it('add a task that list and show then know', async () => {
    const directory = await repository(CONFIG);
    const added = await ask(
      { directory },
      ...['add', 'The README greets', '--priority', 'high', '--path', 'README.md', '--path', './docs/'],
      ...['--criterion', 'It says hello.', '--description', '- politely'],
    );
    expect(added).toMatchObject({ code: 0, stderr: '' });
    const [id = '', path = ''] = added.stdout.trim().split('\t');
    expect(read(directory, path)).toContain('title: The README greets');

    expect((await ask({ directory }, 'list')).stdout).toBe(`${id}\tready\thigh\tThe README greets\n`);
    const { tasks, problems } = JSON.parse((await ask({ directory }, 'list', '--json')).stdout);
    expect(problems).toEqual([]);
    expect(tasks).toMatchObject([{ id, touchPaths: ['README.md', 'docs'], description: '- politely' }]);

    const shown = await ask({ directory }, 'show', id);
    expect(shown.stdout).toContain('standing:  ready to run');
    expect(JSON.parse((await ask({ directory }, 'show', id, '--json')).stdout)).toMatchObject({
      task: { id },
      standing: { status: 'runnable' },
      history: { attempts: [] },
    });
  });

  it('add names the task that asks for the same already', async () => {
    const directory = await repository(CONFIG);
    const first = JSON.parse((await ask({ directory }, 'add', 'Same', '--json')).stdout);
    const second = await ask({ directory }, 'add', 'Same', '--json');
    expect(second.code).toBe(1);
    expect(JSON.parse(second.stdout)).toMatchObject({ status: 'duplicate', of: first.task.id });
    expect((await ask({ directory }, 'add', 'Same')).stderr).toContain(`Not added: ${first.task.id}`);
  });

  it.each([
    [['add', 'Escape', '--path', '../outside'], 1, '[TASK_INVALID]', 'The task was not added'],
    [['add', '  '], 1, '[TASK_INVALID]', 'The task was not added'],
    [['add', 'X', '--priority', 'hihg'], 2, '[USAGE]', 'Did you mean `--priority high`?'],
    [['list', '--state', 'open'], 2, '[USAGE]', 'Choose one of planned, ready, done, failed, superseded.'],
    [['show', 'nothing'], 1, '[TASK_MISSING]', 'backlog-runner list'],
    [['lst'], 2, '[USAGE]', 'Did you mean `backlog-runner list`?'],
  ])('%j is refused', async (argv, code, name, text) => {
    const directory = await repository(CONFIG);
    const answer = await ask({ directory }, ...argv);
    expect(answer).toMatchObject({ code, stdout: '' });
    expect(answer.stderr).toContain(name);
    expect(answer.stderr).toContain(text);
    expect(answer.stderr).not.toContain('    at ');
  });

  it('list names broken files beside the answer', async () => {
    const directory = await repository({
      ...CONFIG,
      'backlog/tasks/good.yaml': 'title: Good\n',
      'backlog/tasks/bad.yaml': 'title: Bad\nstate: redy\n',
    });
    const { code, stdout, stderr } = await ask({ directory }, 'list');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'good\tready\tnormal\tGood\n' });
    expect(stderr).toMatch(/^backlog\/tasks\/bad\.yaml:2:\d+: /);
  });

  it('show the stack of a mistake only to those who ask', async () => {
    const directory = await repository(CONFIG);
    const answer = await ask({ directory, environment: { BACKLOG_RUNNER_DEBUG: '1' } }, 'show', 'nothing');
    expect(answer.stderr).toContain('    at ');
  });
});

describe('status', () => {
  it('writes nothing, not even its own directory', async () => {
    const directory = await repository({ ...CONFIG, 'backlog/tasks/a.yaml': 'title: A\ndepends_on: [b]\n' });
    const { code, stdout } = await ask({ directory }, 'status');
    expect(code).toBe(0);
    expect(stdout).toContain('`b` does not exist');
    const json = await ask({ directory }, 'status', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ counts: { needsPerson: 1 } });
    expect(existsSync(join(directory, '.backlog-runner'))).toBe(false);
  });

  it('is found from any directory below, and not from outside', async () => {
    const directory = await repository(CONFIG);
    mkdirSync(join(directory, 'a/b'), { recursive: true });
    expect((await ask({ directory: join(directory, 'a/b') }, 'status')).code).toBe(0);
    const bare = await repository();
    const answer = await ask({ directory: bare }, 'status');
    expect(answer.code).toBe(3);
    expect(answer.stderr).toContain('[CONFIG_MISSING]');
    expect(answer.stderr).toContain('npx backlog-runner init');
  });
});

describe('the project', () => {
  it('is not looked for above the top of the repository', async () => {
    const directory = await repository(CONFIG);
    mkdirSync(join(directory, 'other/src'), { recursive: true });
    await git(join(directory, 'other'), 'init', '--quiet');
    const found = await ask({ directory: join(directory, 'other/src') }, 'list');
    expect(found.code).toBe(3);
    expect(found.stderr).toContain('[CONFIG_MISSING]');
  });
});

describe('sync', () => {
  it('drains the inbox, names what it could not take, and writes the report once', async () => {
    const directory = await repository(CONFIG);
    write(directory, {
      'backlog/inbox.jsonl': ['{"title":"One"}', 'not json', '{"title":"One"}', '{"nothing":1}', ''].join('\n'),
    });
    const first = await ask({ directory }, 'sync', '--json');
    expect(first.code).toBe(1);
    const answer = JSON.parse(first.stdout);
    expect(answer).toMatchObject({
      added: [{ title: 'One' }],
      duplicates: [{ line: 3, of: answer.added[0].id }],
      rejected: [{ line: 2 }, { line: 4 }],
      problems: [],
      report: 'written',
    });
    expect(read(directory, 'backlog.md')).toContain('One');
    const before = statSync(join(directory, 'backlog.md')).mtimeMs;
    const second = await ask({ directory }, 'sync');
    expect(second).toMatchObject({ code: 0, stdout: '' });
    expect(second.stderr).toContain('backlog.md was up to date');
    expect(statSync(join(directory, 'backlog.md')).mtimeMs).toBe(before);
  });

  it('names every broken file with its place', async () => {
    const directory = await repository({ ...CONFIG, 'backlog/tasks/bad.yaml': 'title: [\n' });
    const { code, stdout } = await ask({ directory }, 'sync');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^broken\tbacklog\/tasks\/bad\.yaml:\d+:\d+: /);
  });
});
