import { EMPTY_HISTORY, type EpochMs, standingsOf, type Task, type TaskId } from '@backlog-runner/contracts';
import { specProblemLine } from '../spec-problem-line.ts';
import { suggest } from '../suggest.ts';
import type { BacklogFacts, DoctorFacts } from './facts.ts';
import type { Finding } from './finding.ts';

/** Whether every spec can be read, and every task can come to run some day. */
export function judgeBacklog({ backlog, isWorkspace }: DoctorFacts): readonly Finding[] {
  if (isWorkspace) return [];
  if (backlog.status === 'trouble') {
    const { message, hint = 'Check the permissions of backlog/.' } = backlog.trouble;
    return [{ severity: 'error', about: 'specs', cause: message, next: hint }];
  }
  if (backlog.status === 'unknown') return [];
  const facts = backlog.value;
  return [
    ...facts.problems.map(
      (problem): Finding => ({
        severity: 'error',
        about: 'specs',
        cause: specProblemLine(problem),
        next: `Correct ${problem.path}, then: backlog-runner sync`,
      }),
    ),
    ...judgeDependencies(facts),
    ...judgeProfiles(facts),
    ...facts.inbox.map(
      ({ line, message }): Finding => ({
        severity: 'warning',
        about: 'inbox',
        cause: `backlog/inbox.jsonl:${line}:1: ${message}`,
        next: 'Correct the line; `backlog-runner sync` would set it aside.',
      }),
    ),
    ...(facts.hasTaskSchema ? [] : [missingSchema]),
  ];
}

const missingSchema: Finding = {
  severity: 'note',
  about: 'specs',
  cause: 'There is no backlog/task.schema.json, by which editors complete and check task files.',
  next: 'npx backlog-runner init',
  repair: { kind: 'write-task-schema' },
};

function judgeDependencies({ tasks }: BacklogFacts): readonly Finding[] {
  const known = new Map(tasks.map((task) => [task.id, task]));
  const standings = standingsOf({ tasks: known, history: EMPTY_HISTORY, leases: [], now: 0 as EpochMs });
  const told = new Set<TaskId>();
  return tasks.flatMap((task) => {
    const standing = standings.get(task.id);
    const reasons = standing?.status === 'blocked' ? standing.reasons : [];
    return reasons.flatMap((reason) => {
      if (reason.kind === 'dependency-missing') return [missingDependency(task, reason.task, known)];
      if (reason.kind !== 'dependency-cycle' || told.has(task.id)) return [];
      for (const id of reason.tasks) told.add(id);
      return [circle(task, reason.tasks)];
    });
  });
}

function missingDependency({ id, path }: Task, missing: TaskId, known: ReadonlyMap<TaskId, Task>): Finding {
  const meant = suggest(
    missing,
    [...known.keys()].filter((other) => other !== id),
  );
  const help = meant ? ` Did you mean \`${meant}\`?` : '';
  return {
    severity: 'error',
    about: 'specs',
    cause: `${path}: \`${id}\` waits for \`${missing}\`, and there is no such task.${help}`,
    next: `Correct \`depends_on\` in ${path}.`,
  };
}

function circle({ id, path }: Task, cycle: readonly TaskId[]): Finding {
  return {
    severity: 'error',
    about: 'specs',
    cause: `${path}: \`${id}\` waits for itself: ${[...cycle, id].join(' → ')}.`,
    next: `Take one of them out of \`depends_on\`, such as in ${path}.`,
  };
}

function judgeProfiles({ tasks, profiles }: BacklogFacts): readonly Finding[] {
  return tasks
    .filter(({ state }) => state === 'ready' || state === 'planned')
    .flatMap(({ path, validationProfile }) => {
      if (validationProfile === undefined || profiles.includes(validationProfile)) return [];
      const cause = `${path}: there is no validation profile \`${validationProfile}\`; there are ${profiles.join(', ')}.`;
      return [
        { severity: 'error', about: 'specs', cause, next: `Correct \`validation_profile\` in ${path}.` } as const,
      ];
    });
}
