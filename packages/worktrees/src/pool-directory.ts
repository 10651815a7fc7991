import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import type { Repository } from './repository.ts';

/**
 * Where the workspaces of a project are kept when nobody says otherwise: in the user's state directory, outside every
 * repository, because tools that walk up from inside one would find the user's checkout and judge the wrong code.
 */
export function defaultPoolDirectory(
  environment: Readonly<Record<string, string | undefined>>,
  repository: Repository,
  platform: NodeJS.Platform = process.platform,
): string {
  const { commonDir, projectDirectory } = repository;
  // Not the repository alone: each project directory has leases of its own, and a lease guards a workspace.
  const hash = createHash('sha256').update(`${commonDir}\0${projectDirectory}`).digest('hex').slice(0, 12);
  const owner = basename(commonDir) === '.git' ? basename(dirname(commonDir)) : basename(commonDir, '.git');
  const name = owner.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 40) || 'repository';
  return join(sharedStateDirectory(environment, platform), `${name}-${hash}`);
}

/** What the projects of one user on this machine share. */
export function sharedStateDirectory(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): string {
  return join(stateDirectory(environment, platform), 'backlog-runner');
}

function stateDirectory(environment: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform): string {
  const home = environment.HOME ?? environment.USERPROFILE ?? '.';
  if (environment.XDG_STATE_HOME) return environment.XDG_STATE_HOME;
  if (platform === 'win32') return environment.LOCALAPPDATA ?? join(home, 'AppData', 'Local');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support');
  return join(home, '.local', 'state');
}
