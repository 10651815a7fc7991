import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BacklogEvent, type RunId, system } from '@backlog-runner/contracts';
import { fileJournal } from '@backlog-runner/store';
import { MARK_VARIABLE } from '@backlog-runner/subprocess';
import { defaultPoolDirectory, openRepository } from '@backlog-runner/worktrees';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ask, cli, commitAll, git, temporaryDirectory, write } from './temp-project.ts';

interface Reported {
  readonly severity: string;
  readonly about: string;
  readonly cause: string;
  readonly next: string;
  readonly repairable: boolean;
}

/** A project, and what a test sees of the world there. */
interface Place {
  directory: string;
  environment: Record<string, string>;
}

const config = ({ health = "{ status: 'ready', version: '1.0.0' }", before = '', more = '' } = {}) => `
import process from 'node:process';
${before}
const agent = {
  contract: 'agent-provider@1',
  id: 'fake',
  acceptsModel: () => true,
  check: async () => (${health}),
  async *run() {
    yield { type: 'run.ended', outcome: process.env.FAKE ?? { status: 'completed', text: 'ready' }, usage: {} };
  },
};
export default {
  providers: { agents: { code: { tool: agent } } },
  ${more}
};
`;

const PROJECT = {
  '.gitignore': '.backlog-runner/\n',
  'README.md': '# A project\n',
  'backlog.config.mjs': config(),
  'backlog/task.schema.json': '{}\n',
  'scripts/backlog/validate.sh': 'echo fine\n',
  'scripts/backlog/agent.md': 'Be kind.\n',
  'scripts/backlog/planner.md': 'Plan well.\n',
  'scripts/backlog/patterns.md': 'Tests are beside the code.\n',
};

let template = '';
beforeAll(async () => {
  template = mkdtempSync(join(tmpdir(), 'backlog-runner-doctor-'));
  await git(template, 'init', '--quiet', '--initial-branch=main', '--template=');
  await git(template, 'config', 'maintenance.auto', 'false');
  write(template, PROJECT);
  await commitAll(template);
});
afterAll(() => rmSync(template, { recursive: true, force: true }));

function place(): Place {
  const root = temporaryDirectory();
  const directory = join(root, 'project');
  cpSync(template, directory, { recursive: true });
  return { directory, environment: { XDG_STATE_HOME: join(root, 'state') } };
}

async function examine(at: Place, { repair = false, alone = false } = {}) {
  const { code, stdout, stderr } = await (alone ? cli : ask)(at, 'doctor', '--json', ...(repair ? ['--repair'] : []));
  if (stdout === '') throw new Error(stderr);
  const answer: { findings: Reported[]; repaired: string[]; healthy: boolean } = JSON.parse(stdout);
  return { code, ...answer };
}

async function commits(at: Place, files: Readonly<Record<string, string>>): Promise<void> {
  write(at.directory, files);
  await commitAll(at.directory);
}

const journal = (at: Place, run: string) =>
  fileJournal({
    directory: at.directory,
    stateDirectory: join(at.directory, '.backlog-runner'),
    run: run as RunId,
    system,
  });

const started: BacklogEvent = {
  type: 'run.started',
  version: '1',
  workers: 1,
  branch: 'refs/heads/main',
  host: 'here',
};

/** Where the workspaces of a project are. */
async function pool({ directory, environment }: Place): Promise<string> {
  const repository = await openRepository({ directory, environment: { PATH: process.env.PATH, ...environment } });
  return defaultPoolDirectory(environment, repository);
}

interface Broken {
  readonly what: string;
  readonly breaks: (at: Place) => Promise<unknown> | unknown;
  readonly severity?: 'error' | 'warning' | 'note';
  readonly cause: RegExp;
  readonly next: RegExp;
  readonly repairs?: RegExp;
  /** What is left to do after the repair. */
  readonly leaves?: RegExp;
  readonly only?: 'linux';
  /** Whether only a process of its own tells what Node tells. */
  readonly alone?: true;
}

