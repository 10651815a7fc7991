import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { KnownWork, PassResult, RepoPath, TaskId } from '@backlog-runner/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TodoPassOptions, todoPass } from '../src/index.ts';
import { inquiryFixture } from './inquiry-fixture.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'discovery-todo-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const NOTHING: KnownWork = { tasks: [], rejected: [] };
const git = (...args: string[]) => expect(spawnSync('git', args, { cwd: directory }).status).toBe(0);

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
}

function track(files: Readonly<Record<string, string>>): void {
  write(files);
  git('init', '--quiet');
  git('add', '--all');
}

const find = (options: TodoPassOptions = {}, known = NOTHING, maxCandidates = 10): Promise<PassResult> =>
  todoPass(options).find({ known, maxCandidates }, inquiryFixture({ output: undefined }, { directory }));

const candidatesOf = (result: PassResult) => {
  if (result.status !== 'found') throw new Error(JSON.stringify(result));
  return result.candidates;
};
const titlesOf = (result: PassResult) => candidatesOf(result).map(({ title }) => title);

describe('the pass for TODO comments', () => {
  it('proposes each comment with its place, and what is broken first', async () => {
    track({ 'src/a.ts': '\n// TODO: handle zero\n', 'src/b.py': '# FIXME: leaks the file\n' });
    expect(candidatesOf(await find())).toEqual([
      {
        title: 'Resolve the FIXME in src/b.py: leaks the file',
        description: expect.stringContaining('- src/b.py:1 FIXME: leaks the file'),
        priority: 'normal',
        touch_paths: ['src/b.py'],
        acceptance_criteria: ['What the comment asks for is done, and the comment is gone.'],
      },
      expect.objectContaining({ title: 'Resolve the TODO in src/a.ts: handle zero', priority: 'low' }),
    ]);
  });

  it('makes one candidate of comments that stand close together', async () => {
    track({ 'a.ts': `// TODO: one\n\n// TODO: two\n${'\n'.repeat(20)}// TODO: three\n` });
    expect(titlesOf(await find())).toEqual(['Resolve 2 reminders in a.ts: one', 'Resolve the TODO in a.ts: three']);
  });

  it('keeps its titles when lines move, so that known work stays known', async () => {
    track({ 'a.ts': '// TODO: one\n' });
    const before = titlesOf(await find());
    write({ 'a.ts': '\n\n\n// TODO: one\n' });
    expect(titlesOf(await find())).toEqual(before);
  });

  it('looks only at files of the project itself that git tracks', async () => {
    track({
      '.gitignore': 'ignored.ts\n',
      'ignored.ts': '// TODO: no\n',
      'node_modules/x/index.js': '// TODO: no\n',
      'vendor/x.go': '// TODO: no\n',
      'app.min.js': '// TODO: no\n',
      'api.pb.go': '// TODO: no\n',
      'big.ts': `// TODO: no\n${' '.repeat(600_000)}`,
      'scripts/backlog/validate.sh': '# TODO: no\n',
      'backlog/tasks/a.yaml': '# TODO: no\n',
      'src/a.ts': '// TODO: yes\n',
    });
    write({ 'untracked.ts': '// TODO: no\n' });
    expect(titlesOf(await find())).toEqual(['Resolve the TODO in src/a.ts: yes']);
  });

  it('follows no link out of the repository', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'discovery-outside-'));
    writeFileSync(join(outside, 'secret.ts'), '// TODO: secret\n');
    write({ 'a.ts': '' });
    symlinkSync(join(outside, 'secret.ts'), join(directory, 'link.ts'));
    track({});
    expect(titlesOf(await find())).toEqual([]);
    rmSync(outside, { recursive: true });
  });

  it('keeps to the paths it was given', async () => {
    track({ 'src/a.ts': '// TODO: a', 'src/old/b.ts': '// TODO: b', 'web/c.ts': '// TODO: c' });
    const result = await find({ includePaths: ['src'], excludePaths: ['src/old'] });
    expect(titlesOf(result)).toEqual(['Resolve the TODO in src/a.ts: a']);
  });

  it('spends its candidates on what is not known yet', async () => {
    track({ 'a.ts': '// TODO: a', 'b.ts': '// TODO: b', 'c.ts': '// TODO: c' });
    const known: KnownWork = {
      tasks: [
        {
          id: 'a' as TaskId,
          title: 'Resolve the TODO in a.ts: a',
          state: 'ready',
          touchPaths: ['a.ts' as RepoPath],
        },
      ],
      rejected: [{ title: 'Resolve the TODO in b.ts: b', reason: 'No.' }],
    };
    expect(titlesOf(await find({}, known, 1))).toEqual(['Resolve the TODO in c.ts: c']);
  });

  it('says what is wrong where there is no repository', async () => {
    expect(await find()).toMatchObject({ status: 'refused', reason: expect.stringContaining('not a git repository') });
  });

  it('stops when it is told to', async () => {
    track({ 'a.ts': '// TODO: a' });
    const inquiry = inquiryFixture({ output: undefined }, { directory, signal: AbortSignal.abort() });
    expect(await todoPass().find({ known: NOTHING, maxCandidates: 1 }, inquiry)).toMatchObject({ status: 'refused' });
  });
});
