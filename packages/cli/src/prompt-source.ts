import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PromptSource } from '@backlog-runner/runner';
import { PATTERNS_PATH } from './patterns-memory.ts';

/** From the project directory. */
export const AGENT_PROMPT_PATH = 'scripts/backlog/agent.md';

/** The prompts of a project, read from the working copy that shows the commit an attempt starts at. */
export function promptSource(): PromptSource {
  return {
    instructions: (directory) => textOf(join(directory, AGENT_PROMPT_PATH)),
    patterns: (directory) => textOf(join(directory, PATTERNS_PATH)),
  };
}

async function textOf(path: string): Promise<string> {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
