import { type System, system } from '@backlog-runner/contracts';
import { openRepository, type Repository } from '@backlog-runner/worktrees';
import { allAgentsOf } from '../agents-of.ts';
import { childEnvironment } from '../child-path.ts';
import type { Config } from '../config.ts';
import { findProject, type Project } from '../find-project.ts';
import { loadConfig } from '../load-config.ts';
import { locateSyntaxError } from '../locate-syntax-error.ts';
import { type Settings, settingsOf } from '../settings.ts';
import type { Surroundings } from '../surroundings.ts';
import { type DoctorFacts, type Known, UNKNOWN } from './facts.ts';
import { agentFacts } from './gather-agents.ts';
import { backlogFacts } from './gather-backlog.ts';
import { commandFacts } from './gather-commands.ts';
import { diskFacts } from './gather-disks.ts';
import { promptFacts } from './gather-prompts.ts';
import { gitVersion, repositoryFacts, setupFacts } from './gather-repository.ts';
import { gatherState } from './gather-state.ts';
import { known, valueIn } from './known.ts';

export interface GatherOptions {
  /** Asks each agent one tiny real question. */
  readonly live: boolean;
  /** The version of Node. */
  readonly node: string;
  /** Reads a config that was loaded before once more. */
  readonly again?: string;
}

/** What the parts of the gathering share, as far as it is there. */
export interface Ground {
  readonly surroundings: Surroundings;
  /** Of this process, with the `PATH` for children. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly system: System;
  readonly project: Project;
  readonly repository: Repository | undefined;
  /** Undefined when the config cannot be used. */
  readonly config: Config | undefined;
  readonly settings: Settings;
}

/** Reads everything `doctor` judges by. Whatever is broken hides no more than what hangs on it. Writes nothing. */
export async function gatherFacts(surroundings: Surroundings, options: GatherOptions): Promise<DoctorFacts> {
  const { directory } = surroundings;
  const isWorkspace = surroundings.environment.BACKLOG_WORKSPACE !== undefined;
  const project = await known(async () => findProject(directory));
  const home = valueIn(project);
  const environment = childEnvironment(surroundings.environment, home?.directory ?? directory);
  const git = await gitVersion(environment, directory);
  const opened = await known(() => openRepository({ directory: home?.directory ?? directory, environment, system }));
  const base = { node: options.node, git, isWorkspace, project };
  if (!home) return { ...NOTHING, ...base, repository: opened.status === 'trouble' ? opened : UNKNOWN };
  const locate = { file: home.configFile, locateSyntaxError: (file: string) => locateSyntaxError(file, surroundings) };
  const config = await known(() => loadConfig({ ...locate, ...(options.again ? { again: options.again } : {}) }));
  const settings = settingsOf(valueIn(config) ?? {});
  const repository = valueIn(opened);
  const ground: Ground = {
    surroundings,
    environment,
    system,
    project: home,
    repository,
    config: valueIn(config),
    settings,
  };
  const [commands, disks] = await Promise.all([commandFacts(ground), diskFacts(ground)]);
  if (isWorkspace) {
    const checkout: DoctorFacts['repository'] = opened.status === 'trouble' ? opened : UNKNOWN;
    return { ...NOTHING, ...base, repository: checkout, config, commands, disks };
  }
  const [checkout, setup, asked, prompts, backlog, state] = await Promise.all([
    after(opened, () => repositoryFacts(ground)),
    after(opened, () => setupFacts(ground)),
    agents(ground, options),
    promptFacts(ground),
    known(() => backlogFacts(ground)),
    gatherState(ground),
  ]);
  return { ...base, config, commands, disks, repository: checkout, setup, agents: asked, prompts, backlog, ...state };
}

const NOTHING = {
  config: UNKNOWN,
  setup: UNKNOWN,
  agents: UNKNOWN,
  prompts: [],
  commands: [],
  backlog: UNKNOWN,
  state: UNKNOWN,
  leases: UNKNOWN,
  disks: [],
} as const;

async function after<Value>(first: Known<unknown>, work: () => Promise<Known<Value>>): Promise<Known<Value>> {
  if (first.status === 'known') return work();
  return first.status === 'trouble' ? first : UNKNOWN;
}

async function agents(
  { config, project, environment }: Ground,
  { live }: GatherOptions,
): Promise<DoctorFacts['agents']> {
  if (!config) return UNKNOWN;
  const { directory } = project;
  const asked = { tool: undefined, model: undefined };
  return known(async () =>
    agentFacts(await allAgentsOf(config, asked, { directory, environment, system }), { live, directory, system }),
  );
}
