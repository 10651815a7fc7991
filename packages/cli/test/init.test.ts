import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, git, repository, temporaryDirectory, write } from './temp-project.ts';

const read = (directory: string, path: string) => readFileSync(join(directory, path), 'utf8');

describe('init', () => {
  it('sets up a backlog in which nothing is missing or left over', async () => {
    const directory = await repository({
      'package.json': JSON.stringify({ scripts: { test: 'node --test', lint: 'true' } }),
      'package-lock.json': '{}',
      '.gitignore': 'dist',
    });
    const { code, stdout, stderr } = await ask({ directory }, 'init');
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        'created\tbacklog.config.mjs',
        'created\tbacklog/task.schema.json',
        'created\tbacklog/tasks/.gitkeep',
        'created\tscripts/backlog/README.md',
        'created\tscripts/backlog/agent.md',
        'created\tscripts/backlog/planner.md',
        'created\tscripts/backlog/patterns.md',
        'created\tscripts/backlog/passes/.gitkeep',
        'created\tscripts/backlog/validate.sh',
        'extended\t.gitignore',
        '',
      ].join('\n'),
    );
    expect(stderr).toContain('Work may land when these pass: npm run lint, npm test');
    expect(stderr).toContain('npx backlog-runner start --once');
    expect(read(directory, '.gitignore')).toBe('dist\n.backlog-runner/\n');
    expect(read(directory, 'backlog.config.mjs')).toContain("installCommand: 'npm ci'");
    expect(read(directory, 'scripts/backlog/validate.sh')).toMatch(/\nnpm run lint\nnpm test\n$/);
    expect(statSync(join(directory, 'scripts/backlog/validate.sh')).mode & 0o111).toBe(0o111);
    expect(await git(directory, 'status', '--porcelain')).not.toContain('.backlog-runner');
    expect((await ask({ directory }, 'status')).code).toBe(0);
  });

  it('keeps every file that exists, and does nothing the second time', async () => {
    const directory = await repository({ 'scripts/backlog/agent.md': 'mine', 'backlog.config.mjs': '// mine' });
    expect((await ask({ directory }, 'init')).stdout).toContain('kept\tscripts/backlog/agent.md');
    expect(read(directory, 'scripts/backlog/agent.md')).toBe('mine');
    expect(read(directory, 'backlog.config.mjs')).toBe('// mine');
    const again = await ask({ directory }, 'init');
    expect(again.stdout.split('\n').filter((line) => line !== '' && !line.startsWith('kept\t'))).toEqual([]);
  });

  it('overwrites with --force', async () => {
    const directory = await repository({ 'backlog.config.mjs': '// mine' });
    expect((await ask({ directory }, 'init', '--force')).stdout).toContain('overwritten\tbacklog.config.mjs');
    expect(read(directory, 'backlog.config.mjs')).toContain('export default');
  });

  it('writes a validation script that fails and says why where there is nothing to run', async () => {
    const directory = await repository();
    const { stderr } = await ask({ directory }, 'init');
    expect(stderr).toContain('Edit scripts/backlog/validate.sh: until then it lets nothing land.');
    const script = read(directory, 'scripts/backlog/validate.sh');
    expect(script).toContain('checks nothing yet');
    expect(script).toMatch(/\nexit 1\n$/);
  });

  it('works in a subdirectory, also one that does not exist yet', async () => {
    const directory = await repository();
    const { code, stderr } = await ask({ directory }, 'init', '--dir', 'packages/web');
    expect(code).toBe(0);
    expect(stderr).toContain('cd packages/web');
    expect(read(directory, 'packages/web/.gitignore')).toBe('.backlog-runner/\n');
    expect((await ask({ directory: join(directory, 'packages/web/backlog') }, 'status')).code).toBe(0);
  });

  it('works in a repository without a commit', async () => {
    const directory = temporaryDirectory();
    await git(directory, 'init', '--quiet');
    expect((await ask({ directory }, 'init')).code).toBe(0);
  });

  it('refuses outside a repository and says what to type', async () => {
    const directory = temporaryDirectory();
    const { code, stdout, stderr } = await ask({ directory }, 'init');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('[NOT_A_REPOSITORY]');
    expect(stderr).toContain('git init');
  });

  it('writes a config that passes its own schema', async () => {
    const directory = await repository();
    await ask({ directory }, 'init');
    write(directory, { 'backlog.config.mjs': `${read(directory, 'backlog.config.mjs')}\n` });
    const { stderr } = await ask({ directory }, 'start', '--once');
    expect(stderr).toContain('[SETUP_UNCOMMITTED]');
  });
});
