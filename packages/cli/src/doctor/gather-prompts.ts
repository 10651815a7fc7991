import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BacklogError } from '@backlog-runner/contracts';
import type { PromptFacts } from './facts.ts';
import type { Ground } from './gather-facts.ts';

const MANAGED_PROMPTS: readonly string[] = ['agent.md', 'planner.md', 'patterns.md'].map(
  (name) => `scripts/backlog/${name}`,
);

/** Passes that ask nobody, and so have no prompt. */
const WITHOUT_PROMPT: ReadonlySet<string> = new Set(['todo-comments', 'failing-validation']);

/** The files that agents are asked with: those every backlog has, and those of the passes that are on. */
export async function promptFacts({ project, settings }: Ground): Promise<readonly PromptFacts[]> {
  const passes = (settings.isDiscovering ? settings.passes : [])
    .filter(({ id, isEnabled, pass }) => isEnabled && !pass && !WITHOUT_PROMPT.has(id))
    .map(({ promptFile }) => promptFile);
  const asked = [
    ...MANAGED_PROMPTS.map((path) => ({ path, use: 'managed' as const })),
    ...[...new Set(passes)].map((path) => ({ path, use: 'pass' as const })),
  ];
  return Promise.all(
    asked.map(async (prompt) => ({ ...prompt, ...(await read(join(project.directory, prompt.path))) })),
  );
}

async function read(file: string): Promise<Pick<PromptFacts, 'text' | 'isUtf8'>> {
  try {
    const bytes = await readFile(file);
    const text = bytes.toString('utf8');
    return { text, isUtf8: !text.includes('\0') && Buffer.from(text, 'utf8').equals(bytes) };
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) {
      return { text: undefined, isUtf8: true };
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new BacklogError('STORAGE_FAILED', `${file} could not be read: ${reason}`, { details: { path: file } });
  }
}
