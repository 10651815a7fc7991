import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../src/load-config.ts';
import { ask, commitAll, git, repository, write } from './temp-project.ts';

const CONFIG = `// Our backlog.
import { readFileSync } from 'node:fs';

const draft = () => JSON.parse(readFileSync(new URL('./draft.json', import.meta.url), 'utf8'));
const drafter = {
  contract: 'agent-provider@1',
  id: 'drafter',
  acceptsModel: () => true,
  check: async () => ({ status: 'ready', version: '1.0.0' }),
  async *run(request) {
    const { outcome } = draft();
    yield { type: 'run.ended', outcome: { ...outcome, prompt: request.prompt }, usage: {} };
  },
};

/** @type {import('backlog-runner').Config} */
export default {
  preset: 'safe', // one at a time
  providers: {
    agents: { code: { tool: drafter }, discovery: { tool: drafter } }, /* both */
    tools: { drafter },
  },
  discovery: {
    enabled: true,
    passes: {
      // Written by hand.
      documentation: { description: 'Ours', every: '5h' },
    },
  },
  // workspace: {},
};
`;

const drafted = (id: string, more: object = {}) => ({
  ...{ id, description: `Finds ${id}`, policy: `Look for ${id}.`, tool: 'drafter' },
  ...{ include_paths: ['src'], exclude_paths: [], capabilities: [], ...more },
});

const project = (outcome: object = {}, config = CONFIG) =>
  repository({
    'backlog.config.mjs': config,
    'draft.json': JSON.stringify({ outcome }),
    'src/main.ts': 'export {};\n',
    'docs/a.md': '# A\n',
    'docs/b.md': '# B\n',
    'scripts/backlog/validate.sh': 'true\n',
    'scripts/backlog/passes/documentation.md': 'Mine.\n',
    '.gitignore': '.backlog-runner/\n',
  });

const completed = (...passes: readonly object[]) => ({ status: 'completed', text: '', output: { passes } });
const read = (directory: string, path = 'backlog.config.mjs') => readFileSync(join(directory, path), 'utf8');
const load = (directory: string, again: string) =>
  loadConfig({ file: join(directory, 'backlog.config.mjs'), locateSyntaxError: async () => undefined, again });

describe('setup --yes', () => {
  it('adds what suits the repository, loses nothing, and does nothing the second time', async () => {
    const directory = await project();
    const { code, stdout } = await ask({ directory }, 'setup', '--yes');
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("+       'code-quality': {") });
    expect(stdout).toMatch(
      /kept\tdiscovery\.passes\.documentation\nwritten\tscripts\/backlog\/passes\/code-quality\.md\nedited\tbacklog\.config\.mjs\n$/,
    );
    const after = read(directory);
    for (const line of CONFIG.split('\n')) expect(after).toContain(line);
    expect(await load(directory, 'after')).toMatchObject({
      preset: 'safe',
      discovery: {
        passes: {
          documentation: { description: 'Ours' },
          'code-quality': { enabled: true, heuristics: { includePaths: ['src'] } },
          'todo-comments': { enabled: true },
        },
      },
    });
    expect(read(directory, 'scripts/backlog/passes/documentation.md')).toBe('Mine.\n');
    const again = await ask({ directory }, 'setup', '--yes');
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('There is nothing to change.') });
    expect(read(directory)).toBe(after);
  });

  it('never overwrites a prompt that a person has edited', async () => {
    const directory = await project();
    await ask({ directory }, 'setup', '--yes');
    const path = 'scripts/backlog/passes/code-quality.md';
    const mine = read(directory, path).replace('Bugs first', 'Bugs at last');
    write(directory, { [path]: mine, 'backlog.config.mjs': CONFIG });
    expect((await ask({ directory }, 'setup', '--yes')).stdout).toContain(`kept\t${path}`);
    expect(read(directory, path)).toBe(mine);
  });

  it('says what to paste where the config is too clever', async () => {
    const config = CONFIG.replace('export default {', 'export default make({').replace(
      /\};\n$/,
      '});\nfunction make(c) { return c; }\n',
    );
    const directory = await project({}, config);
    const { code, stdout } = await ask({ directory }, 'setup', '--yes');
    expect(code).toBe(1);
    expect(stdout).toContain(
      '`discovery.passes.code-quality` must be set by hand: at line 17, column 16, it is what a call of `make` returns.',
    );
    expect(stdout).toContain("Paste there:\n\ndiscovery: {\n  passes: {\n    'failing-validation': {\n");
    expect(stdout.match(/Paste there/g)).toHaveLength(1);
    expect(read(directory)).toBe(config);
  });
});

describe('setup', () => {
  it('asks nobody where nobody can answer', async () => {
    const directory = await project();
    const { code, stderr } = await ask({ directory }, 'setup');
    expect(code).toBe(2);
    expect(stderr).toContain('Add `--yes` to accept what is recommended');
  });

  it('with --json says what it would change, and changes nothing', async () => {
    const directory = await project();
    const { code, stdout } = await ask({ directory }, 'setup', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      recommended: {
        passes: ['failing-validation', 'todo-comments', 'code-quality', 'documentation'].map((id) => ({ id })),
        agents: {},
        uiPathPrefixes: [],
      },
      difference: expect.arrayContaining(["+       'code-quality': {"]),
      byHand: [],
      prompts: ['scripts/backlog/passes/code-quality.md'],
      kept: ['documentation'],
    });
    expect(await git(directory, 'status', '--porcelain')).toBe('');
  });
});

describe('setup --agentic', () => {
  it('lets an agent draft passes, keeps those that are there, and does nothing the second time', async () => {
    const outcome = completed(
      drafted('races'),
      drafted('documentation'),
      drafted('ghosts', { include_paths: ['../nowhere'] }),
    );
    const directory = await project(outcome);
    const { code, stdout, stderr } = await ask({ directory }, 'setup', '--agentic', '--yes');
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/Left out of the draft: ghosts: .*nowhere/);
    expect(stderr).toContain('Left out of the draft: documentation: There is such a pass already; it stays as it is.');
    expect(stdout).toContain('written\tscripts/backlog/passes/races.md\nedited\tbacklog.config.mjs\n');
    expect(await load(directory, 'drafted')).toMatchObject({
      discovery: {
        passes: { documentation: { description: 'Ours' }, races: { runner: { tool: 'drafter' }, every: '7d' } },
      },
    });
    expect(read(directory, 'scripts/backlog/passes/races.md')).toMatch(
      /^<!-- managed by backlog-runner [0-9a-f]{16}; .*-->\nLook for races\.\n$/,
    );
    const after = read(directory);
    await commitAll(directory);
    expect((await ask({ directory }, 'setup', '--agentic', '--yes')).stderr).toContain('There is nothing to change.');
    expect(read(directory)).toBe(after);
    expect(await git(directory, 'status', '--porcelain')).toBe('');
  });

  it.each([
    [{ status: 'failed', failure: { kind: 'other', message: 'The vendor is down.' } }, 'The vendor is down.'],
    [{ status: 'completed', text: 'Hello!' }, ''],
    [completed(), 'The answer proposes no pass.'],
  ])('falls back to what the files suggest, with a word about why: %j', async (outcome, why) => {
    const directory = await project(outcome);
    const { code, stderr } = await ask({ directory }, 'setup', '--agentic', '--yes');
    expect(code).toBe(0);
    expect(stderr).toContain(`drafter drafted nothing, so this is what the files alone suggest: ${why}`);
    expect(existsSync(join(directory, 'scripts/backlog/passes/code-quality.md'))).toBe(true);
  });
});
