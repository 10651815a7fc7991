import type { AgentAnswer, CommitId, TreeId, ValidationResult } from '@backlog-runner/contracts';
import { taskFixture } from '@backlog-runner/testkit';
import { describe, expect, test } from 'vitest';
import { type Fact, type LandingEnding, NO_RETURNS, nextStep, type Progress, type Step } from './next-step.ts';

const answer: AgentAnswer = { status: 'done', summary: 'It greets.', notes: [], candidates: [], patterns: [] };
const refusal: Extract<ValidationResult, { status: 'refused' }> = {
  status: 'refused',
  profile: 'default',
  findings: [{ command: 'npm test', exitCode: 1, output: 'not ok' }],
};
const fresh: Progress = { task: taskFixture(), maxReturns: 2, returns: NO_RETURNS, resumes: false };
const exhausted: Progress = {
  ...fresh,
  returns: { validation: 2, conflict: 2, 'protected-paths': 2, 'invalid-answer': 2 },
};
const resumed: Progress = { ...fresh, resumes: true };
const research: Progress = { ...fresh, task: taskFixture({ kind: 'research' }) };
const changed = [{ path: 'src/greet.js', change: 'added' as const }];

const ended = (fields: Partial<Extract<Fact, { kind: 'agent-ended' }>> = {}): Fact => ({
  kind: 'agent-ended',
  outcome: { status: 'completed', text: '' },
  answer,
  changes: changed,
  protectedPaths: [],
  escapes: [],
  ...fields,
});
const withoutAnswer: Fact = {
  kind: 'agent-ended',
  outcome: { status: 'completed', text: '' },
  changes: changed,
  protectedPaths: [],
  escapes: [],
};
const landing = (ending: LandingEnding): Fact => ({ kind: 'landing-ended', ending });
const conflict: LandingEnding = { kind: 'conflicted', paths: ['a.txt'], tree: 't' as TreeId, onto: 'c' as CommitId };

const word = (step: Step): string => {
  if (step.kind === 'ask-agent') return step.about ? `return for ${step.about.because}` : 'ask';
  if (step.kind === 'land') return 'land';
  const { result } = step;
  return 'by' in result ? `${result.status} by ${result.by}` : result.status;
};

const table: { claim: string; progress?: Progress; fact: Fact; step: string }[] = [
  { claim: 'a prepared attempt asks its agent', fact: { kind: 'prepared' }, step: 'ask' },
  { claim: 'finished work is brought to landing', fact: ended(), step: 'land' },
  { claim: 'done without a change is not done', fact: ended({ changes: [] }), step: 'refused by no-changes' },
  { claim: 'research without a change is done', progress: research, fact: ended({ changes: [] }), step: 'land' },
  {
    claim: 'research that changed files goes back',
    progress: research,
    fact: ended(),
    step: 'return for protected-paths',
  },
  { claim: 'no answer in the promised form goes back', fact: withoutAnswer, step: 'return for invalid-answer' },
  { claim: 'never an answer ends it', progress: exhausted, fact: withoutAnswer, step: 'refused by invalid-answer' },
  {
    claim: 'an agent may say that it cannot',
    fact: ended({ answer: { ...answer, status: 'blocked' } }),
    step: 'blocked',
  },
  {
    claim: 'a change of the judge goes back',
    fact: ended({ protectedPaths: ['backlog.config.mjs'] }),
    step: 'return for protected-paths',
  },
  {
    claim: 'a change of the judge never lands',
    progress: exhausted,
    fact: ended({ protectedPaths: ['backlog.config.mjs'] }),
    step: 'refused by protected-paths',
  },
  { claim: 'a stopped agent is interrupted', fact: ended({ outcome: { status: 'aborted' } }), step: 'interrupted' },
  {
    claim: 'a failed agent run is its failure, whatever it answered before',
    fact: ended({ outcome: { status: 'failed', failure: { kind: 'turn-limit', message: 'm' } } }),
    step: 'agent-failed',
  },
  {
    claim: 'work of an agent that left its workspace never lands',
    fact: ended({ escapes: [{ what: 'hook', name: 'pre-commit' }] }),
    step: 'refused by escape',
  },
  { claim: 'landed is the end', fact: landing({ kind: 'landed', commit: 'c' as CommitId }), step: 'landed' },
  {
    claim: 'held is an end that is tried again',
    fact: landing({ kind: 'held', reason: 'r', paths: [] }),
    step: 'held',
  },
  { claim: 'overtaken work does not land', fact: landing({ kind: 'overtaken', reason: 'r' }), step: 'cancelled' },
  { claim: 'a stopped landing is interrupted', fact: landing({ kind: 'stopped' }), step: 'interrupted' },
  {
    claim: 'an interrupted session is told so',
    progress: resumed,
    fact: { kind: 'prepared' },
    step: 'return for interruption',
  },
  {
    claim: 'a session that is lost is replaced by one that goes on with the work',
    progress: resumed,
    fact: ended({ outcome: { status: 'failed', failure: { kind: 'other', message: 'no such session' } } }),
    step: 'return for lost-session',
  },
  {
    claim: 'a rate limit is no lost session',
    progress: resumed,
    fact: ended({ outcome: { status: 'failed', failure: { kind: 'rate-limited', message: '429' } } }),
    step: 'agent-failed',
  },
  { claim: 'a conflict goes back', fact: landing(conflict), step: 'return for conflict' },
  {
    claim: 'conflicts without end are refused',
    progress: exhausted,
    fact: landing(conflict),
    step: 'refused by conflict',
  },
  {
    claim: 'refused work goes back',
    fact: landing({ kind: 'not-passed', validation: refusal }),
    step: 'return for validation',
  },
  {
    claim: 'work refused too often is refused',
    progress: exhausted,
    fact: landing({ kind: 'not-passed', validation: refusal }),
    step: 'refused by validation',
  },
  {
    claim: 'no answer from the validation is not a yes',
    fact: landing({ kind: 'not-passed', validation: { status: 'inconclusive', profile: 'default', reason: 'killed' } }),
    step: 'inconclusive',
  },
];

describe('nextStep', () => {
  test.each(table)('$claim', ({ progress = fresh, fact, step }) => {
    expect(word(nextStep(progress, fact))).toBe(step);
  });

  test('each reason to go back has a count of its own', () => {
    const progress: Progress = { ...fresh, returns: { ...NO_RETURNS, conflict: 2 } };
    expect(word(nextStep(progress, landing({ kind: 'not-passed', validation: refusal })))).toBe(
      'return for validation',
    );
  });
});
