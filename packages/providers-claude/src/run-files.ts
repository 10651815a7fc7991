import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface RunFiles {
  /** The temporary directory of the agent and its commands, for this run alone. */
  readonly temporary: string;
  readonly systemPromptFile?: string;
  remove(): Promise<void>;
}

/** Makes what one run needs outside its workspace. */
export async function makeRunFiles(systemPrompt: string | undefined): Promise<RunFiles> {
  const root = await mkdtemp(path.join(tmpdir(), 'backlog-claude-'));
  const temporary = path.join(root, 'tmp');
  await mkdir(temporary);
  const systemPromptFile = path.join(root, 'system-prompt.md');
  if (systemPrompt !== undefined) await writeFile(systemPromptFile, systemPrompt);
  return {
    temporary,
    ...(systemPrompt === undefined ? {} : { systemPromptFile }),
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 3 }).catch(() => {}),
  };
}
