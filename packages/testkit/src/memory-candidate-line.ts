import type { Candidate, RepoPath, TaskId } from '@backlog-runner/contracts';

interface CandidateLine {
  readonly title: string;
  readonly priority?: Candidate['priority'];
  readonly task_kind?: Candidate['kind'];
  readonly depends_on?: readonly TaskId[];
  readonly touch_paths?: readonly RepoPath[];
  readonly acceptance_criteria?: readonly string[];
  readonly description?: string;
}

/**
 * Reads a line of the inbox: a JSON object with the field names of a task file. Undefined when it is not one. Only the
 * title is checked here; a test that needs all of the schema needs the real store.
 */
export function readCandidateLine(line: string): Candidate | undefined {
  const said = parse(line);
  if (!isCandidateLine(said)) return undefined;
  return {
    title: said.title,
    priority: said.priority ?? 'normal',
    kind: said.task_kind ?? 'implementation',
    dependsOn: said.depends_on ?? [],
    touchPaths: said.touch_paths ?? [],
    capabilities: [],
    acceptanceCriteria: said.acceptance_criteria ?? [],
    source: { type: 'manual' },
    ...(said.description === undefined ? {} : { description: said.description }),
  };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isCandidateLine(value: unknown): value is CandidateLine {
  return typeof value === 'object' && value !== null && 'title' in value && typeof value.title === 'string';
}
