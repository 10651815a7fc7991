import { join, relative, sep } from 'node:path';
import type { Landing, RepoPath } from '@backlog-runner/contracts';
import type { Repository } from '@backlog-runner/worktrees';
import { setupFiles } from './committed-setup.ts';
import { PATTERNS_PATH } from './patterns-memory.ts';
import type { Settings } from './settings.ts';
import { setupProblem } from './setup-problems.ts';

export interface CheckSetupOptions {
  readonly repository: Repository;
  readonly landing: Landing;
  readonly settings: Settings;
  /** Where the command was typed: the paths in the answer start there, so that its commands can be typed there too. */
  readonly directory: string;
}

/** Throws `SETUP_UNCOMMITTED` when workspaces would lack what every workspace needs. */
export async function checkSetup({ repository, landing, settings, directory }: CheckSetupOptions): Promise<void> {
  const { validation } = settings;
  const commands = [validation.default, ...Object.values(validation.profiles)];
  const files = await setupFiles({ repository, commit: await landing.head(), commands });
  const isBrought = await landing.bringsFile(PATTERNS_PATH as RepoPath);
  const fromHere = (path: string) => relative(directory, join(repository.projectDirectory, path)).split(sep).join('/');
  // Of a branch that is not checked out, what was learned is only there.
  const needed = files.filter(({ path }) => isBrought || path !== PATTERNS_PATH);
  const problem = setupProblem(
    needed.map(({ path, standing }) => ({ path: fromHere(path), standing })),
    landing.branch.replace(/^refs\/heads\//, ''),
  );
  if (problem) throw problem;
}
