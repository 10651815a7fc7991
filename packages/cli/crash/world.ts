import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ProgramAnswer, ProgramOptions } from './program-options.ts';

/** A prepared project that cases copy. */
export interface Template {
  readonly root: string;
  readonly tasks: readonly string[];
  /** The bundled runner program. */
  readonly program: string;
}

/** One copy of it, and the runners that work there. */
export interface World {
  readonly root: string;
  readonly project: string;
  readonly tasks: readonly string[];
  readonly witness: string;
  git(...args: string[]): string;
  start(options?: Partial<ProgramOptions>): Started;
  remove(): void;
}

export interface Started {
  readonly pid: number;
  readonly ended: Promise<Ended>;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  /** When it lived to its end. */
  readonly answer?: ProgramAnswer;
}

const CHECK = 'for file in src/*.txt; do grep -q "^work of " "$file" || exit 1; done\n';

/** The user's own things in the project: none of them may ever change. */
const USERS = { 'mine.txt': 'edited\n', 'staged.txt': 'staged\n', 'untracked.txt': 'untracked\n' };

const OWN = '.backlog-runner/\nbacklog.md\n';

export interface TemplateOptions extends Pick<Template, 'program'> {
  /** Task files by id, as YAML. */
  readonly tasks: Readonly<Record<string, string>>;
  /** Those that are not committed. */
  readonly uncommitted?: readonly string[];
  /** Lines of `.gitignore`. Default: what is the runner's own. */
  readonly ignored?: string;
}

/** A small repository in which the user is in the middle of something, with these tasks in its backlog. */
export function makeTemplate({ program, tasks, uncommitted = [], ignored = OWN }: TemplateOptions): Template {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'backlog-runner-crash-')));
  const project = join(root, 'project');
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  };
  const putTasks = (names: readonly string[]) => {
    for (const name of names) put(`backlog/tasks/${name}.yaml`, tasks[name] ?? '');
  };
  const names = Object.keys(tasks);
  put('.gitignore', ignored);
  put('backlog.config.mjs', "export default { validation: { default: 'sh check.sh' } };\n");
  put('check.sh', CHECK);
  put('src/base.txt', 'work of people\n');
  put('mine.txt', 'committed\n');
  put('staged.txt', 'committed\n');
  putTasks(names.filter((name) => !uncommitted.includes(name)));
  const git = gitIn(project);
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'A Person');
  git('config', 'user.email', 'person@example.com');
  git('add', '--all');
  git('commit', '--quiet', '--message=Begin');
  for (const [path, text] of Object.entries(USERS)) put(path, text);
  git('add', 'staged.txt');
  putTasks(uncommitted);
  return { root, tasks: names, program };
}

export function removeTemplate({ root }: Template): void {
  rmSync(root, { recursive: true, force: true });
}

export function copyOf({ root: template, tasks, program }: Template): World {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'backlog-runner-crash-')));
  cpSync(template, root, { recursive: true, preserveTimestamps: true });
  const project = join(root, 'project');
  const witness = join(root, 'witness.jsonl');
  writeFileSync(witness, '');
  return {
    ...{ root, project, tasks, witness },
    git: gitIn(project),
    start: (options = {}) =>
      startProgram(program, root, {
        directory: project,
        workers: 1,
        leaseTtlMs: 30_000,
        content: 'attempt',
        drafts: false,
        agent: 'instant',
        maxTries: 5,
        verify: false,
        thinkMs: 0,
        witness,
        ...options,
      }),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

function startProgram(program: string, root: string, options: ProgramOptions): Started {
  const child = spawn(process.execPath, [program, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: root,
      XDG_STATE_HOME: join(root, 'state'),
      NODE_COMPILE_CACHE: dirname(program),
    },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const answer = stdout === '' ? {} : { answer: JSON.parse(stdout) as ProgramAnswer };
      resolve({ code, signal, stderr, ...answer });
    });
  });
  return { pid: child.pid ?? 0, ended };
}

function gitIn(directory: string): World['git'] {
  return (...args) => {
    const { status, stdout, stderr } = spawnSync('git', args, {
      cwd: directory,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: directory, GIT_OPTIONAL_LOCKS: '0' },
    });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
}

/** Everything of the project that a runner could change, but for what attempts retained and what was recorded of them. */
export function wholeView({ git, project }: World): string {
  const refs = git('for-each-ref').split('\n');
  const files = git('ls-files', '--cached', '--others', '--exclude-standard').trim().split('\n');
  return [
    ...refs.filter((ref) => !ref.includes('refs/backlog-runner/attempts/')),
    git('status', '--porcelain=v1', '--branch', '--untracked-files=all'),
    git('ls-files', '--stage'),
    ...files.map((path) => `${path}: ${readFileSync(join(project, path), 'utf8')}`),
  ].join('\n');
}

/** What the user would see of their own work, as one text. */
export function usersView({ git, project }: World): string {
  const files = Object.keys(USERS).map((path) => `${path}: ${readFileSync(join(project, path), 'utf8')}`);
  const staged = git('diff', '--cached');
  const parts = [
    git('status', '--porcelain=v1', '--branch', '--', ...Object.keys(USERS)),
    staged,
    git('stash', 'list'),
  ];
  return [...files, ...parts, git('symbolic-ref', 'HEAD')].join('\n');
}
