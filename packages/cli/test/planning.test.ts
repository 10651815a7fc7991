import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scriptedProject } from './scripted-project.ts';
import { ask, cli, git } from './temp-project.ts';

const child = (key: string, after: readonly string[] = []) => ({
  ...{ key, title: `Write ${key}`, task_kind: 'implementation', priority: 'normal' },
  ...{ execution_domain: null, validation_profile: null, touch_paths: [`${key}.txt`], capabilities: [] },
  ...{ acceptance_criteria: [`${key}.txt says ok.`], description: `The file ${key}.txt.`, after, depends_on: [] },
});
const plan = {
  summary: 'Two files, one after the other.',
  supersedes: [{ parent: 'big', children: ['one', 'two'] }],
  children: [child('one'), child('two', ['one'])],
};
const writes = [{ run: 'echo ok > "$(date +%N).txt"' }];
const big = 'title: Write it all # really\nstate: planned\npriority: high\n';
const planning = () => ({ roles: { planner: [{ rawAnswer: plan }] }, default: writes });

const states = async (world: { directory: string }) =>
  Object.fromEntries(
    JSON.parse((await ask(world, 'list', '--json')).stdout).tasks.map(({ title, state }: Record<string, string>) => [
      title,
      state,
    ]),
  );

describe('start', () => {
  it('plans a vague task, does what came of it, and leaves the checkout clean', async () => {
    const world = await scriptedProject({ script: planning(), tasks: { big } });
    const answer = await cli(world, 'start', '--once');
    expect(answer).toMatchObject({ code: 0 });
    expect(await states(world)).toEqual({ 'Write it all': 'superseded', 'Write one': 'done', 'Write two': 'done' });
    const { directory } = world;
    expect((await git(directory, 'log', '--format=%s', '-3')).trim().split('\n')).toEqual([
      'Write two',
      'Write one',
      'Plan: Write it all',
    ]);
    expect(await git(directory, 'status', '--porcelain')).toBe('');
    expect(readFileSync(join(directory, 'backlog/tasks/big.yaml'), 'utf8')).toContain('title: Write it all # really\n');
    expect((await ask(world, 'verify')).code).toBe(0);
    expect(answer.stderr).toContain('`big` planned as 2 tasks');
  });

  it('looks for work when there is little to do, and does not repeat itself', async () => {
    const found = { candidates: [{ ...proposal('Write a') }, { ...proposal('Greet everybody') }] };
    const world = await scriptedProject({
      script: { roles: { discovery: [{ rawAnswer: found }] }, default: writes },
      tasks: { greet: 'title: Greet everybody\nstate: done\ntouch_paths: [x.txt]\n' },
      config: `discovery: { enabled: true, passes: { files: { description: 'Missing files' } } },`,
      files: { 'scripts/backlog/passes/files.md': 'Look for missing files.\n' },
    });
    expect((await cli(world, 'start', '--once')).code).toBe(0);
    expect(await states(world)).toEqual({ 'Greet everybody': 'done', 'Write a': 'done' });
    const [row] = JSON.parse((await ask(world, 'pass', 'list', '--json')).stdout);
    expect(row).toMatchObject({ id: 'files', turns: 1, admitted: 1, rejected: 1, acceptanceRate: 0.5 });
    expect(row.rejections).toMatchObject([{ title: 'Greet everybody' }]);
  });
});

const proposal = (title: string) => ({
  ...{ title, description: 'It is not there.', priority: 'normal', touch_paths: ['x.txt'] },
  acceptance_criteria: ['It is there.'],
});

