import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  installedAgent,
  type ModelPlan,
  type ModelServer,
  startModelServer,
} from '@backlog-runner/testkit/model-server';

const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url));

export interface WorldOptions {
  readonly plan: ModelPlan;
  /** What the validation script does. Default: refuses a project that contains the word BROKEN. */
  readonly validate?: string;
  /** The config but for the providers. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Task files by name, as YAML. */
  readonly tasks: Readonly<Record<string, string>>;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A git repository with a committed backlog, and both real agents signed in to a stub model server. */
export async function backlogWorld({ plan, validate = NO_BROKEN, config = {}, tasks }: WorldOptions) {
  const server: ModelServer = await startModelServer({ plan });
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'backlog-runner-e2e-')));
  const project = path.join(root, 'project');
  const agents = { codex: await installedAgent('codex'), claude: await installedAgent('claude') };
  if (!agents.codex || !agents.claude) throw new Error('The real agents are not installed: npm run e2e installs them.');
  const home = path.join(root, 'home');
  const vendors = {
    ...(await server.environmentFor('codex', home, 'codex')),
    ...(await server.environmentFor('claude', home, 'claude')),
  };
  const environment = { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', NO_COLOR: '1', ...vendors };

  const git = (...args: string[]): string => {
    const { stdout, stderr, status } = spawnSync('git', args, { cwd: project, encoding: 'utf8', env: environment });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const start = (...args: string[]): { child: ChildProcess; ended: Promise<Ended> } => {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: project,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
    return { child, ended };
  };
  const run = (...args: string[]): Promise<Ended> => start(...args).ended;

  await mkdir(path.join(project, 'src'), { recursive: true });
  await mkdir(path.join(project, 'web'), { recursive: true });
  await writeFile(path.join(project, 'src/index.txt'), 'code\n');
  await writeFile(path.join(project, 'web/index.txt'), 'web\n');
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'A person');
  git('config', 'user.email', 'person@example.invalid');
  const init = await run('init');
  if (init.code !== 0) throw new Error(`init: ${init.stderr}`);
  await writeFile(path.join(project, 'scripts/backlog/validate.sh'), validate);
  for (const [name, yaml] of Object.entries(tasks)) {
    await writeFile(path.join(project, `backlog/tasks/${name}.yaml`), yaml);
  }
  const whole = {
    validation: { default: 'bash scripts/backlog/validate.sh' },
    classification: { uiPathPrefixes: ['web/'] },
    workspace: { workers: 4, directory: path.join(root, 'workspaces') },
    attempts: { max: 2, backoffSeconds: 1 },
    providers: {
      agents: { ui: { tool: 'claude', model: 'sonnet' }, code: { tool: 'codex', model: 'gpt-5.5' } },
      tools: { codex: { command: agents.codex.path }, claude: { command: agents.claude.path } },
    },
    ...config,
  };
  await writeFile(path.join(project, 'backlog.config.mjs'), `export default ${JSON.stringify(whole, null, 2)};\n`);
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Set up the backlog');

  return {
    server,
    root,
    project,
    git,
    start,
    run,
    /** Subjects and trailers of what landed, oldest first. */
    landed: (): string[] =>
      git('log', '--reverse', '--format=%s%x09%(trailers:key=Backlog-Task,valueonly,separator=%x2C)')
        .split('\n')
        .flatMap((line) => line.split('\t')[1] || []),
    file: (name: string): Promise<string> => readFile(path.join(project, name), 'utf8'),
    events: async (): Promise<Record<string, unknown>[]> => {
      const names = spawnSync('sh', ['-c', 'cat .backlog-runner/journal/*.jsonl'], { cwd: project, encoding: 'utf8' });
      return names.stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    end: async () => {
      await server.close();
      await rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

export type BacklogWorld = Awaited<ReturnType<typeof backlogWorld>>;

const NO_BROKEN = `#!/usr/bin/env bash
if grep -rn BROKEN src web; then
  echo "there is something BROKEN"
  exit 1
fi
`;

/** What an agent answers in the promised form. */
export const answer = (summary: string): { do: 'answer'; output: unknown } => ({
  do: 'answer',
  output: { status: 'done', summary, notes: [], candidates: [], patterns: [] },
});

export const task = (id: string, place: 'src' | 'web', more = ''): string =>
  `id: ${id}\ntitle: Write ${id}\ntouch_paths: [${place}/${id}.txt]\n${more}`;