const task = (id: string, more = '') => ({ [`backlog/tasks/${id}.yaml`]: `id: ${id}\ntitle: Write ${id}\n${more}` });

const BROKEN: readonly Broken[] = [
  {
    what: 'no repository',
    breaks: (at) => rmSync(join(at.directory, '.git'), { recursive: true }),
    cause: /is not in the working tree of a git repository/,
    next: /git init/,
  },
  {
    what: 'a repository without a commit',
    breaks: async (at) => {
      rmSync(join(at.directory, '.git'), { recursive: true });
      await git(at.directory, 'init', '--quiet', '--initial-branch=main');
    },
    cause: /has no commit yet/,
    next: /git add -A && git commit/,
  },
  {
    what: 'an old git',
    breaks: (at) => {
      write(at.directory, { '../bin/git': '#!/bin/sh\necho git version 2.30.2\n' });
      chmodSync(join(at.directory, '../bin/git'), 0o755);
      at.environment.PATH = `${join(at.directory, '../bin')}:/usr/bin:/bin`;
    },
    cause: /This is git 2\.30\.2; at least 2\.38 is needed/,
    next: /git-scm\.com/,
  },
  {
    what: 'no git',
    breaks: (at) => {
      at.environment.PATH = at.directory;
    },
    cause: /There is no git on the PATH/,
    next: /git-scm\.com/,
  },
  {
    what: 'no branch checked out',
    breaks: (at) => git(at.directory, 'checkout', '--quiet', '--detach'),
    cause: /No branch is checked out/,
    next: /^git switch/,
  },
  {
    what: 'a landing branch that is not there',
    breaks: (at) => commits(at, { 'backlog.config.mjs': config({ more: "landing: { branch: 'release' }," }) }),
    cause: /`landing\.branch` in the config is `release`, and there is no such branch/,
    next: /^git branch release$/,
  },
  {
    what: 'a merge that is not ended',
    breaks: async (at) => {
      await git(at.directory, 'checkout', '--quiet', '-b', 'other');
      await commits(at, { 'README.md': '# Other\n' });
      await git(at.directory, 'checkout', '--quiet', 'main');
      await commits(at, { 'README.md': '# Main\n' });
      await expect(git(at.directory, 'merge', 'other')).rejects.toThrow();
    },
    severity: 'warning',
    cause: /A merge was begun in this checkout and is not ended/,
    next: /^git merge --continue$/,
  },
  {
    what: 'a locked index',
    breaks: (at) => write(at.directory, { '.git/index.lock': '' }),
    severity: 'warning',
    cause: /index\.lock is there/,
    next: /rm .*index\.lock$/,
  },
  {
    what: 'no config',
    breaks: (at) => rmSync(join(at.directory, 'backlog.config.mjs')),
    cause: /There is no backlog\.config\.mjs/,
    next: /^npx backlog-runner init$/,
  },
  {
    what: 'a config with a syntax error',
    breaks: (at) => commits(at, { 'backlog.config.mjs': 'export default {\n  preset: ,\n};\n' }),
    cause: /backlog\.config\.mjs:2 does not load: Unexpected token/,
    next: /^Correct .*backlog\.config\.mjs:2\.$/,
    alone: true,
  },
  {
    what: 'a config that imports what is not there',
    breaks: (at) => commits(at, { 'backlog.config.mjs': "// hello\nimport 'nowhere';\nexport default {};\n" }),
    cause: /backlog\.config\.mjs:2 does not load: Cannot find package 'nowhere'/,
    next: /^Correct .*backlog\.config\.mjs:2\.$/,
  },
  {
    what: 'a config with a key nobody knows',
    breaks: (at) => commits(at, { 'backlog.config.mjs': config({ more: 'workspace: { worker: 2 },' }) }),
    cause: /workspace\.worker is not a key of the config; did you mean `workers`\?/,
    next: /docs\/config\.md/,
  },
  {
    what: 'a config that is not committed',
    breaks: (at) => write(at.directory, { 'backlog.config.mjs': `${config()}// more\n` }),
    cause: /backlog\.config\.mjs has changes that are not committed/,
    next: /^git add backlog\.config\.mjs && git commit/,
  },
  {
    what: 'workspaces inside of the repository',
    breaks: (at) => commits(at, { 'backlog.config.mjs': config({ more: "workspace: { directory: 'work' }," }) }),
    cause: /workspace\.directory is inside the repository/,
    next: /outside of the repository/,
  },
  {
    what: 'an agent that nothing provides',
    breaks: (at) =>
      commits(at, { 'backlog.config.mjs': "export default { providers: { agents: { code: { tool: 'codx' } } } };" }),
    cause: /Nothing provides an agent called `codx`/,
    next: /Did you mean `codex`\?/,
  },
  {
    what: "another vendor's model",
    breaks: (at) =>
      commits(at, {
        'backlog.config.mjs':
          "export default { providers: { agents: { code: { tool: 'codex', model: 'claude-opus-4-6' } } } };",
      }),
    cause: /gives codex the model `claude-opus-4-6` of another vendor/,
    next: /providers\.agents\./,
  },
  {
    what: 'an agent that is not installed',
    breaks: (at) =>
      commits(at, {
        'backlog.config.mjs': config({
          health: "{ status: 'not-installed', message: 'none.', hint: 'npm i -g fake' }",
        }),
      }),
    cause: /fake, the agent for ui, code, planner, discovery, is not installed/,
    next: /^npm i -g fake$/,
  },
  {
    what: 'an agent that is not signed in',
    breaks: (at) =>
      commits(at, {
        'backlog.config.mjs': config({ health: "{ status: 'not-signed-in', message: 'no.', hint: 'fake login' }" }),
      }),
    cause: /is not signed in/,
    next: /^fake login$/,
  },
  {
    what: 'no validation script',
    breaks: async (at) => {
      rmSync(join(at.directory, 'scripts/backlog/validate.sh'));
      await commitAll(at.directory);
    },
    cause: /`validation\.default` is `bash scripts\/backlog\/validate\.sh`, and there is no file/,
    next: /^npx backlog-runner init$/,
  },
  {
    what: 'a validation script that checks nothing',
    breaks: (at) =>
      commits(at, {
        'scripts/backlog/validate.sh': "echo 'scripts/backlog/validate.sh checks nothing yet.' >&2\nexit 1\n",
      }),
    cause: /checks nothing yet and lets nothing land/,
    next: /^Write into scripts\/backlog\/validate\.sh/,
  },
  {
    what: 'a validation script that does not parse',
    breaks: (at) => commits(at, { 'scripts/backlog/validate.sh': 'if true; then\n' }),
    cause: /validate\.sh does not parse: .*line \d+: syntax error/,
    next: /^Correct scripts\/backlog\/validate\.sh\.$/,
  },
  {
    what: 'a validation program that is not there',
    breaks: (at) =>
      commits(at, { 'backlog.config.mjs': config({ more: "validation: { profiles: { web: 'CI=1 vitestt run' } }," }) }),
    cause: /`validation\.profiles\.web` is `CI=1 vitestt run`, and there is no program `vitestt`/,
    next: /^Install `vitestt`, or correct/,
  },
  {
    what: 'a validation script that is not executable',
    breaks: (at) =>
      commits(at, {
        'backlog.config.mjs': config({ more: "validation: { default: './check.sh' }," }),
        'check.sh': '#!/bin/sh\n',
      }),
    cause: /check\.sh is not executable\./,
    next: /^chmod \+x check\.sh && git add check\.sh && git commit/,
    repairs: /^Made check\.sh executable\.$/,
    leaves: /not executable in the commit/,
  },
  {
    what: 'no standing instructions',
    breaks: async (at) => {
      rmSync(join(at.directory, 'scripts/backlog/agent.md'));
      await commitAll(at.directory);
    },
    severity: 'warning',
    cause: /There is no scripts\/backlog\/agent\.md/,
    next: /^npx backlog-runner init$/,
    repairs: /^Wrote scripts\/backlog\/agent\.md\.$/,
    leaves: /agent\.md is not committed/,
  },
  {
    what: 'an empty prompt',
    breaks: (at) => commits(at, { 'scripts/backlog/planner.md': ' \n' }),
    severity: 'warning',
    cause: /scripts\/backlog\/planner\.md is empty/,
    next: /git checkout -- scripts\/backlog\/planner\.md$/,
    repairs: /^Wrote scripts\/backlog\/planner\.md\.$/,
    leaves: /planner\.md has changes/,
  },
  {
    what: 'a prompt with the marks of a merge',
    breaks: (at) =>
      commits(at, { 'scripts/backlog/agent.md': 'Be kind.\n<<<<<<< HEAD\nor not\n=======\n>>>>>>> other\n' }),
    cause: /scripts\/backlog\/agent\.md:2:1: a merge left its conflict marks/,
    next: /^Correct scripts\/backlog\/agent\.md\.$/,
  },
  {
    what: 'a pass without a prompt',
    breaks: (at) =>
      commits(at, { 'backlog.config.mjs': config({ more: 'discovery: { enabled: true, passes: { docs: {} } },' }) }),
    cause: /There is no scripts\/backlog\/passes\/docs\.md, which a pass/,
    next: /^Write scripts\/backlog\/passes\/docs\.md\.$/,
  },
  {
    what: 'a spec that is no YAML',
    breaks: (at) => commits(at, { 'backlog/tasks/a.yaml': 'id: a\ntitle: "A\n' }),
    cause: /^backlog\/tasks\/a\.yaml:\d+:\d+: /,
    next: /^Correct backlog\/tasks\/a\.yaml, then: backlog-runner sync$/,
  },
  {
    what: 'a spec in no known state',
    breaks: (at) => commits(at, task('a', 'state: redy\n')),
    cause: /^backlog\/tasks\/a\.yaml:3:\d+: .*redy/,
    next: /^Correct backlog\/tasks\/a\.yaml/,
  },
  {
    what: 'two specs with one id',
    breaks: (at) => commits(at, { ...task('a'), 'backlog/tasks/b.yaml': 'id: a\ntitle: B\n' }),
    cause: /^backlog\/tasks\/a\.yaml: The id `a` is also in backlog\/tasks\/b\.yaml/,
    next: /^Correct backlog\/tasks\/a\.yaml/,
  },
  {
    what: 'a task that waits for one that is not there',
    breaks: (at) => commits(at, { ...task('write-docs'), ...task('b', 'depends_on: [write-dcos]\n') }),
    cause:
      /backlog\/tasks\/b\.yaml: `b` waits for `write-dcos`, and there is no such task\. Did you mean `write-docs`\?/,
    next: /^Correct `depends_on` in backlog\/tasks\/b\.yaml\.$/,
  },
  {
    what: 'tasks that wait for each other',
    breaks: (at) => commits(at, { ...task('a', 'depends_on: [b]\n'), ...task('b', 'depends_on: [a]\n') }),
    cause: /`a` waits for itself: a → b → a/,
    next: /^Take one of them out of `depends_on`/,
  },
  {
    what: 'a task with a validation profile nobody knows',
    breaks: (at) => commits(at, task('a', 'validation_profile: frontend\n')),
    cause: /there is no validation profile `frontend`; there are repo, default/,
    next: /^Correct `validation_profile` in backlog\/tasks\/a\.yaml\.$/,
  },
  {
    what: 'a broken line in the inbox',
    breaks: (at) => write(at.directory, { 'backlog/inbox.jsonl': '{"title":"Fine"}\n{"title":\n' }),
    severity: 'warning',
    cause: /^backlog\/inbox\.jsonl:2:1: /,
    next: /backlog-runner sync/,
  },
  {
    what: 'no schema for editors',
    breaks: async (at) => {
      rmSync(join(at.directory, 'backlog/task.schema.json'));
      await commitAll(at.directory);
    },
    severity: 'note',
    cause: /no backlog\/task\.schema\.json/,
    next: /^npx backlog-runner init$/,
    repairs: /^Wrote backlog\/task\.schema\.json\.$/,
  },
  {
    what: 'state that git does not ignore',
    breaks: (at) => commits(at, { '.gitignore': 'dist\n' }),
    severity: 'warning',
    cause: /git does not ignore \.backlog-runner\//,
    next: /^echo \.backlog-runner\/ >> \.gitignore/,
    repairs: /^Added \.backlog-runner\/ to \.gitignore\.$/,
  },
  {
    what: 'state that is committed',
    breaks: async (at) => {
      write(at.directory, { '.backlog-runner/journal/x.jsonl': '' });
      await git(at.directory, 'add', '--force', '.backlog-runner');
      await git(at.directory, 'commit', '--quiet', '--message', 'State');
    },
    cause: /Files below \.backlog-runner\/ are committed/,
    next: /^git rm -r --cached \.backlog-runner/,
  },
  {
    what: 'a damaged lease table',
    breaks: (at) => write(at.directory, { '.backlog-runner/leases/origin.json': '{"torn' }),
    cause: /leases.* damaged|damaged.*leases/i,
    next: /leases/,
    repairs: /^Moved the damaged lease table to \.backlog-runner\/leases\.damaged-/,
  },
  {
    what: 'a process of a run that is over',
    breaks: async (at) => {
      const run = `doctor-${system.token(8)}`;
      await journal(at, run).append(started);
      await journal(at, run).append({ type: 'run.ended', reason: 'done' });
      const child = spawn('sleep', ['300'], {
        env: { ...process.env, [MARK_VARIABLE]: `${run}/a` },
        stdio: 'ignore',
        detached: true,
      });
      onTestFinished(() => void child.kill('SIGKILL'));
      await once(child, 'spawn');
    },
    severity: 'warning',
    cause: /The run doctor-\w+ is over, and it left a process: \d+\./,
    next: /^backlog-runner doctor --repair$/,
    repairs: /^Ended a process that the run doctor-\w+ left\.$/,
    only: 'linux',
  },
  {
    what: 'a run that died',
    breaks: (at) => journal(at, 'run-died').append(started),
    severity: 'note',
    cause: /The run run-died did not end properly/,
    next: /^backlog-runner start$/,
  },
  {
    what: 'a landing that is held',
    breaks: async (at) => {
      const of = { attempt: 'a.1', task: 'a' } as const;
      const begun = { fence: 1, tryNumber: 1, role: 'code', provider: 'fake', base: '0'.repeat(40), question: 'q' };
      const reason = 'README.md has changes that are not committed';
      const result = { status: 'held', reason, paths: ['README.md'] };
      const events = [
        started,
        { type: 'attempt.started', ...of, ...begun },
        { type: 'attempt.ended', ...of, result, counts: false },
      ];
      for (const event of events) await journal(at, 'run-held').append(event as BacklogEvent);
      await journal(at, 'run-held').append({ type: 'run.ended', reason: 'done' });
    },
    severity: 'warning',
    cause: /The landing of `a` is held: README\.md has changes/,
    next: /git stash push --all -- README\.md$/,
  },
  {
    what: 'a landing that was cut short',
    breaks: async (at) => {
      const commit = (await git(at.directory, 'commit-tree', '-m', 'Lost', 'HEAD^{tree}')).trim();
      const intent = { task: 'a', fence: 1, branch: 'refs/heads/main', commit, plans: [] };
      write(at.directory, { '.git/backlog-runner/landings/a.1.json': JSON.stringify(intent) });
    },
    severity: 'warning',
    cause: /A landing was cut short/,
    next: /^backlog-runner doctor --repair$/,
    repairs: /^Ended a landing that was cut short\.$/,
  },
  {
    what: 'a journal with a torn line',
    breaks: async (at) => {
      await journal(at, 'run-torn').append(started);
      await journal(at, 'run-torn').append({ type: 'run.ended', reason: 'done' });
      const directory = join(at.directory, '.backlog-runner/journal');
      const [name = ''] = readdirSync(directory).filter((file) => file.endsWith('.jsonl'));
      write(directory, { [name]: `${readFileSync(join(directory, name), 'utf8')}{"type":\n` });
    },
    severity: 'note',
    cause: /\.backlog-runner\/journal\/.*:3:1: a line of the journal cannot be read/,
    next: /^backlog-runner verify$/,
  },
  {
    what: 'a stranger among the workspaces',
    breaks: async (at) => mkdirSync(join(await pool(at), 'unknown-w1-abc'), { recursive: true }),
    severity: 'note',
    cause: /Nobody knows what unknown-w1-abc in .* is/,
    next: /remove it by hand/,
  },
  {
    what: 'a workspace that somebody removed with the work in it',
    breaks: async (at) => {
      const workspace = join(await pool(at), 'w1');
      await git(at.directory, 'worktree', 'add', '--quiet', '--detach', '--lock', workspace);
      const [name = ''] = readdirSync(join(at.directory, '.git/worktrees'));
      const record = { state: 'open', attempt: 'a.1', base: '0'.repeat(40), copied: [] };
      write(at.directory, { [`.git/worktrees/${name}/backlog-runner.json`]: JSON.stringify(record) });
      rmSync(workspace, { recursive: true });
    },
    severity: 'warning',
    cause: /The workspace w1 in .* is gone/,
    next: /^backlog-runner verify$/,
  },
];

