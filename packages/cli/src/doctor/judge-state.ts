import { type RunId, resource } from '@backlog-runner/contracts';
import type { DoctorFacts, StateFacts } from './facts.ts';
import type { Finding } from './finding.ts';

/** What runners left: leases, processes, landings, workspaces, the journal. */
export function judgeState({ leases, state, isWorkspace }: DoctorFacts): readonly Finding[] {
  if (isWorkspace) return [];
  const about = 'state';
  if (leases.status === 'trouble') {
    const { code, message, hint = 'Check the permissions of .backlog-runner/.' } = leases.trouble;
    const repair = code === 'LEASES_DAMAGED' ? { repair: { kind: 'set-leases-aside' } as const } : {};
    return [{ severity: 'error', about, cause: message, next: hint, ...repair }];
  }
  if (state.status === 'trouble') {
    const { message, hint = 'Check the permissions of .backlog-runner/.' } = state.trouble;
    return [{ severity: 'error', about, cause: message, next: hint }];
  }
  if (state.status === 'unknown' || leases.status === 'unknown') return [];
  const held = new Set<string>(leases.value.flatMap(({ resources }) => resources));
  const isAlive = (run: RunId) => held.has(resource.runner(run));
  return [
    ...judgeProcesses(state.value, isAlive),
    ...judgeRuns(state.value, isAlive),
    ...judgeLandings(state.value, held),
    ...judgePool(state.value),
    ...state.value.damaged.map(
      ({ file, line }): Finding => ({
        severity: 'note',
        about,
        cause: `${file}:${line}:1: a line of the journal cannot be read and is left out, as after a crash.`,
        next: 'backlog-runner verify',
      }),
    ),
  ];
}

function judgeProcesses({ processes }: StateFacts, isAlive: (run: RunId) => boolean): readonly Finding[] {
  const orphans = processes.filter(({ run }) => !isAlive(run));
  return [...new Set(orphans.map(({ run }) => run))].map((run) => {
    const pids = orphans.filter((process) => process.run === run).map(({ pid }) => pid);
    const cause = `The run ${run} is over, and it left ${pids.length === 1 ? 'a process' : 'processes'}: ${pids.join(', ')}.`;
    return {
      severity: 'warning',
      about: 'state',
      cause,
      next: 'backlog-runner doctor --repair',
      repair: { kind: 'end-processes', run },
    };
  });
}

function judgeRuns({ history, earlierRuns }: StateFacts, isAlive: (run: RunId) => boolean): readonly Finding[] {
  const dead = [...history.runs.values()].filter(
    ({ run, endedAt, recoveredAt }) =>
      endedAt === undefined && recoveredAt === undefined && earlierRuns.has(run) && !isAlive(run),
  );
  return dead.map(({ run }) => ({
    severity: 'note',
    about: 'state',
    cause: `The run ${run} did not end properly. What it left is kept, and the next start goes on with it.`,
    next: 'backlog-runner start',
  }));
}

function judgeLandings({ history, landingsBegun }: StateFacts, held: ReadonlySet<string>): readonly Finding[] {
  const waiting = [...history.tasks].flatMap(([task, { attempts }]): Finding[] => {
    const result = attempts.at(-1)?.result;
    if (result?.status !== 'held') return [];
    const cause = `The landing of \`${task}\` is held: ${result.reason}`;
    const next =
      result.paths.length > 0
        ? `Commit or move them, or: git stash push --all -- ${result.paths.join(' ')}`
        : 'git status';
    return [{ severity: 'warning', about: 'state', cause, next }];
  });
  const isLanding = [...held].some((key) => key.startsWith('landing/'));
  if (landingsBegun === 0 || isLanding) return waiting;
  const cause = 'A landing was cut short, and your checkout may show half of it.';
  const next = 'backlog-runner doctor --repair';
  return [...waiting, { severity: 'warning', about: 'state', cause, next, repair: { kind: 'settle-landing' } }];
}

function judgePool({ strangers, lost, poolDirectory }: StateFacts): readonly Finding[] {
  return [
    ...strangers.map(
      (name): Finding => ({
        severity: 'note',
        about: 'state',
        cause: `Nobody knows what ${name} in ${poolDirectory} is; it is left alone.`,
        next: `Look at it, and remove it by hand: ${poolDirectory}`,
      }),
    ),
    ...lost.flatMap(({ name, holdsWork }): Finding[] => {
      if (!holdsWork) return [];
      const cause = `The workspace ${name} in ${poolDirectory} is gone, and it may have held work that was not retained.`;
      return [{ severity: 'warning', about: 'state', cause, next: 'backlog-runner verify' }];
    }),
  ];
}
