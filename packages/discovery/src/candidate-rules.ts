import { type Candidate, parseRepoPath, parseTaskId, TASK_LIMITS } from '@backlog-runner/contracts';

/** Why a person could not add this candidate either, as a sentence. Undefined when they could. */
export function brokenRule(candidate: Omit<Candidate, 'source'>): string | undefined {
  const { title, description, touchPaths, acceptanceCriteria, capabilities, dependsOn } = candidate;
  const { titleLength, textLength, listLength } = TASK_LIMITS;
  if (title.trim() === '') return 'It has no title.';
  if (title.length > titleLength) return `Its title is longer than ${titleLength} characters.`;
  if ((description ?? '').length > textLength) return `Its description is longer than ${textLength} characters.`;
  for (const [name, list] of Object.entries({ touchPaths, acceptanceCriteria, capabilities, dependsOn })) {
    if (list.length > listLength) return `It has more than ${listLength} ${NAMES[name]}.`;
    if (list.some((text) => text.length > textLength)) return `One of its ${NAMES[name]} is too long.`;
  }
  return brokenPath(touchPaths) ?? brokenDependency(dependsOn);
}

const NAMES: Readonly<Record<string, string>> = {
  touchPaths: 'paths',
  acceptanceCriteria: 'acceptance criteria',
  capabilities: 'capabilities',
  dependsOn: 'dependencies',
};

/** Why one of the paths is no path of the project. */
export function brokenPath(paths: readonly string[]): string | undefined {
  const outside = paths.find((path) => parseRepoPath(path) === undefined);
  if (outside !== undefined) return `Its path ${quoted(outside)} is not inside the project.`;
  const pattern = paths.find((path) => /[*?]/.test(path));
  return pattern === undefined ? undefined : `Its path ${quoted(pattern)} is a pattern and not a path.`;
}

function brokenDependency(ids: readonly string[]): string | undefined {
  const broken = ids.find((id) => parseTaskId(id) === undefined);
  return broken === undefined ? undefined : `It depends on ${quoted(broken)}, which cannot be the id of a task.`;
}

/** What somebody wrote, as one short line. */
export function quoted(text: string): string {
  const line = text.replace(/[\s`\p{Cc}]+/gu, ' ').trim();
  return `\`${line.length > 80 ? `${line.slice(0, 80)}…` : line}\``;
}
