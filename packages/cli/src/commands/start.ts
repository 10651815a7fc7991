import { hostname } from 'node:os';
import { type HolderId, type Landing, type RunId, system } from '@backlog-runner/contracts';
import { endMarked } from '@backlog-runner/subprocess';
import { gitLanding, openRepository, type Repository } from '@backlog-runner/worktrees';
import { builtInTools } from '../built-in-tools.ts';
import { childEnvironment } from '../child-path.ts';
import { chooseAll, roleConfigs, toolChooser } from '../choose-tools.ts';
import { setupFiles } from '../committed-setup.ts';
import { compose } from '../compose.ts';
import type { Config } from '../config.ts';
import { findProject } from '../find-project.ts';
import type { CommandInvocation } from '../invocation.ts';
import { loadConfig } from '../load-config.ts';
import { locateSyntaxError } from '../locate-syntax-error.ts';
import { openBacklog } from '../open-backlog.ts';
import { count, many, one } from '../option-values.ts';
import { aliasesOf, resolveAgents } from '../resolve-agents.ts';
import { type RunTeller, runTeller } from '../run-teller.ts';
import { type Settings, settingsOf } from '../settings.ts';
import { settleLanding } from '../settle-landing.ts';
import { setupProblem } from '../setup-problems.ts';
import { interruption } from '../signals.ts';
import type { Surroundings } from '../surroundings.ts';
import { idsAmong } from '../task-lookup.ts';
import { packageVersion } from '../version.ts';

/** Works off the backlog. Answers what landed, failed and is held. */
export async function start(invocation: CommandInvocation, surroundings: Surroundings): Promise<number> {
  const workers = count(invocation, 'workers');
  const { switches } = invocation;
  const project = findProject(surroundings.directory);
  const locate = (file: string) => locateSyntaxError(file, surroundings);
  const config = await loadConfig({ file: project.configFile, locateSyntaxError: locate });
  const settings = settingsOf(config, { noWorktrees: switches.has('no-worktrees'), ...(workers ? { workers } : {}) });
  const environment = childEnvironment(surroundings.environment, project.directory);
  const agents = await agentsOf(config, invocation, { directory: project.directory, environment, system });

  const repository = await openRepository({ directory: project.directory, environment, system });
  const landing = await gitLanding({
    repository,
    ...(settings.branch === undefined ? {} : { branch: settings.branch }),
  });
  await checkSetup(repository, landing, settings);
  const asked = many(invocation, 'task');
  const backlog = openBacklog(project.directory, { writes: true });
  const only = asked.length > 0 ? idsAmong(await backlog.store.read(), asked) : undefined;

  const run = system.token(10) as RunId;
  const teller: RunTeller = await runTeller(surroundings, { json: switches.has('json') });
  for (const directory of await settleLanding({
    landing,
    leases: backlog.leases,
    holder: run as string as HolderId,
    ttlMs: settings.leaseTtlMs,
  })) {
    teller.warn(
      `A landing that was cut short left ${directory} half updated, and it was changed since. See git status.`,
    );
  }
  const runner = compose({
    run,
    version: packageVersion(),
    host: hostname(),
    project,
    repository,
    landing,
    settings,
    agents,
    environment,
    system,
    once: switches.has('once'),
    ...(only === undefined ? {} : { only }),
    narrate: teller.event,
  });
  const interrupted = interruption(surroundings, {
    drained: () => teller.draining(),
    immediately: () => endMarked(`${run}/`),
  });
  try {
    const summary = await runner.work({ drain: interrupted.drain });
    const left = await readyTasks();
    return teller.ended(summary, { left, interruptedWith: interrupted.code() });
  } finally {
    interrupted.end();
  }

  /** How many tasks the run was about and could not finish. */
  async function readyTasks(): Promise<number> {
    const { tasks } = await backlog.store.read();
    return tasks.filter(({ id, state }) => state === 'ready' && (only === undefined || only.includes(id))).length;
  }
}

/** Throws `SETUP_UNCOMMITTED` when a workspace would lack what every workspace needs. */
async function checkSetup(repository: Repository, landing: Landing, { validation }: Settings): Promise<void> {
  const commands = [validation.default, ...Object.values(validation.profiles)];
  const files = await setupFiles({ repository, commit: await landing.head(), commands });
  const problem = setupProblem(files, landing.branch.replace(/^refs\/heads\//, ''));
  if (problem) throw problem;
}

async function agentsOf(
  config: Config,
  invocation: CommandInvocation,
  around: Parameters<typeof builtInTools>[0],
): Promise<Parameters<typeof compose>[0]['agents']> {
  const choose = toolChooser({ tools: config.providers?.tools ?? {}, builtIn: builtInTools(around) });
  const tool = one(invocation, 'tool');
  const model = one(invocation, 'model');
  return resolveAgents({
    roles: await chooseAll(choose, roleConfigs(config.providers?.agents)),
    aliases: aliasesOf(config.models),
    ...(tool === undefined ? {} : { tool: await choose(tool) }),
    ...(model === undefined ? {} : { model }),
  });
}
