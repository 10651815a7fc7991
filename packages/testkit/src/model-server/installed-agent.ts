import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Agent } from './client-setup.ts';

export interface InstalledAgent {
  readonly version: string;
  /** The vendor's own program. */
  readonly path: string;
}

/**
 * The real CLI in the cache directory (`BACKLOG_RUNNER_AGENTS_DIR`, else `~/.cache/backlog-runner-agents`), as its
 * `agents.json` names it. Undefined when it is not there, so that a test can be skipped.
 */
export async function installedAgent(agent: Agent): Promise<InstalledAgent | undefined> {
  const directory = process.env.BACKLOG_RUNNER_AGENTS_DIR ?? path.join(homedir(), '.cache', 'backlog-runner-agents');
  const file = await readFile(path.join(directory, 'agents.json'), 'utf8').catch(() => '{}');
  return (JSON.parse(file) as Partial<Record<Agent, InstalledAgent>>)[agent];
}
