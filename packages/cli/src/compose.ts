import { existsSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import {
  type AgentProvider,
  type AgentRole,
  BacklogError,
  type Escape,
  type EscapeWatch,
  type HolderId,
  type Journal,
  type JournalEntry,
  type Landing,
  type LeaseManager,
  type RunId,
  redactor,
  type System,
  type TaskId,
  type Validation,
  type WorkspaceManager,
} from '@backlog-runner/contracts';
import { admission } from '@backlog-runner/discovery';
import { fileLeases } from '@backlog-runner/leases';
import { markdownReport } from '@backlog-runner/reporter';
import {
  type AgentChoice,
  createRunner,
  type PassPolicy,
  type Runner,
  type RunnerParts,
  type RunnerPolicy,
} from '@backlog-runner/runner';
import { fileAttemptLog, fileInbox, fileJournal, fileStore } from '@backlog-runner/store';
import { allowedEnvironment, BASE_ENVIRONMENT_NAMES } from '@backlog-runner/subprocess';
import { commandValidation } from '@backlog-runner/validation';
import {
  checkoutWorkspace,
  defaultPoolDirectory,
  gitEscapeWatch,
  gitWorkspaces,
  type Repository,
  sharedStateDirectory,
} from '@backlog-runner/worktrees';
import { bootstrapCommand } from './bootstrap-command.ts';
import { passOf, repositoryPlanner } from './compose-discovery.ts';
import { endOrphans } from './end-processes.ts';
import type { Project } from './find-project.ts';
import { highestFence } from './highest-fence.ts';
import { patternsMemory } from './patterns-memory.ts';
import { promptSource } from './prompt-source.ts';
import type { RoleChoice } from './resolve-agents.ts';
import type { PassSettings, Settings } from './settings.ts';
import { writeReport } from './write-report.ts';

export interface Composition {
  readonly run: RunId;
  readonly version: string;
  readonly host: string;
  readonly project: Project;
  readonly repository: Repository;
  readonly landing: Landing;
  readonly settings: Settings;
  readonly agents: Readonly<Record<AgentRole, RoleChoice<AgentProvider>>>;
  /** Of passes that name an agent of their own. */
  readonly passAgents?: ReadonlyMap<string, RoleChoice<AgentProvider>>;
  /** Only this pass, which is never due by itself. */
  readonly pass?: string;
  /** Of this process, with the `PATH` for children. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly system: System;
  readonly once: boolean;
  readonly only?: readonly TaskId[];
  readonly narrate: (entry: JournalEntry) => void;
}

/** Puts the parts together into a runner. The one place that knows every implementation. */
export function compose(composition: Composition): Runner {
  const { run, version, host } = composition;
  return createRunner(partsOf(composition), policyOf(composition), { run, version, host });
}

/** Every part of a runner. */
export function partsOf(composition: Composition): RunnerParts {
  const { run, project, repository, landing, settings, agents, environment, system, narrate } = composition;
  const { passAgents = new Map() } = composition;
  const places = { directory: project.directory, stateDirectory: project.stateDirectory };
  const redact = redactor(environment);
  const leases = fileLeases({
    directory: join(project.stateDirectory, 'leases'),
    floor: () => landing.fenceFloor(),
    system,
  });
  const journal = fileJournal({ ...places, run, system });
  const store = fileStore({ ...places, highestFence: (id) => highestFence(id, { repository, leases }), system });
  const validation = validationOf(composition);
  return {
    store,
    leases,
    landing,
    inbox: fileInbox({ ...places, store, system }),
    journal,
    workspaces: workspacesOf(composition, leases),
    escapes: escapesOf(composition, journal),
    validation,
    providers: new Map(
      [...Object.values(agents), ...passAgents.values()].map(({ provider }) => [provider.id, provider]),
    ),
    planner: repositoryPlanner(settings),
    passes: passesIn(composition).map((pass) => passOf(pass, { settings, validation, run })),
    admission: admission(),
    pathExists: (path) => existsSync(join(project.directory, path)),
    prompts: promptSource(),
    memory: patternsMemory(repository),
    attemptLog: fileAttemptLog({ ...places, redact }),
    reporter: markdownReport(),
    publish: async (report) => void (await writeReport(project.directory, report, system)),
    narrate,
    redact,
    endProcesses: endOrphans,
    system,
  };
}

export function validationOf({
  settings: { validation },
  environment,
  system,
}: Pick<Composition, 'settings' | 'environment' | 'system'>): Validation {
  return commandValidation({
    commands: { default: validation.default, profiles: validation.profiles },
    routing: validation.routing,
    protectedPaths: validation.protectedPaths,
    timeoutMs: validation.timeoutMs,
    environment: allowedEnvironment(environment, { names: [...BASE_ENVIRONMENT_NAMES, 'CI'] }),
    redact: redactor(environment),
    system,
  });
}

type Surrounded = Pick<Composition, 'run' | 'project' | 'repository' | 'settings' | 'environment'>;

export function workspacesOf(composition: Surrounded, leases: LeaseManager): WorkspaceManager {
  const { run, repository, settings, environment } = composition;
  const shared = { repository, leases, holder: run as string as HolderId, leaseTtlMs: settings.leaseTtlMs, run };
  if (!settings.useWorktrees) return checkoutWorkspace(shared);
  const installCommand = bootstrapCommand(settings.installCommand, settings.repairCommand);
  return gitWorkspaces({
    ...shared,
    endProcesses: endOrphans,
    limit: settings.workers,
    directory: poolDirectory(composition),
    portLeases: fileLeases({ directory: join(sharedStateDirectory(environment), 'ports'), system: repository.system }),
    bootstrap: {
      copyFiles: settings.copyFiles,
      keep: settings.keep,
      ...(installCommand === undefined ? {} : { installCommand }),
    },
    redact: redactor(environment),
  });
}

function escapesOf(composition: Composition, journal: Journal): EscapeWatch {
  const { repository, landing, settings, environment, narrate } = composition;
  const redact = redactor(environment);
  return gitEscapeWatch({
    repository,
    branch: landing.branch,
    ...(settings.useWorktrees ? { poolDirectory: poolDirectory(composition) } : {}),
    sharedCheckout: settings.sharedCheckout,
    warn: async ({ what, name }: Escape) => {
      const message = redact(`While agents worked, somebody changed ${what} ${name}.`);
      narrate(await journal.append({ type: 'warning', message }));
    },
  });
}

/** Inside the repository, tools that look for their settings upwards would find the user's checkout. */
export function poolDirectory({ project, repository, settings, environment }: Omit<Surrounded, 'run'>): string {
  if (settings.workspaceDirectory === undefined) return defaultPoolDirectory(environment, repository);
  const directory = resolve(project.directory, settings.workspaceDirectory);
  const away = relative(repository.checkout.directory, directory);
  if (away.startsWith('..') || isAbsolute(away)) return directory;
  throw new BacklogError('CONFIG_INVALID', `workspace.directory is inside the repository: ${directory}`, {
    hint: 'Name a directory outside of the repository, or leave it out.',
    details: { directory },
  });
}

/** The rules a runner decides by, from the config. */
export function policyOf(composition: Composition): RunnerPolicy {
  const { settings, agents, once, only } = composition;
  const { workers, maxTries, maxReturns, backoff, providerBackoff, leaseTtlMs, limits, uiPathPrefixes } = settings;
  return {
    workers,
    maxTries,
    maxReturns,
    backoff,
    providerBackoff,
    leaseTtlMs,
    limits,
    uiPathPrefixes,
    agents: {
      ui: choiceOf(agents.ui),
      code: choiceOf(agents.code),
      planner: choiceOf(agents.planner),
      discovery: choiceOf(agents.discovery),
    },
    once,
    ...(settings.planner ? { planner: settings.planner } : {}),
    discovery: {
      readyMark: settings.readyMark,
      passes: passesIn(composition).map((pass) => passPolicy(pass, composition)),
    },
    ...(only === undefined ? {} : { only }),
  };
}

/** The passes a run is about: the enabled ones, or the one that was asked for. */
function passesIn({ settings, pass: asked }: Composition): readonly PassSettings[] {
  if (asked !== undefined) return settings.passes.filter(({ id }) => id === asked);
  return settings.isDiscovering ? settings.passes.filter(({ isEnabled }) => isEnabled) : [];
}

function passPolicy(
  { id, trigger, everyMs, maxCandidates, maxPerDay }: PassSettings,
  { pass: asked, passAgents }: Composition,
): PassPolicy {
  const agent = passAgents?.get(id);
  return {
    ...{ id, everyMs, maxCandidates, maxPerDay },
    trigger: asked === undefined ? trigger : 'manual',
    ...(agent ? { agent: choiceOf(agent) } : {}),
  };
}

export function choiceOf({ provider, model }: RoleChoice<AgentProvider>): AgentChoice {
  return model === undefined ? { provider: provider.id } : { provider: provider.id, model };
}
