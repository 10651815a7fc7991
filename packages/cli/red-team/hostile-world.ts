import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AttemptResult, JournalEntry } from '@backlog-runner/contracts';
import type { TaskScript } from '@backlog-runner/testkit';
import type { TestContext } from 'vitest';

const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const TESTKIT = new URL('../../testkit/dist/index.js', import.meta.url).href;

export interface HostileTask {
  /** What the file says. Default: a plain title. */
  readonly yaml?: string;
  readonly agent?: TaskScript;
}

export interface HostileBacklog {
  readonly tasks: Readonly<Record<string, HostileTask>>;
  readonly files?: Readonly<Record<string, string | Buffer>>;
  /** Default 3. With one, tasks run one after the other in the order in which they stand here. */
  readonly workers?: number;
  /** More of the config, as JavaScript. */
  readonly config?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** An empty directory. Default: a temporary one. */
  readonly root?: string;
}

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A repository of a user, and the built command line in it. Nothing else is in `root`. */
export interface World {
  readonly root: string;
  readonly project: string;
  /** Where the pool of workspaces is. */
  readonly state: string;
  readonly environment: Readonly<Record<string, string>>;
  cli(...args: readonly string[]): Promise<Answer>;
  /** Through another command, such as one that changes the user. */
  cliAs(through: readonly [command: string, ...args: string[]], ...args: readonly string[]): Promise<Answer>;
  git(...args: readonly string[]): Promise<string>;
  put(files: Readonly<Record<string, string | Buffer>>): void;
  /** All that was recorded. */
  journal(): readonly JournalEntry[];
  /** How the latest attempt at each task ended. */
  results(): Readonly<Record<string, AttemptResult>>;
  /** The paths of the target branch, as they are. */
  landedPaths(): Promise<readonly string[]>;
  /** What is retained of the attempts at a task, the latest last. */
  kept(task: string): Promise<readonly string[]>;
}

export function temporaryDirectory(test: TestContext): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'backlog-runner-red-')));
  test.onTestFinished(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
  return directory;
}

/** Where `PROJECT` stands in a script, the agent finds the user's checkout; where `STATE` stands, the workspaces. */
export async function hostileWorld(test: TestContext, backlog: HostileBacklog): Promise<World> {
  const root = backlog.root ?? temporaryDirectory(test);
  const [project, state, home] = [join(root, 'project'), join(root, 'state'), join(root, 'home')];
  for (const directory of [project, state, home]) mkdirSync(directory);
  const environment = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    XDG_STATE_HOME: state,
    NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.org',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.org',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    ...backlog.environment,
  };
  const git = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await execute('git', args, { cwd: project, env: environment });
    if (code !== 0) throw new Error(`git ${args.join(' ')} ended with ${code}: ${stderr}`);
    return stdout;
  };
  const put: World['put'] = (files) => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(project, path)), { recursive: true });
      writeFileSync(join(project, path), content);
    }
  };
  const named = (text: string) => text.replaceAll('PROJECT', project).replaceAll('STATE', state);
  await git('init', '--quiet', '--initial-branch=main');
  put({
    '.gitignore': '.backlog-runner/\nbacklog.md\nignored/\n',
    'README.md': '# A project\n',
    'src/one.txt': 'one\n',
    'src/two.txt': 'two\n',
    'backlog.config.mjs': named(configOf(backlog)),
    'scripts/backlog/validate.sh': 'test ! -e broken.txt\n',
    ...backlog.files,
    ...Object.fromEntries(
      Object.entries(backlog.tasks).map(([id, { yaml = `title: Do ${id}\n` }], index) => [
        `backlog/tasks/${id}.yaml`,
        `${yaml}created_at: 2026-01-01T00:00:${String(index).padStart(2, '0')}Z\n`,
      ]),
    ),
  });
  await git('add', '--all');
  await git('commit', '--quiet', '--message=Begin');
  return {
    ...{ root, project, state, environment, git, put },
    cli: (...args) => execute(process.execPath, [BIN, ...args], { cwd: project, env: environment }),
    cliAs: ([command, ...before], ...args) =>
      execute(command, [...before, process.execPath, BIN, ...args], { cwd: project, env: environment }),
    journal: () => journalOf(project),
    results: () => resultsOf(journalOf(project)),
    landedPaths: async () => (await git('ls-tree', '-rz', '--name-only', 'main')).split('\0').filter(Boolean),
    kept: async (task) => {
      const refs = await git('for-each-ref', '--format=%(refname)', `refs/backlog-runner/attempts/${task}/`);
      return refs.split('\n').filter(Boolean);
    },
  };
}

/** Without a planner: a script plans nothing, and a run rests between answers that are none. */
function configOf({ tasks, workers = 3, config = '' }: HostileBacklog): string {
  const agents = Object.entries(tasks).flatMap(([id, { agent }]) => (agent ? [[id, agent] as const] : []));
  const script = { tasks: Object.fromEntries(agents), default: [{ write: { 'default.txt': 'x\n' } }] };
  return `
    import { scripted } from ${JSON.stringify(TESTKIT)};
    const tool = scripted(${JSON.stringify(script)});
    export default {
      validation: { default: 'bash scripts/backlog/validate.sh' },
      attempts: { max: 1, returns: 0, backoffSeconds: 0 },
      workspace: { workers: ${workers} },
      providers: { agents: { ui: { tool }, code: { tool } } },
      planner: { enabled: false },
      ${config}
    };\n`;
}

function journalOf(project: string): readonly JournalEntry[] {
  const directory = join(project, '.backlog-runner', 'journal');
  const lines = readdirSync(directory).flatMap((name) => readFileSync(join(directory, name), 'utf8').split('\n'));
  return lines.flatMap(entryOf);
}

/** None of a line that was torn. */
function entryOf(line: string): readonly JournalEntry[] {
  try {
    const value = JSON.parse(line);
    return typeof value?.run === 'string' ? [value] : [];
  } catch {
    return [];
  }
}

function resultsOf(entries: readonly JournalEntry[]): Readonly<Record<string, AttemptResult>> {
  return Object.fromEntries(
    entries.flatMap((entry) => (entry.type === 'attempt.ended' ? [[entry.task, entry.result]] : [])),
  );
}

function execute(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(command, [...args], { ...options, maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}
