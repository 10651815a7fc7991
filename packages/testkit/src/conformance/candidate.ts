import type { Candidate, RepoPath, TaskId } from '@backlog-runner/contracts';

/** A candidate that says everything a candidate can say. */
export function candidateOf(title: string, more: Partial<Candidate> = {}): Candidate {
  return {
    title,
    priority: 'high',
    kind: 'implementation',
    executionDomain: 'code_logic',
    dependsOn: ['another-task' as TaskId],
    touchPaths: ['src/a b', 'docs'] as readonly string[] as readonly RepoPath[],
    capabilities: ['database'],
    validationProfile: 'repo',
    acceptanceCriteria: ['It says: "wörld" ✓.', '# This is no comment.'],
    description: 'Two lines:\n  the second one is indented.',
    source: { type: 'pass', passId: 'todo' },
    ...more,
  };
}

/** What of a task comes from its candidate. */
export function candidateIn(task: Candidate): Candidate {
  const { title, priority, kind, executionDomain, dependsOn, touchPaths, capabilities } = task;
  const { validationProfile, acceptanceCriteria, description, source } = task;
  const said = { executionDomain, validationProfile, description };
  const present = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  return { title, priority, kind, dependsOn, touchPaths, capabilities, acceptanceCriteria, source, ...present };
}
