import type {
  AgentAnswer,
  AgentFailure,
  AgentOutcome,
  AttemptResult,
  ChangedFile,
  CommitId,
  Escape,
  Task,
  TreeId,
  ValidationResult,
} from '@backlog-runner/contracts';

/** What just happened in an attempt. */
export type Fact =
  | { readonly kind: 'prepared' }
  | {
      readonly kind: 'agent-ended';
      readonly outcome: AgentOutcome;
      /** Undefined when there is none, or not in the promised form. */
      readonly answer?: AgentAnswer;
      readonly changes: readonly ChangedFile[];
      readonly protectedPaths: readonly string[];
      readonly escapes: readonly Escape[];
    }
  | { readonly kind: 'landing-ended'; readonly ending: LandingEnding };

/** How an effort to validate and land an attempt ended. */
export type LandingEnding =
  | { readonly kind: 'landed'; readonly commit: CommitId }
  | { readonly kind: 'held'; readonly reason: string; readonly paths: readonly string[] }
  | { readonly kind: 'conflicted'; readonly paths: readonly string[]; readonly tree: TreeId; readonly onto: CommitId }
  | { readonly kind: 'not-passed'; readonly validation: Exclude<ValidationResult, { status: 'passed' }> }
  /** The run or the lease ended first. */
  | { readonly kind: 'stopped' }
  /** The task is not ours, not ready or not the same any more. */
  | { readonly kind: 'overtaken'; readonly reason: string };

/** Why an attempt goes back to its agent. */
export type Return =
  | { readonly because: 'validation'; readonly validation: Extract<ValidationResult, { status: 'refused' }> }
  | { readonly because: 'protected-paths'; readonly paths: readonly string[] }
  | { readonly because: 'conflict'; readonly paths: readonly string[] }
  | { readonly because: 'invalid-answer' };

/** Why an agent is asked to go on rather than to begin. */
export type Continuation =
  | Return
  /** Its session was cut off and is resumed. */
  | { readonly because: 'interruption' }
  /** Its session was cut off and cannot be resumed: a new one goes on with the work that is there. */
  | { readonly because: 'lost-session' };

export type Step =
  | { readonly kind: 'ask-agent'; readonly about?: Continuation }
  | { readonly kind: 'land'; readonly answer: AgentAnswer }
  | { readonly kind: 'end'; readonly result: AttemptResult };

/** How far an attempt is. */
export interface Progress {
  readonly task: Task;
  readonly maxReturns: number;
  /** How often the attempt was returned to its agent, by reason. */
  readonly returns: Readonly<Record<Return['because'], number>>;
  /** It goes on with the session of an interrupted attempt, which has not answered yet. */
  readonly resumes: boolean;
}

export const NO_RETURNS: Progress['returns'] = {
  validation: 0,
  'protected-paths': 0,
  conflict: 0,
  'invalid-answer': 0,
};

/** What an attempt does next. */
export function nextStep(progress: Progress, fact: Fact): Step {
  switch (fact.kind) {
    case 'prepared':
      return progress.resumes ? { kind: 'ask-agent', about: { because: 'interruption' } } : { kind: 'ask-agent' };
    case 'agent-ended':
      if (fact.escapes.length > 0) return end(quarantine(fact.escapes));
      return fact.outcome.status === 'completed' ? afterAnswer(progress, fact) : afterFailure(progress, fact.outcome);
    case 'landing-ended':
      return afterLanding(progress, fact.ending);
  }
}

/** Whatever else it did, an attempt that reached out of its workspace does not land. Its work is kept. */
function quarantine(escapes: readonly Escape[]): AttemptResult {
  const named = escapes.map(({ what, name }) => `${what} ${name}`).join(', ');
  return {
    status: 'refused',
    by: 'escape',
    reason: `something outside of its workspace changed while it ran: ${named}`,
  };
}

function afterAnswer(progress: Progress, fact: Extract<Fact, { kind: 'agent-ended' }>): Step {
  const { answer, changes, protectedPaths } = fact;
  if (!answer) {
    return returnToAgent(progress, { because: 'invalid-answer' }, 'the agent gave no answer in the promised form');
  }
  if (answer.status === 'blocked') return end({ status: 'blocked', reason: answer.summary });
  if (protectedPaths.length > 0) {
    const reason = `it changed what only a person may change: ${protectedPaths.join(', ')}`;
    return returnToAgent(progress, { because: 'protected-paths', paths: protectedPaths }, reason);
  }
  const { kind } = progress.task;
  if (kind === 'research' && changes.length > 0) {
    const reason = 'a research task may only propose candidates, and it changed files';
    return returnToAgent(progress, { because: 'protected-paths', paths: changes.map(({ path }) => path) }, reason);
  }
  if (kind === 'implementation' && changes.length === 0) {
    return end({ status: 'refused', by: 'no-changes', reason: 'the agent said it was done but changed nothing' });
  }
  return { kind: 'land', answer };
}

function afterLanding(progress: Progress, ending: LandingEnding): Step {
  switch (ending.kind) {
    case 'landed':
      return end({ status: 'landed', commit: ending.commit });
    case 'held':
      return end({ status: 'held', reason: ending.reason, paths: ending.paths });
    case 'stopped':
      return end({ status: 'interrupted', reason: 'it was stopped before it could land' });
    case 'overtaken':
      return end({ status: 'cancelled', reason: ending.reason });
    case 'conflicted': {
      const reason = `it conflicts with what landed meanwhile: ${ending.paths.join(', ')}`;
      return returnToAgent(progress, { because: 'conflict', paths: ending.paths }, reason);
    }
    case 'not-passed':
      return afterValidation(progress, ending.validation);
  }
}

function afterValidation(progress: Progress, validation: Exclude<ValidationResult, { status: 'passed' }>): Step {
  if (validation.status === 'inconclusive') {
    return end({ status: 'inconclusive', reason: `validation ${validation.profile}: ${validation.reason}` });
  }
  const commands = validation.findings.map(({ command, exitCode }) => `\`${command}\` exited with ${exitCode}`);
  return returnToAgent(
    progress,
    { because: 'validation', validation },
    `validation refused it: ${commands.join(', ')}`,
  );
}

function returnToAgent(progress: Progress, about: Return, reason: string): Step {
  return progress.returns[about.because] < progress.maxReturns
    ? { kind: 'ask-agent', about }
    : end({ status: 'refused', by: about.because, reason });
}

/** Failures that a session which no longer exists may look like. */
const MAY_BE_A_LOST_SESSION: readonly AgentFailure['kind'][] = [
  'other',
  'crashed',
  'invalid-output',
  'context-overflow',
];

function afterFailure(progress: Progress, outcome: Exclude<AgentOutcome, { status: 'completed' }>): Step {
  const isLost = outcome.status === 'failed' && MAY_BE_A_LOST_SESSION.includes(outcome.failure.kind);
  return progress.resumes && isLost
    ? { kind: 'ask-agent', about: { because: 'lost-session' } }
    : end(unfinished(outcome));
}

function unfinished(outcome: Exclude<AgentOutcome, { status: 'completed' }>): AttemptResult {
  return outcome.status === 'aborted'
    ? { status: 'interrupted', reason: 'the agent was stopped' }
    : { status: 'agent-failed', failure: outcome.failure };
}

function end(result: AttemptResult): Step {
  return { kind: 'end', result };
}
