import type { Candidate } from '@backlog-runner/contracts';

export function candidate(title: string, more: Partial<Candidate> = {}): Candidate {
  return {
    title,
    priority: 'normal',
    kind: 'implementation',
    dependsOn: [],
    touchPaths: [],
    capabilities: [],
    acceptanceCriteria: [],
    source: { type: 'manual' },
    ...more,
  };
}
