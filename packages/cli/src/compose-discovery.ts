import { lstatSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiscoveryPass, Planner, RepoPath, RunId, Validation } from '@backlog-runner/contracts';
import { agentPass, failingValidationPass, planner, todoPass } from '@backlog-runner/discovery';
import { DEFAULT_PROFILES, type PassSettings, type Settings } from './settings.ts';

/** From the project directory. */
export const PLANNER_PROMPT_PATH = 'scripts/backlog/planner.md';

/** A planner with the project's own words, as the working copy it looks at has them. */
export function repositoryPlanner({ validation }: Pick<Settings, 'validation'>): Planner {
  const profiles = [...DEFAULT_PROFILES, ...Object.keys(validation.profiles)];
  return {
    async plan(request, inquiry) {
      const instructions = (await textIn(inquiry.directory, PLANNER_PROMPT_PATH as RepoPath)) ?? '';
      return planner({ instructions, profiles }).plan(request, inquiry);
    },
  };
}

export interface PassSurroundings {
  readonly settings: Settings;
  readonly validation: Validation;
  readonly run: RunId;
}

/** The pass behind an entry of the config: one of a package, a built-in one by its id, or an agent that is asked. */
export function passOf(pass: PassSettings, around: PassSurroundings): DiscoveryPass {
  if (pass.pass) return { ...pass.pass, id: pass.id };
  switch (pass.id) {
    case 'todo-comments':
      return todoPass(pass.heuristics);
    case 'failing-validation':
      return failingValidationPass({ ...around, profiles: profilesOf(around.settings) });
    default:
      return promptPass(pass);
  }
}

/** Every profile with the paths that are routed to it; the default one is about the whole project. */
function profilesOf({ validation }: Settings): readonly { name: string; pathPrefixes: readonly string[] }[] {
  const [name = 'repo'] = DEFAULT_PROFILES;
  const routed = Object.keys(validation.profiles).map((profile) => ({
    name: profile,
    pathPrefixes: validation.routing
      .filter((route) => route.profile === profile)
      .flatMap((route) => route.pathPrefixes),
  }));
  return [{ name, pathPrefixes: [] }, ...routed];
}

/** Asks an agent by the prompt file as it is committed. */
function promptPass({ id, description, promptFile, heuristics }: PassSettings): DiscoveryPass {
  return {
    contract: 'discovery-pass@1',
    id,
    asksAgent: true,
    async find(request, inquiry) {
      const prompt = await textIn(inquiry.directory, promptFile);
      if (prompt === undefined) {
        return { status: 'refused', reason: `its prompt ${promptFile} is not committed: write it and commit it` };
      }
      return agentPass({ id, description, prompt, heuristics }).find(request, inquiry);
    },
  };
}

/** A committed text file. Links are not followed: they may lead out of the repository. */
async function textIn(directory: string, path: RepoPath): Promise<string | undefined> {
  const file = join(directory, path);
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() ? readFile(file, 'utf8') : undefined;
}
