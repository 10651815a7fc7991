import type { Candidate } from '@backlog-runner/contracts';
import { explainCandidate } from './explain.ts';
import { type Fields, readCandidate } from './read-task.ts';

/** A candidate, or one sentence about why it is none. */
export type CandidateReading = { readonly candidate: Candidate } | { readonly message: string };

/**
 * Reads a candidate as it is written in `backlog/inbox.jsonl`: an object with the field names of a task file. The one
 * way in for whatever people, passes and agents propose; it believes nothing.
 */
export function candidateFrom(value: unknown): CandidateReading {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const candidate = isObject ? readCandidate(value as Fields) : undefined;
  return candidate ? { candidate } : { message: explainCandidate(value).message };
}

/** The object {@link candidateFrom} reads as this candidate. */
export function fieldsOf(candidate: Candidate): Fields {
  const { source, executionDomain, validationProfile, description } = candidate;
  return {
    title: candidate.title,
    priority: candidate.priority,
    task_kind: candidate.kind,
    ...(executionDomain === undefined ? {} : { execution_domain: executionDomain }),
    depends_on: candidate.dependsOn,
    touch_paths: candidate.touchPaths,
    capabilities: candidate.capabilities,
    ...(validationProfile === undefined ? {} : { validation_profile: validationProfile }),
    acceptance_criteria: candidate.acceptanceCriteria,
    ...(description === undefined ? {} : { description }),
    source: source?.passId === undefined ? source?.type : { type: source.type, pass_id: source.passId },
  };
}
