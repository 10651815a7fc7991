import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PromptSource } from '@backlog-runner/runner';

/** The prompts of a project, read from the working copy that shows the commit an attempt starts at. */
export function promptSource(): PromptSource {
  return {
    instructions: (directory) => textOf(join(directory, 'scripts', 'backlog', 'agent.md')),
    patterns: (directory) => textOf(join(directory, 'scripts', 'backlog', 'patterns.md')),
  };
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
}
