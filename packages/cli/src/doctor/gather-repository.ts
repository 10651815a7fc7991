import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { allowedEnvironment, BASE_ENVIRONMENT_NAMES, runProcess } from '@backlog-runner/subprocess';
import { gitLanding, type Repository } from '@backlog-runner/worktrees';
import { setupFiles } from '../committed-setup.ts';
import { STATE_NAME } from '../find-project.ts';
import type { DoctorFacts, Known, RepositoryFacts } from './facts.ts';
import { UNKNOWN } from './facts.ts';
import type { Ground } from './gather-facts.ts';
import { known } from './known.ts';

const LONGEST_MS = 30_000;

/** Undefined when git does not run. */
export async function gitVersion(environment: Ground['environment'], cwd: string): Promise<string | undefined> {
  const { end, stdout } = await runProcess({
    command: 'git',
    args: ['version'],
    cwd,
    environment: allowedEnvironment(environment, { names: BASE_ENVIRONMENT_NAMES }),
    totalMs: LONGEST_MS,
  });
  return end.status === 'exited' && end.code === 0 ? /\d+\.\d+\S*/.exec(stdout)?.[0] : undefined;
}

const OPERATIONS = {
  rebase: ['rebase-merge', 'rebase-apply'],
  merge: ['MERGE_HEAD'],
  'cherry-pick': ['CHERRY_PICK_HEAD'],
  revert: ['REVERT_HEAD'],
  bisect: ['BISECT_LOG'],
} as const;

export async function repositoryFacts({ repository, settings }: Ground): Promise<Known<RepositoryFacts>> {
  if (!repository) return UNKNOWN;
  return known(async () => {
    const { gitDir } = repository.checkout;
    const operation = (Object.keys(OPERATIONS) as (keyof typeof OPERATIONS)[]).find((name) =>
      OPERATIONS[name].some((file) => existsSync(join(gitDir, file))),
    );
    const indexLock = join(gitDir, 'index.lock');
    return {
      branch: await known(() => branchOf(repository, settings.branch)),
      ...(operation === undefined ? {} : { operation }),
      ...(existsSync(indexLock) ? { indexLock } : {}),
      hasIdentity: !(await repository.identity()).includes('<backlog-runner@localhost>'),
      ...(await standingOfState(repository)),
    };
  });
}

async function branchOf(
  repository: Repository,
  wanted: string | undefined,
): Promise<{ name: string; exists: boolean }> {
  const { branch } = await gitLanding(wanted === undefined ? { repository } : { repository, branch: wanted });
  const commit = await repository.refs.read(branch);
  return { name: branch.replace(/^refs\/heads\//, ''), exists: commit !== undefined };
}

async function standingOfState(
  repository: Repository,
): Promise<Pick<RepositoryFacts, 'stateIsIgnored' | 'stateIsTracked'>> {
  const { directory: workTree, gitDir } = repository.checkout;
  const git = repository.runner.at({ gitDir, workTree });
  const path = `${repository.prefix}${STATE_NAME}`;
  const tracked = await git(['ls-files', '-z', '--', path]);
  const ignored = await git(['check-ignore', '--quiet', '--no-index', '--', `${path}/journal`], {
    accept: [0, 1],
    magicPathspecs: true,
  });
  return { stateIsIgnored: ignored.code === 0, stateIsTracked: tracked.stdout !== '' };
}

/** Where the files are that every workspace needs. */
export async function setupFacts({ repository, settings, config }: Ground): Promise<DoctorFacts['setup']> {
  if (!repository || !config) return UNKNOWN;
  const { validation, branch } = settings;
  const commands = [validation.default, ...Object.values(validation.profiles)];
  const facts = await known(async () => {
    const landing = await gitLanding(branch === undefined ? { repository } : { repository, branch });
    const files = await setupFiles({ repository, commit: await landing.head(), commands });
    return { files, branch: landing.branch.replace(/^refs\/heads\//, '') };
  });
  // That there is no branch is told where the branch is judged.
  return facts.status === 'trouble' ? UNKNOWN : facts;
}