describe('plan', () => {
  it('applies what the planner answers as one commit', async () => {
    const world = await scriptedProject({ script: planning(), tasks: { big, other: 'title: Other\n' } });
    const answer = await cli(world, 'plan', 'big');
    expect(answer.code).toBe(0);
    expect(answer.stdout).toMatch(/^superseded\tbig\nadded\twrite-one-\w{4}\tWrite one\nadded\twrite-two-/);
    expect((await git(world.directory, 'log', '--format=%s', '-1')).trim()).toBe('Plan: Write it all');
    expect(await states(world)).toMatchObject({ Other: 'ready', 'Write one': 'ready' });
    const files = await git(world.directory, 'show', '--name-only', '--format=', 'HEAD');
    expect(files.trim().split('\n')).toHaveLength(3);
  });

  it('reopens the task when its commit is reverted', async () => {
    const world = await scriptedProject({ script: planning(), tasks: { big } });
    await cli(world, 'plan');
    await git(world.directory, 'revert', '--no-edit', 'HEAD');
    expect(await states(world)).toEqual({ 'Write it all': 'planned' });
    expect((await ask(world, 'verify')).code).toBe(0);
  });

  it('is kept for review, shown as a difference, accepted as it was shown, once', async () => {
    const world = await scriptedProject({ script: planning(), tasks: { big } });
    const made = await cli(world, 'plan', '--review');
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^proposed\tbig\.\d+\n$/) });
    expect(await git(world.directory, 'status', '--porcelain')).toBe('');
    const shown = await ask(world, 'plan', 'show');
    expect(shown.stdout).toContain('Two files, one after the other.');
    expect(shown.stdout).toContain('- state: planned\n+ state: superseded\n');
    const [path = ''] = /backlog\/tasks\/write-one-\w{4}\.yaml/.exec(shown.stdout) ?? [];
    expect(shown.stdout).toContain(`\n${path}\n`);
    expect(shown.stdout).toContain('+ title: Write one\n');
    expect((await cli(world, 'plan', 'accept')).code).toBe(0);
    expect(readFileSync(join(world.directory, path), 'utf8')).toContain('title: Write one');
    expect(readdirSync(join(world.directory, '.backlog-runner/plans'))).toEqual([]);
    expect((await ask(world, 'plan', 'show')).code).toBe(2);
  });

  it('is not accepted when the task was changed since', async () => {
    const world = await scriptedProject({ script: planning(), tasks: { big } });
    await cli(world, 'plan', '--review');
    writeFileSync(join(world.directory, 'backlog/tasks/big.yaml'), big.replace('all', 'all and more'));
    expect(await ask(world, 'plan', 'show')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('big was changed'),
    });
    const answer = await cli(world, 'plan', 'accept');
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('big was changed');
    expect((await git(world.directory, 'log', '--format=%s', '-1')).trim()).toBe('Change');
  });

  it('is rejected with a note that the next plan knows', async () => {
    const world = await scriptedProject({ script: planning(), tasks: { big } });
    await cli(world, 'plan', '--review');
    const answer = await ask(world, 'plan', 'reject', '--note', 'Make it one file.');
    expect(answer).toMatchObject({ code: 0, stdout: expect.stringMatching(/^rejected\tbig\./) });
    await cli(world, 'plan', '--review');
    const attempts = join(world.directory, '.backlog-runner/attempts');
    const prompts = readdirSync(attempts, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.includes('prompt'))
      .map((name) => readFileSync(join(attempts, name), 'utf8'));
    expect(prompts.filter((text) => text.includes('Make it one file.'))).toHaveLength(1);
  });

  it('of a backlog that git ignores is written to files', async () => {
    const world = await scriptedProject({
      script: planning(),
      files: { '.gitignore': '.backlog-runner/\nbacklog.md\n/backlog/\n' },
    });
    mkdirSync(join(world.directory, 'backlog/tasks'), { recursive: true });
    writeFileSync(join(world.directory, 'backlog/tasks/big.yaml'), big);
    expect(await cli(world, 'plan', '--json')).toMatchObject({ code: 0 });
    expect(await states(world)).toEqual({ 'Write it all': 'superseded', 'Write one': 'ready', 'Write two': 'ready' });
    expect((await git(world.directory, 'log', '--format=%s')).trim()).toBe('Change');
    expect((await cli(world, 'start', '--once')).code).toBe(0);
    expect(await states(world)).toEqual({ 'Write it all': 'superseded', 'Write one': 'done', 'Write two': 'done' });
  });

  it('refuses tasks that are not to be planned, and says when there is nothing to do', async () => {
    const world = await scriptedProject({ script: planning(), tasks: { small: 'title: Small\n' } });
    expect(await ask(world, 'plan', 'small')).toMatchObject({ code: 2, stderr: expect.stringContaining('is ready') });
    expect(await ask(world, 'plan')).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing to plan') });
  });
});

