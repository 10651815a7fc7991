import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BacklogError, type System, storageHint } from '@backlog-runner/contracts';
import { editConfigFile, type ManualStep } from '../config-source/edit-config-file.ts';
import type { Project } from '../find-project.ts';
import type { LoadConfigOptions } from '../load-config.ts';
import { isUnedited } from './managed-text.ts';
import type { SetupPlan } from './plan-setup.ts';

export interface AppliedSetup {
  readonly config: 'edited' | 'unchanged' | 'by-hand';
  /** What must be pasted; nothing else of the config was changed then. */
  readonly steps: readonly ManualStep[];
  /** `yours`: a person wrote or edited it, so it stays as it is. */
  readonly prompts: readonly { readonly path: string; readonly action: 'written' | 'unchanged' | 'yours' }[];
}

/** Carries a plan out: prompts first, so that no pass is ever without one, then the config, in place. */
export async function applySetup(
  { edits, prompts }: SetupPlan,
  options: Pick<LoadConfigOptions, 'locateSyntaxError'> & { readonly project: Project; readonly system: System },
): Promise<AppliedSetup> {
  const { directory, configFile: file } = options.project;
  const written: AppliedSetup['prompts'][number][] = [];
  for (const { path, text } of prompts) written.push({ path, action: await writeManaged(join(directory, path), text) });
  const result = await editConfigFile({ ...options, file }, edits);
  return { config: result.status, steps: result.status === 'by-hand' ? result.steps : [], prompts: written };
}

async function writeManaged(path: string, text: string): Promise<'written' | 'unchanged' | 'yours'> {
  try {
    const present = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (present === text) return 'unchanged';
    if (present !== undefined && !isUnedited(present)) return 'yours';
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    return 'written';
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BacklogError('STORAGE_FAILED', `${path} could not be written: ${reason}`, {
      hint: storageHint(error) ?? 'Check the permissions and the space on the disk.',
      details: { path },
      cause: error,
    });
  }
}
