import { hostname } from 'node:os';
import { type RunId, system } from '@backlog-runner/contracts';
import { gitLanding, openRepository } from '@backlog-runner/worktrees';
import { type AskedAgents, allAgentsOf } from './agents-of.ts';
import { checkSetup } from './check-setup.ts';
import { childEnvironment } from './child-path.ts';
import type { Composition } from './compose.ts';
import { findProject } from './find-project.ts';
import { loadConfig } from './load-config.ts';
import { locateSyntaxError } from './locate-syntax-error.ts';
import { markedGit } from './marked-git.ts';
import { type StartChoices, settingsOf } from './settings.ts';
import type { Surroundings } from './surroundings.ts';
import { packageVersion } from './version.ts';

/** What a run is composed of, but for what it is to do. */
export type RunSetup = Omit<Composition, 'once' | 'only' | 'pass' | 'narrate'>;

/** Loads all that a run needs. Refuses, before any agent is paid, where workspaces would lack what they need. */
export async function setUpRun(
  surroundings: Pick<Surroundings, 'directory' | 'environment' | 'node'>,
  choices: { readonly settings?: StartChoices; readonly agents: AskedAgents },
): Promise<RunSetup> {
  const { directory } = surroundings;
  const project = findProject(directory);
  const config = await loadConfig({
    file: project.configFile,
    locateSyntaxError: (file) => locateSyntaxError(file, surroundings),
  });
  const settings = settingsOf(config, choices.settings);
  const environment = childEnvironment(surroundings.environment, project.directory);
  const around = { directory: project.directory, environment, system };
  const { roles: agents, passes: passAgents } = await allAgentsOf(config, choices.agents, around);
  const { branch } = settings;
  const run = system.token(10) as RunId;
  const repository = await openRepository({ ...around, run: markedGit(run, system) });
  const landing = await gitLanding(branch === undefined ? { repository } : { repository, branch });
  await checkSetup({ repository, landing, settings, directory });
  return {
    ...{ run, project, repository, landing, settings, agents, passAgents, environment, system },
    version: packageVersion(),
    host: hostname(),
  };
}
