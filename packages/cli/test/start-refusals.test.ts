import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scriptedProject } from './scripted-project.ts';
import { ask, cli, commitAll, git, repository, write } from './temp-project.ts';

const greet = { tasks: { greet: [{ write: { 'greeting.txt': 'hello\n' } }] } };

describe('start refuses, before any agent is paid,', () => {
  it('a set-up that is not committed, with the command to type', async () => {
    const world = await scriptedProject({ script: greet, tasks: { greet: 'title: Greet\n' } });
    write(world.directory, {
      'scripts/backlog/agent.md': 'Changed.\n',
      'scripts/backlog/planner.md': 'New.\n',
      'backlog/tasks/later.yaml': 'title: Needs no commit\n',
    });
    const { code, stdout, stderr } = await ask(world, 'start', '--once');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('[SETUP_UNCOMMITTED]');
    expect(stderr).toContain('git add scripts/backlog/agent.md scripts/backlog/planner.md && git commit');
    expect(existsSync(join(world.directory, '.backlog-runner'))).toBe(false);
  });

  it('the same in a subdirectory, with the command as it can be typed there', async () => {
    const directory = await repository({
      'apps/web/backlog.config.mjs': 'export default {};\n',
      'apps/web/scripts/backlog/validate.sh': 'true\n',
    });
    write(directory, { 'apps/web/scripts/backlog/agent.md': 'New.\n' });
    const inside = await ask({ directory: join(directory, 'apps/web/scripts') }, 'start');
    expect(inside.stderr).toContain('git add backlog/agent.md && git commit');
  });

  it('nothing that differs from what is committed only in line ends, where git changes them', async () => {
    const world = await scriptedProject({});
    write(world.directory, { 'scripts/backlog/agent.md': 'One.\nTwo.\n' });
    await commitAll(world.directory);
    write(world.directory, { 'scripts/backlog/agent.md': 'One.\r\nTwo.\r\n' });
    expect((await ask(world, 'start', '--once')).stderr).toContain('agent.md has changes that are not committed');
    await git(world.directory, 'config', 'core.autocrlf', 'true');
    expect((await ask(world, 'start', '--once')).stderr).not.toContain('agent.md');
  });

  it('a validation script that is ignored, or missing', async () => {
    const world = await scriptedProject({
      config: "validation: { default: 'bash scripts/backlog/check.sh', profiles: { web: 'bash scripts/web.sh' } },",
    });
    write(world.directory, { 'scripts/backlog/check.sh': 'true\n', '.git/info/exclude': 'check.sh\n' });
    const { stderr } = await ask(world, 'start', '--once');
    expect(stderr).toContain('scripts/backlog/check.sh is ignored by git');
    expect(stderr).toContain('scripts/web.sh does not exist, and a validation command runs it');
  });

  it.each([
    ["workspace: { directory: 'trees' },", 3, '[CONFIG_INVALID]', 'workspace.directory is inside the repository'],
    ["landing: { branch: 'nowhere' },", 3, '[BRANCH_MISSING]', 'nowhere'],
    ["preset: 'sfe',", 3, '[CONFIG_INVALID]', 'preset cannot be "sfe"; did you mean `safe`?'],
    ["providers: { agents: { code: { tool: 'gemini' } } },", 3, '[PROVIDER_UNKNOWN]', 'Choose one of codex, claude'],
    ["providers: { agents: { code: { tool: 'codex', model: 'claude-opus-4-6' } } },", 3, '[MODEL_MISMATCH]', 'codex'],
    ['oops: nothing,', 3, '[CONFIG_INVALID]', 'nothing is not defined'],
    ['oops: [,', 3, '[CONFIG_INVALID]', 'does not load'],
  ])('a config with %s', async (config, code, name, text) => {
    const world = await scriptedProject({ config });
    const answer = await ask(world, 'start', '--once');
    expect(answer).toMatchObject({ code, stdout: '' });
    expect(answer.stderr).toContain(name);
    expect(answer.stderr).toContain(text);
  });

  it.each([
    ['a syntax error', "export default {\n  preset: 'safe'\n  oops: 1,\n};\n", 3],
    ['an error it throws', 'const x = {};\n\nexport default { preset: x.y.z };\n', 3],
    ['a package that is not there', "\nimport { acme } from 'backlog-runner-acme';\nexport default { acme };\n", 2],
  ])('%s in the config, with its line', async (_, text, line) => {
    const directory = await repository({ 'backlog.config.mjs': text });
    const answer = await cli({ directory }, 'start');
    expect(answer.code).toBe(3);
    expect(answer.stderr).toContain(`backlog.config.mjs:${line} does not load: `);
  });

  it('a model that the tool does not take', async () => {
    const world = await scriptedProject({});
    const answer = await ask(world, 'start', '--tool', 'claude', '--model', 'gpt-5.4');
    expect(answer.code).toBe(3);
    expect(answer.stderr).toContain('`gpt-5.4` is no model of claude.');
  });
});
