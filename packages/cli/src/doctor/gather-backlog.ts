import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { candidateFrom, fileStore } from '@backlog-runner/store';
import { DEFAULT_PROFILES } from '../settings.ts';
import type { BacklogFacts } from './facts.ts';
import type { Ground } from './gather-facts.ts';

/** Every spec, and every line of the inbox. */
export async function backlogFacts({ project, settings, system }: Ground): Promise<BacklogFacts> {
  const { directory, stateDirectory } = project;
  const { tasks, problems } = await fileStore({ directory, stateDirectory, index: 'read-only', system }).read();
  return {
    tasks,
    problems,
    profiles: [...DEFAULT_PROFILES, ...Object.keys(settings.validation.profiles)],
    inbox: await inboxProblems(join(directory, 'backlog', 'inbox.jsonl')),
    hasTaskSchema: existsSync(join(directory, 'backlog', 'task.schema.json')),
  };
}

async function inboxProblems(file: string): Promise<BacklogFacts['inbox']> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').flatMap((row, index) => {
    if (row.trim() === '') return [];
    const reading = readLine(row);
    return 'message' in reading ? [{ line: index + 1, message: reading.message }] : [];
  });
}

function readLine(row: string): ReturnType<typeof candidateFrom> {
  try {
    return candidateFrom(JSON.parse(row));
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error) };
  }
}
