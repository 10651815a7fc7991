import type { DoctorFacts, RepositoryFacts } from './facts.ts';
import type { Finding } from './finding.ts';

const LEAST_NODE = [20, 19] as const;
const LEAST_GIT = [2, 38] as const;

/** Node, git, and the state of the checkout. */
export function judgeRepository({ node, git, isWorkspace, repository }: DoctorFacts): readonly Finding[] {
  return [
    ...judgeNode(node),
    ...judgeGit(git),
    ...(repository.status === 'trouble' && git !== undefined && !isOld(git, LEAST_GIT)
      ? [
          {
            severity: 'error',
            about: 'git',
            cause: repository.trouble.message,
            next: repository.trouble.hint ?? 'git status',
          } as const,
        ]
      : []),
    ...(repository.status === 'known' && !isWorkspace ? judgeCheckout(repository.value) : []),
  ];
}

function judgeNode(node: string): readonly Finding[] {
  if (!isOld(node, LEAST_NODE)) return [];
  const cause = `This is Node ${node}; at least ${LEAST_NODE.join('.')} is needed.`;
  return [{ severity: 'error', about: 'git', cause, next: 'Install a newer Node: https://nodejs.org' }];
}

function judgeGit(git: string | undefined): readonly Finding[] {
  const next = 'Install a newer git: https://git-scm.com/downloads';
  if (git === undefined) return [{ severity: 'error', about: 'git', cause: 'There is no git on the PATH.', next }];
  if (!isOld(git, LEAST_GIT)) return [];
  return [
    { severity: 'error', about: 'git', cause: `This is git ${git}; at least ${LEAST_GIT.join('.')} is needed.`, next },
  ];
}

function isOld(version: string, [leastMajor, leastMinor]: readonly [number, number]): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}

const ENDINGS = {
  rebase: 'git rebase --continue',
  merge: 'git merge --continue',
  'cherry-pick': 'git cherry-pick --continue',
  revert: 'git revert --continue',
  bisect: 'git bisect reset',
} as const;

function judgeCheckout({ branch, operation, indexLock, hasIdentity }: RepositoryFacts): readonly Finding[] {
  const findings: Finding[] = [];
  if (operation) {
    const cause = `A ${operation} was begun in this checkout and is not ended: landings wait for it.`;
    findings.push({ severity: 'warning', about: 'git', cause, next: ENDINGS[operation] });
  }
  if (branch.status === 'trouble' && !operation) {
    const next =
      branch.trouble.code === 'DETACHED_HEAD' ? 'git switch <branch>' : (branch.trouble.hint ?? 'git status');
    findings.push({ severity: 'error', about: 'git', cause: branch.trouble.message, next });
  }
  if (branch.status === 'known' && !branch.value.exists) {
    const cause = `\`landing.branch\` in the config is \`${branch.value.name}\`, and there is no such branch.`;
    findings.push({ severity: 'error', about: 'git', cause, next: `git branch ${branch.value.name}` });
  }
  if (indexLock !== undefined) {
    const cause = `${indexLock} is there: a git that runs, or one that was killed, locks the index, and landings wait for it.`;
    findings.push({ severity: 'warning', about: 'git', cause, next: `When no git runs here: rm ${indexLock}` });
  }
  if (!hasIdentity) {
    const cause = 'git knows no name and address for commits, so landed work will not bear yours.';
    const next = 'git config user.name "…" && git config user.email "…"';
    findings.push({ severity: 'note', about: 'git', cause, next });
  }
  return findings;
}
