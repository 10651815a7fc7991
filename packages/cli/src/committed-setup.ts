import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitId } from '@backlog-runner/contracts';
import type { Repository } from '@backlog-runner/worktrees';
import { filesOfCommand } from './command-files.ts';
import { CONFIG_NAME } from './find-project.ts';
import { only } from './only.ts';
import type { SetupFile } from './setup-problems.ts';
import { standingsOf } from './standings-of.ts';

const SCRIPTS = 'scripts/backlog';

export interface CommittedSetupOptions {
  readonly repository: Repository;
  /** What workspaces are made from. */
  readonly commit: CommitId;
  /** The validation commands of the config. */
  readonly commands: readonly string[];
}

/** Where each file stands that every workspace needs: the config, the prompts and what validation commands name. */
export async function setupFiles(options: CommittedSetupOptions): Promise<readonly SetupFile[]> {
  const { projectDirectory, prefix } = options.repository;
  const named = options.commands.map(filesOfCommand);
  const required = [CONFIG_NAME, ...named.flatMap(({ candidates }) => candidates)];
  const wanted = unique([...required, ...(await filesBelow(projectDirectory, SCRIPTS))]);
  const present = await only(wanted, (path) => isFile(join(projectDirectory, path)));
  const scripts = unique(named.flatMap(({ script }) => script ?? []));
  const missing = await only(scripts, async (path) => !(await exists(join(projectDirectory, path))));
  const isEssential = (path: string) => path.endsWith('.md') || required.includes(path);
  const standings = await standingsOf(
    present.map((path) => prefix + path),
    options,
  );
  return [
    ...present.flatMap((path, index): readonly SetupFile[] => {
      const standing = standings[index] ?? 'uncommitted';
      return standing === 'ignored' && !isEssential(path) ? [] : [{ path, standing }];
    }),
    ...missing.map((path): SetupFile => ({ path, standing: 'missing' })),
  ];
}

/** The files below a directory of the project, hidden ones left out, in order. */
async function filesBelow(project: string, directory: string): Promise<readonly string[]> {
  const entries = await readdir(join(project, directory), { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries.filter(({ name }) => !name.startsWith('.'))) {
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await filesBelow(project, path)));
    else if (entry.isFile()) found.push(path);
  }
  return found.sort();
}

async function isFile(path: string): Promise<boolean> {
  return lstat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function unique(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)];
}
