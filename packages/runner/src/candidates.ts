import {
  type Candidate,
  type ProposedCandidate,
  parseRepoPath,
  TASK_LIMITS,
  type TaskSource,
} from '@backlog-runner/contracts';

/** What was proposed, as candidates for the inbox; what is no candidate is named, with the reason. */
export function candidatesOf(
  proposals: readonly ProposedCandidate[],
  source: TaskSource,
): {
  readonly candidates: readonly Candidate[];
  readonly refused: readonly { readonly title: string; readonly reason: string }[];
} {
  const candidates: Candidate[] = [];
  const refused: { title: string; reason: string }[] = [];
  for (const proposed of proposals) {
    const reason = problemWith(proposed);
    if (reason) refused.push({ title: nameOf(proposed), reason });
    else candidates.push(candidateFrom(proposed, source));
  }
  return { candidates, refused };
}

function problemWith({ title, touch_paths }: ProposedCandidate): string | undefined {
  if (title.trim() === '') return 'it has no title';
  if (title.length > TASK_LIMITS.titleLength) return 'its title is too long';
  const outside = touch_paths.find((path) => parseRepoPath(path) === undefined);
  return outside === undefined ? undefined : 'it names a path outside the project';
}

const LONGEST_NAME = 80;

function nameOf({ title }: ProposedCandidate): string {
  const name = title.trim();
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
}

function candidateFrom(proposed: ProposedCandidate, source: TaskSource): Candidate {
  return {
    title: proposed.title.trim(),
    priority: proposed.priority,
    kind: 'implementation',
    dependsOn: [],
    touchPaths: proposed.touch_paths.map(parseRepoPath).filter((path) => path !== undefined),
    capabilities: [],
    acceptanceCriteria: proposed.acceptance_criteria,
    description: proposed.description,
    source,
  };
}