describe('doctor names the cause and what to type', () => {
  it.each(BROKEN.filter(({ only }) => only === undefined || only === process.platform))('of $what', async (row) => {
    const at = place();
    await row.breaks(at);
    const { code, findings, repaired } = await examine(at, { repair: !row.repairs, alone: row.alone === true });
    const found = findings.filter(({ cause }) => row.cause.test(cause));
    expect(found, JSON.stringify(findings, undefined, 2)).toHaveLength(1);
    expect(found[0]).toMatchObject({ severity: row.severity ?? 'error', repairable: row.repairs !== undefined });
    expect(found[0]?.next).toMatch(row.next);
    expect(code).toBe(findings.some(({ severity }) => severity === 'error') ? 1 : 0);
    expect(repaired).toEqual([]);
    if (!row.repairs) return;
    const mended = await examine(at, { repair: true });
    expect(mended.repaired.join('\n')).toMatch(row.repairs);
    expect(mended.findings.map(({ cause }) => cause).join('\n')).not.toMatch(row.cause);
    if (row.leaves) expect(mended.findings.map(({ cause }) => cause).join('\n')).toMatch(row.leaves);
    expect((await examine(at, { repair: true })).repaired).toEqual([]);
  });

  it('in at least 25 ways to be broken', () => expect(BROKEN.length).toBeGreaterThanOrEqual(25));
});

