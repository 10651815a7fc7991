import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { main } from '../src/main.ts';

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A temporary directory that is gone when the test is over. */
export function temporaryDirectory(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'backlog-runner-cli-')));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
  return directory;
}

export function write(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
}

const GIT_ENVIRONMENT = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
};

export async function git(directory: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await execute('git', args, { directory });
  if (code !== 0) throw new Error(`git ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}

/** A repository with one commit of these files. */
export async function repository(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const directory = temporaryDirectory();
  await git(directory, 'init', '--quiet', '--initial-branch=main');
  write(directory, { 'README.md': '# A project\n', ...files });
  await commitAll(directory);
  return directory;
}

export async function commitAll(directory: string): Promise<void> {
  await git(directory, 'add', '--all');
  await git(directory, 'commit', '--quiet', '--message', 'Change');
}

/** What starts the command from its sources. */
export const CLI: readonly string[] = [
  '--conditions=@backlog-runner/source',
  '--disable-warning=ExperimentalWarning',
  fileURLToPath(new URL('../src/bin.ts', import.meta.url)),
];

/** Runs the command in this process, which is much faster. */
export async function ask(options: CliOptions, ...argv: readonly string[]): Promise<Answer> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const code = await main(argv, {
    directory: options.directory,
    environment: childEnvironmentOf(options),
    node: process.execPath,
    stdout: { write: (text) => stdout.push(text) },
    stderr: { write: (text) => stderr.push(text) },
    onSignal: () => () => {},
    exit: (status) => {
      throw new Error(`An exit with ${status} that no test expects.`);
    },
  });
  return { code, stdout: stdout.join(''), stderr: stderr.join('') };
}

export interface CliOptions {
  readonly directory: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** What the command sees of the world, and nothing else. */
export function childEnvironmentOf({ environment = {} }: CliOptions): Readonly<Record<string, string>> {
  const { PATH = '', HOME = '' } = process.env;
  // The sources are compiled once for all tests, not for each process.
  const NODE_COMPILE_CACHE = join(tmpdir(), 'node-compile-cache');
  return { PATH, HOME, NODE_COMPILE_CACHE, ...GIT_ENVIRONMENT, ...environment };
}

/** Runs the command as a process of its own. */
export function cli(options: CliOptions, ...args: readonly string[]): Promise<Answer> {
  return execute(process.execPath, [...CLI, ...args], options);
}

function execute(command: string, args: readonly string[], options: CliOptions): Promise<Answer> {
  const env = childEnvironmentOf(options);
  return new Promise((resolve) => {
    execFile(command, [...args], { cwd: options.directory, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}
