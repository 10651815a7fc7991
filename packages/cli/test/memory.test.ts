import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scriptedProject } from './scripted-project.ts';
import { ask, git } from './temp-project.ts';

const PATTERNS = 'scripts/backlog/patterns.md';
const task = (id: string, more = '') => `id: ${id}\ntitle: Write ${id}\ntouch_paths: [${id}.txt]\n${more}`;
const learns = (id: string, ...patterns: readonly string[]) => ({
  write: { [`${id}.txt`]: `${id}\n` },
  answer: { patterns },
});

const project = (script: object, config = '') =>
  scriptedProject({
    script,
    config,
    tasks: { a: task('a'), b: task('b', 'depends_on: [a]\n') },
    files: { [PATTERNS]: '# What earlier work taught\n' },
  });

describe('what agents propose to remember', () => {
  it('arrives with their work, validated like it, and the next agent reads it', async () => {
    const at = await project({
      tasks: { a: [learns('a', 'Ports come from BACKLOG_PORT.')], b: [learns('b', 'Ports come from backlog_port')] },
    });
    expect(await ask(at, 'start', '--once')).toMatchObject({ code: 0 });
    const learned = '# What earlier work taught\n\n## Learned\n\n- Ports come from BACKLOG_PORT. (learned from `a`)\n';
    expect(readFileSync(join(at.directory, PATTERNS), 'utf8')).toBe(learned);
    const files = await git(at.directory, 'log', '-1', '--format=', '--name-only', '--grep=^Backlog-Task: a$');
    expect(files.trim().split('\n')).toEqual(['a.txt', 'backlog/tasks/a.yaml', PATTERNS]);
    expect(await git(at.directory, 'status', '--porcelain')).toBe('');
    const { promises } = JSON.parse((await ask(at, 'verify', '--json')).stdout);
    expect(promises.filter(({ status }: { status: string }) => status === 'broken')).toEqual([]);
  });

  it('is forgotten where its user edits the same file, and the work lands all the same', async () => {
    const file = `"$(git rev-parse --path-format=absolute --git-common-dir)/../${PATTERNS}"`;
    const edits = [{ run: `echo '- Mine.' >> ${file}` }, learns('a', 'A fact.')];
    const at = await project({ tasks: { a: [edits], b: [learns('b')] } }, 'workspace: { sharedCheckout: true },');
    expect(await ask(at, 'start', '--once')).toMatchObject({ code: 0, stdout: 'landed\ta\nlanded\tb\n' });
    expect(readFileSync(join(at.directory, PATTERNS), 'utf8')).toBe('# What earlier work taught\n- Mine.\n');
    expect(await git(at.directory, 'status', '--porcelain')).toBe(` M ${PATTERNS}\n`);
  });

  it('is forgotten where there is no file for it', async () => {
    const at = await scriptedProject({ script: { tasks: { a: [learns('a', 'A fact.')] } }, tasks: { a: task('a') } });
    expect(await ask(at, 'start', '--once')).toMatchObject({ code: 0 });
    expect(await git(at.directory, 'ls-files', 'scripts')).not.toContain(PATTERNS);
  });

  it('does not keep the next start from working on a branch that is not checked out', async () => {
    const at = await project(
      { tasks: { a: [learns('a', 'A fact.')], b: [learns('b')] } },
      "landing: { branch: 'work' },",
    );
    await git(at.directory, 'branch', 'work');
    expect(await ask(at, 'start', '--once', '--task', 'a')).toMatchObject({ code: 0 });
    expect(await git(at.directory, 'show', `work:${PATTERNS}`)).toContain('- A fact. (learned from `a`)');
    expect(await ask(at, 'start', '--once')).toMatchObject({ code: 0, stdout: 'landed\tb\n' });
  });
});
