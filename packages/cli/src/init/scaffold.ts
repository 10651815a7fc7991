import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BacklogError } from '@backlog-runner/contracts';
import { CONFIG_NAME, STATE_NAME } from '../find-project.ts';
import { configText } from './config-text.ts';
import type { Detected } from './detect.ts';
import { withIgnored } from './ignore-line.ts';
import { AGENT, PATTERNS, PLANNER, README } from './prompt-texts.ts';
import { validateScript } from './validate-script.ts';

export interface ScaffoldFile {
  /** Relative to the project directory. */
  readonly path: string;
  readonly content: string;
  readonly executable?: true;
}

export interface Written {
  readonly path: string;
  readonly action: 'created' | 'overwritten' | 'kept' | 'extended';
}

/** All files of a new backlog. */
export function scaffoldFiles(detected: Detected, taskSchema: string): readonly ScaffoldFile[] {
  return [
    { path: CONFIG_NAME, content: configText(detected) },
    { path: 'backlog/task.schema.json', content: taskSchema },
    { path: 'backlog/tasks/.gitkeep', content: '' },
    { path: 'scripts/backlog/README.md', content: README },
    { path: 'scripts/backlog/agent.md', content: AGENT },
    { path: 'scripts/backlog/planner.md', content: PLANNER },
    { path: 'scripts/backlog/patterns.md', content: PATTERNS },
    { path: 'scripts/backlog/passes/.gitkeep', content: '' },
    { path: 'scripts/backlog/validate.sh', content: validateScript(detected), executable: true },
  ];
}

/** Writes the files. Those that exist are kept, unless `force`; `.gitignore` only ever grows. */
export async function scaffold(
  directory: string,
  files: readonly ScaffoldFile[],
  { force }: { readonly force: boolean },
): Promise<readonly Written[]> {
  const written: Written[] = [];
  try {
    for (const file of files) written.push(await write(directory, file, force));
    written.push(await ignoreState(directory));
    await mkdir(join(directory, STATE_NAME), { recursive: true });
  } catch (error) {
    throw new BacklogError('STORAGE_FAILED', `The backlog could not be set up in ${directory}: ${messageOf(error)}`, {
      hint: 'Check the permissions of the directory and type `npx backlog-runner init` again.',
      details: { directory },
      cause: error,
    });
  }
  return written;
}

async function write(directory: string, file: ScaffoldFile, force: boolean): Promise<Written> {
  const target = join(directory, file.path);
  await mkdir(dirname(target), { recursive: true });
  const mode = file.executable ? 0o755 : 0o644;
  const isNew = await writeFile(target, file.content, { flag: 'wx', mode }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
  if (isNew) return { path: file.path, action: 'created' };
  if (!force || isKeeper(file.path)) return { path: file.path, action: 'kept' };
  await writeFile(target, file.content);
  if (file.executable) await chmod(target, mode);
  return { path: file.path, action: 'overwritten' };
}

/** An empty file that only makes git keep its directory. */
function isKeeper(path: string): boolean {
  return path.endsWith('/.gitkeep');
}

async function ignoreState(directory: string): Promise<Written> {
  const path = '.gitignore';
  const target = join(directory, path);
  const hasFile = (await readdir(directory)).includes(path);
  const before = hasFile ? await readFile(target, 'utf8') : undefined;
  const after = withIgnored(before, STATE_NAME);
  if (after === undefined) return { path, action: 'kept' };
  await writeFile(target, after);
  return { path, action: hasFile ? 'extended' : 'created' };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
