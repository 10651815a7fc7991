import { setupProblem } from '../setup-problems.ts';
import type { DoctorFacts } from './facts.ts';
import type { Finding } from './finding.ts';

/** Whether there is a config that can be used, and whether workspaces get what they need. */
export function judgeSetup({ project, repository, config, setup, isWorkspace }: DoctorFacts): readonly Finding[] {
  if (project.status === 'trouble' && repository.status !== 'trouble') {
    const { message, hint = 'npx backlog-runner init' } = project.trouble;
    const next = project.trouble.code === 'CONFIG_MISSING' ? 'npx backlog-runner init' : hint;
    return [{ severity: 'error', about: 'config', cause: message, next }];
  }
  const findings: Finding[] = [];
  if (config.status === 'trouble') {
    const { message, hint = 'Correct the config; docs/config.md lists every key.' } = config.trouble;
    findings.push({ severity: 'error', about: 'config', cause: message, next: hint });
  }
  if (isWorkspace) return findings;
  if (setup.status === 'known') {
    const { files, branch } = setup.value;
    // A script that is missing is named with the command that runs it.
    const problem = setupProblem(
      files.filter(({ standing }) => standing !== 'missing'),
      branch,
    );
    if (problem) {
      const [first, ...rest] = problem.message.split(/\n\s*/);
      const cause = `${first} ${rest.join(', ')}.`;
      findings.push({ severity: 'error', about: 'setup', cause, next: problem.hint ?? 'git status' });
    }
  }
  if (repository.status === 'known' && project.status === 'known')
    findings.push(...judgeStateDirectory(repository.value));
  return findings;
}

function judgeStateDirectory({
  stateIsIgnored,
  stateIsTracked,
}: {
  readonly stateIsIgnored: boolean;
  readonly stateIsTracked: boolean;
}): readonly Finding[] {
  if (stateIsTracked) {
    const cause = 'Files below .backlog-runner/ are committed: they are the state of runners on one machine.';
    const next = 'git rm -r --cached .backlog-runner && git commit -m "Forget the state of runners"';
    return [{ severity: 'error', about: 'setup', cause, next }];
  }
  if (stateIsIgnored) return [];
  const cause = 'git does not ignore .backlog-runner/, the state of runners on this machine.';
  const next =
    'echo .backlog-runner/ >> .gitignore && git add .gitignore && git commit -m "Ignore the state of runners"';
  return [{ severity: 'warning', about: 'setup', cause, next, repair: { kind: 'ignore-state' } }];
}