const HEALTHY: readonly (readonly [what: string, make: (at: Place) => Promise<unknown> | unknown])[] = [
  ['a project without Node', (at) => commits(at, { 'go.mod': 'module x\n', 'main.go': 'package main\n' })],
  [
    'a pnpm workspace',
    (at) =>
      commits(at, {
        'package.json': '{"name":"root","private":true,"scripts":{"test":"true"}}',
        'pnpm-workspace.yaml': 'packages: [packages/*]\n',
        'pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
        'packages/a/package.json': '{"name":"a"}',
        'backlog.config.mjs': config({
          more: "validation: { profiles: { a: 'cd packages/a && test -e package.json' } },",
        }),
        ...task('a', 'validation_profile: a\ntouch_paths: [packages/a]\n'),
        ...task('b', 'depends_on: [a]\n'),
      }),
  ],
  [
    'a project in a subdirectory',
    async (at) => {
      rmSync(join(at.directory, '.git'), { recursive: true });
      cpSync(at.directory, join(at.directory, '../whole/apps/web'), { recursive: true });
      at.directory = join(at.directory, '../whole/apps/web');
      await git(join(at.directory, '../..'), 'init', '--quiet', '--initial-branch=main');
      await commits(at, { '../../README.md': '# All\n' });
    },
  ],
  [
    'a repository with one commit, and passes that are off or ask nobody',
    (at) =>
      commits(at, {
        'backlog.config.mjs': config({
          more: `discovery: {
            enabled: true,
            passes: { 'todo-comments': {}, docs: { enabled: false }, own: { runner: { tool: agent } } },
          },`,
        }),
        'scripts/backlog/passes/own.md': 'Look.\n',
      }),
  ],
  ['a repository with one commit', () => {}],
  [
    'a repository with a submodule',
    async (at) => {
      await git(
        at.directory,
        '-c',
        'protocol.file.allow=always',
        'submodule',
        '--quiet',
        'add',
        template,
        'vendor/lib',
      );
      await commitAll(at.directory);
    },
  ],
];

