import {
  type AgentAnswer,
  type Candidate,
  type ProposedCandidate,
  parseRepoPath,
  TASK_LIMITS,
} from '@backlog-runner/contracts';

/** What an agent proposed, as candidates for the inbox; what is no candidate is named, with the reason. */
export function candidatesOf(answer: AgentAnswer): {
  readonly candidates: readonly Candidate[];
  readonly refused: readonly string[];
} {
  const candidates: Candidate[] = [];
  const refused: string[] = [];
  for (const proposed of answer.candidates) {
    const reason = problemWith(proposed);
    if (reason) refused.push(reason);
    else candidates.push(candidateFrom(proposed));
  }
  return { candidates, refused };
}

function problemWith({ title, touch_paths }: ProposedCandidate): string | undefined {
  const name = title.trim().slice(0, 80);
  if (name === '') return 'a proposed candidate has no title';
  if (title.length > TASK_LIMITS.titleLength) return `the title of the proposed candidate "${name}…" is too long`;
  const outside = touch_paths.find((path) => parseRepoPath(path) === undefined);
  return outside === undefined ? undefined : `the proposed candidate "${name}" names a path outside the project`;
}

function candidateFrom(proposed: ProposedCandidate): Candidate {
  return {
    title: proposed.title.trim(),
    priority: proposed.priority,
    kind: 'implementation',
    dependsOn: [],
    touchPaths: proposed.touch_paths.map(parseRepoPath).filter((path) => path !== undefined),
    capabilities: [],
    acceptanceCriteria: proposed.acceptance_criteria,
    description: proposed.description,
    source: { type: 'task-followup' },
  };
}
