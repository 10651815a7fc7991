import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { System } from '@backlog-runner/contracts';
import { repositoryFacts } from '@backlog-runner/discovery';
import type { Repository } from '@backlog-runner/worktrees';
import { builtInTools } from '../built-in-tools.ts';
import { filesOfCommand } from '../command-files.ts';
import type { Config } from '../config.ts';
import { detect } from '../init/detect.ts';
import { readFacts } from '../init/read-facts.ts';
import { CHECKS_NOTHING } from '../init/validate-script.ts';
import { isProvider } from '../provider-value.ts';
import { settingsOf } from '../settings.ts';
import type { SetupFacts } from './facts.ts';

export interface GatherSetupOptions {
  readonly repository: Repository;
  readonly config: Config;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly system: System;
}

const MANIFEST =
  /(^|\/)(package\.json|pyproject\.toml|requirements[^/]*\.txt|composer\.json|Gemfile|pom\.xml|build\.gradle(\.kts)?)$/;
const MOST_MANIFESTS = 50;

/** Looks at a repository for what setup recommends. Reads only. */
export async function gatherSetup(options: GatherSetupOptions): Promise<SetupFacts> {
  const { repository, config } = options;
  const { projectDirectory: directory, checkout } = repository;
  const [files, readyAgents] = await Promise.all([trackedFiles(repository), ready(options)]);
  const manifests = files.filter((file) => MANIFEST.test(file)).slice(0, MOST_MANIFESTS);
  const texts = await Promise.all(manifests.map((file) => readFile(join(directory, file), 'utf8').catch(() => '')));
  return {
    repository: repositoryFacts(files, texts),
    detected: detect(readFacts(directory, checkout.directory)),
    config,
    readyAgents,
    hasValidation: await checksSomething(directory, settingsOf(config).validation.default),
  };
}

/** What git tracks below the project directory, and what is new there and not ignored. */
async function trackedFiles({ checkout, prefix, runner }: Repository): Promise<readonly string[]> {
  const git = runner.at({ gitDir: checkout.gitDir, workTree: checkout.directory });
  const { stdout } = await git(['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', prefix || '.']);
  const names = stdout.split('\0').filter((name) => name.startsWith(prefix) && name !== '');
  return [...new Set(names.map((name) => name.slice(prefix.length)))].sort();
}

/** The names of agents that can be used: the built-in ones, and what the config makes. */
async function ready({ repository, config, environment, system }: GatherSetupOptions): Promise<readonly string[]> {
  const own = config.providers?.tools ?? {};
  const builtIn = builtInTools({ directory: repository.projectDirectory, environment, system });
  const names = [...new Set([...Object.keys(builtIn), ...Object.keys(own)])].sort();
  const checks = names.map(async (name) => {
    const configured = own[name];
    const provider = isProvider(configured) ? configured : await builtIn[name]?.(configured ?? {});
    return (await provider?.check())?.status === 'ready' ? [name] : [];
  });
  return (await Promise.all(checks)).flat();
}

async function checksSomething(directory: string, command: string): Promise<boolean> {
  const { script } = filesOfCommand(command);
  if (script === undefined) return true;
  const text = await readFile(join(directory, script), 'utf8').catch(() => CHECKS_NOTHING);
  return !text.includes(CHECKS_NOTHING);
}