describe('doctor finds nothing wrong', () => {
  it.each(HEALTHY)('with %s', async (_, make) => {
    const at = place();
    await make(at);
    const before = await git(at.directory, 'status', '--porcelain', '--ignored');
    expect(await examine(at, { repair: true })).toMatchObject({ code: 0, healthy: true, findings: [], repaired: [] });
    expect(await git(at.directory, 'status', '--porcelain', '--ignored')).toBe(before);
  });

  it('with a backlog that init has just made and that is committed', async () => {
    const at = place();
    rmSync(join(at.directory, 'scripts'), { recursive: true });
    rmSync(join(at.directory, 'backlog'), { recursive: true });
    write(at.directory, { 'package.json': '{"scripts":{"test":"true"}}' });
    await ask(at, 'init');
    await commitAll(at.directory);
    expect(await examine(at)).toMatchObject({ code: 0, findings: [] });
  });
});

describe('doctor in a workspace', () => {
  it('looks at what a workspace needs, mends nothing and lets the install command go on', async () => {
    const at = place();
    rmSync(join(at.directory, 'scripts/backlog/agent.md'));
    await commits(at, { '.gitignore': 'dist\n' });
    const workspace = join(at.directory, '../w1');
    await git(at.directory, 'worktree', 'add', '--quiet', '--detach', workspace);
    const there = { directory: workspace, environment: { ...at.environment, BACKLOG_WORKSPACE: 'w1' } };
    expect(await examine(there, { repair: true })).toMatchObject({ code: 0, findings: [], repaired: [] });
    expect(await git(workspace, 'status', '--porcelain', '--ignored')).toBe('');
    expect(existsSync(join(workspace, '.backlog-runner'))).toBe(false);
  });
});

describe('doctor for people', () => {
  it('says what is wrong, what to type, and with --live whether agents answer', async () => {
    const at = place();
    write(at.directory, { ...task('a', 'depends_on: [b]\n') });
    const { code, stdout, stderr } = await ask(at, 'doctor', '--live');
    expect(code).toBe(1);
    expect(stdout).toBe(
      'error\tbacklog/tasks/a.yaml: `a` waits for `b`, and there is no such task.\n  → Correct `depends_on` in backlog/tasks/a.yaml.\n',
    );
    expect(stderr).toMatch(/info Node \d+.*, git 2.*, fake 1\.0\.0 \(answered\)\.\n$/);
  });
});
