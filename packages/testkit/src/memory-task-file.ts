import { parseTaskId, type RepoPath, type SpecProblem, TASK_STATES, type Task } from '@backlog-runner/contracts';
import { type TaskOverrides, taskFixture } from './task-fixture.ts';
import { textDigest } from './text-digest.ts';

/** A task as the text of a file. Its path and revision are no part of the text. */
export function writeTaskFile(task: Task): string {
  const { path, revision, ...said } = task;
  return `${JSON.stringify(said, undefined, 2)}\n`;
}

export function readTaskFile(path: RepoPath, content: string): Task | SpecProblem {
  const said = parseObject(content);
  if (!said) return { path, message: 'The file does not hold a JSON object.' };
  if (typeof said.id !== 'string' || parseTaskId(said.id) === undefined) return { path, message: 'The id is no id.' };
  if (!isState(said.state)) return { path, message: `${JSON.stringify(said.state)} is no state.` };
  return taskFixture({ ...(said as TaskOverrides), path, revision: textDigest(content) });
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function isState(value: unknown): boolean {
  return TASK_STATES.some((state) => state === value);
}
