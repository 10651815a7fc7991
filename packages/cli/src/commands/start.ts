import { hostname } from 'node:os';
import { type RunId, system, type TaskId } from '@backlog-runner/contracts';
import { gitLanding, openRepository } from '@backlog-runner/worktrees';
import { agentsOf } from '../agents-of.ts';
import { checkSetup } from '../check-setup.ts';
import { childEnvironment } from '../child-path.ts';
import { compose } from '../compose.ts';
import { endProcesses } from '../end-processes.ts';
import { findProject } from '../find-project.ts';
import type { CommandInvocation } from '../invocation.ts';
import { loadConfig } from '../load-config.ts';
import { locateSyntaxError } from '../locate-syntax-error.ts';
import { markedGit } from '../marked-git.ts';
import { type OpenBacklog, openBacklog } from '../open-backlog.ts';
import { count, many, one } from '../option-values.ts';
import { runTeller } from '../run-teller.ts';
import { settingsOf } from '../settings.ts';
import { interruption } from '../signals.ts';
import type { Surroundings } from '../surroundings.ts';
import { idsAmong } from '../task-lookup.ts';
import { packageVersion } from '../version.ts';

/** Works off the backlog. Answers what landed, failed and is held. Refuses before any agent is paid. */
export async function start(invocation: CommandInvocation, surroundings: Surroundings): Promise<number> {
  const { directory } = surroundings;
  const { switches } = invocation;
  const workers = count(invocation, 'workers');
  const project = findProject(directory);
  const config = await loadConfig({
    file: project.configFile,
    locateSyntaxError: (file) => locateSyntaxError(file, surroundings),
  });
  const settings = settingsOf(config, { noWorktrees: switches.has('no-worktrees'), ...(workers ? { workers } : {}) });
  const environment = childEnvironment(surroundings.environment, project.directory);
  const asked = { tool: one(invocation, 'tool'), model: one(invocation, 'model') };
  const agents = await agentsOf(config, asked, { directory: project.directory, environment, system });

  const { branch } = settings;
  const run = system.token(10) as RunId;
  const git = markedGit(run, system);
  const repository = await openRepository({ directory: project.directory, environment, system, run: git });
  const landing = await gitLanding(branch === undefined ? { repository } : { repository, branch });
  await checkSetup({ repository, landing, settings, directory });
  const backlog = openBacklog(directory, { writes: true });
  const only = await namedTasks(backlog, many(invocation, 'task'));

  const teller = await runTeller(surroundings, { json: switches.has('json') });
  const runner = compose({
    ...{ run, project, repository, landing, settings, agents, environment, system },
    version: packageVersion(),
    host: hostname(),
    once: switches.has('once'),
    ...(only === undefined ? {} : { only }),
    narrate: teller.event,
  });
  const interrupted = interruption(surroundings, {
    drained: teller.draining,
    immediately: () => endProcesses(run),
  });
  try {
    const summary = await runner.work({ drain: interrupted.drain });
    const left = await countReady(backlog, only);
    return teller.ended(summary, { left, interruptedWith: interrupted.code() });
  } finally {
    interrupted.end();
  }
}

async function namedTasks({ store }: OpenBacklog, typed: readonly string[]): Promise<readonly TaskId[] | undefined> {
  return typed.length === 0 ? undefined : idsAmong(await store.read(), typed);
}

/** How many of the tasks a run was about are still to be done. */
async function countReady({ store }: OpenBacklog, only: readonly TaskId[] | undefined): Promise<number> {
  const { tasks } = await store.read();
  return tasks.filter(({ id, state }) => state === 'ready' && (only === undefined || only.includes(id))).length;
}