describe('pass', () => {
  const answer = { roles: { discovery: [{ rawAnswer: { candidates: [proposal('Write a')] } }] } };
  const config = `discovery: { passes: { files: { every: '12h' }, 'todo-comments': {} } },`;
  const files = {
    'scripts/backlog/passes/files.md': 'Look.\n',
    'src/a.js': '// TODO: close the file when reading fails\nexport const a = 1;\n',
  };

  it('runs one pass, whether or not it is enabled, and admits what it finds', async () => {
    const world = await scriptedProject({ script: answer, config, files });
    const { code, stdout } = await cli(world, 'pass', 'run', 'files');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^added\twrite-a-\w{4}\tWrite a\n$/) });
    expect(await states(world)).toEqual({ 'Write a': 'ready' });
    const again = JSON.parse((await cli(world, 'pass', 'run', 'files', '--json')).stdout);
    expect(again).toMatchObject({
      pass: 'files',
      outcome: { status: 'found' },
      added: [],
      rejected: [{ title: 'Write a' }],
    });
  });

  it('runs a built-in pass without an agent', async () => {
    const health = { status: 'not-signed-in', message: 'no', hint: 'no' };
    const world = await scriptedProject({ script: { health }, config, files });
    const { code, stdout } = await cli(world, 'pass', 'run', 'todo-comments');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('added\t') });
  });

  it('lists passes as rows for programs', async () => {
    const world = await scriptedProject({ config, files });
    const { stdout } = await ask(world, 'pass', 'list');
    expect(stdout).toBe(
      'files\tdisabled\tlow-queue\t12h\t0\t0\t0\t-\t\ntodo-comments\tdisabled\tlow-queue\t6h\t0\t0\t0\t-\t\n',
    );
  });

  it('is added, disabled, enabled and removed in the config, which keeps its comments', async () => {
    const world = await scriptedProject({ config: '// Mine.\n' });
    const source = () => readFileSync(join(world.directory, 'backlog.config.mjs'), 'utf8');
    expect(await cli(world, 'pass', 'add', 'docs', '--every', '7d')).toMatchObject({ code: 0, stdout: 'add\tdocs\n' });
    expect(source()).toContain('// Mine.');
    expect(readFileSync(join(world.directory, 'scripts/backlog/passes/docs.md'), 'utf8')).toContain('# docs');
    const state = async () => JSON.parse((await cli(world, 'pass', 'list', '--json')).stdout)[0]?.state;
    expect(await state()).toBe('enabled');
    expect((await cli(world, 'pass', 'disable', 'docs')).code).toBe(0);
    expect(await state()).toBe('disabled');
    expect((await cli(world, 'pass', 'enable', 'docs')).code).toBe(0);
    expect(await cli(world, 'pass', 'enable', 'docs')).toMatchObject({ stdout: 'unchanged\tdocs\n' });
    expect(await state()).toBe('enabled');
    expect((await cli(world, 'pass', 'remove', 'docs')).code).toBe(0);
    expect(await state()).toBeUndefined();
    expect(source()).toContain('// Mine.');
  });

  it('says what is meant when it is mistyped', async () => {
    const world = await scriptedProject({ config, files });
    expect((await ask(world, 'pass', 'lst')).stderr).toContain('Did you mean `backlog-runner pass list`?');
    expect((await ask(world, 'pass', 'run', 'file')).stderr).toContain('Did you mean `files`?');
    expect((await ask(world, 'pass', 'run')).code).toBe(2);
  });
});

describe('sync', () => {
  it('admits what others than people proposed by the rules, and records what it refuses', async () => {
    const world = await scriptedProject({
      tasks: { a: 'title: Close the file when reading fails\ntouch_paths: [src/a.js]\n' },
    });
    const line = { title: 'Close the file if reading fails', touch_paths: ['src/a.js'] };
    const lines = [{ ...line, source: { type: 'pass', pass_id: 'elsewhere' } }, line];
    writeFileSync(
      join(world.directory, 'backlog/inbox.jsonl'),
      lines.map((one) => `${JSON.stringify(one)}\n`).join(''),
    );
    const { stdout } = await ask(world, 'sync');
    expect(stdout).toMatch(/^added\t.*\nrefused\tline 1\t/);
    expect((await ask(world, 'list', '--json')).stdout).toContain('if reading fails');
  });
});
