import { type AgentAnswer, type AttemptResult, questionOf } from '@backlog-runner/contracts';
import type { Attempt, EndedAttempt } from './attempt.ts';
import { commitMessage } from './commit-message.ts';
import { landAttempt } from './land-attempt.ts';
import { type Continuation, type Fact, NO_RETURNS, nextStep, type Progress } from './next-step.ts';
import { proposeAll } from './propose.ts';
import { takeTurn } from './take-turn.ts';

/** Does what `nextStep` says until it says that the attempt is over. */
export async function followSteps(attempt: Attempt): Promise<Omit<EndedAttempt, 'attempt'>> {
  const { task, resume } = attempt.decision;
  const { maxReturns } = attempt.context.policy;
  let progress: Progress = { task, maxReturns, returns: NO_RETURNS, resumes: resume !== undefined };
  let fact: Fact = { kind: 'prepared' };
  for (;;) {
    const step = nextStep(progress, fact);
    if (step.kind === 'end') return ended(attempt, step.result);
    if (step.kind === 'land') {
      fact = await land(attempt, step.answer);
    } else {
      progress = afterAsking(progress, step.about);
      fact = await takeTurn(attempt, step.about);
    }
  }
}

function ended({ answer }: Attempt, result: AttemptResult): Omit<EndedAttempt, 'attempt'> {
  return { result, notes: answer?.notes ?? [], ...(answer ? { summary: answer.summary } : {}) };
}

function afterAsking(progress: Progress, about: Continuation | undefined): Progress {
  if (!about || about.because === 'interruption') return progress;
  if (about.because === 'lost-session') return { ...progress, resumes: false };
  const { returns } = progress;
  return { ...progress, resumes: false, returns: { ...returns, [about.because]: returns[about.because] + 1 } };
}

async function land(attempt: Attempt, answer: AgentAnswer): Promise<Fact> {
  const { context, decision, id, lease, workspace, signal, retained } = attempt;
  const { parts, emit, policy, run } = context;
  const { task, agent } = decision;
  if (!retained) throw new Error(`Attempt ${id} is to land before it was retained.`);
  // The candidates are a research task's whole outcome, so they are safe before it is done; follow-ups of other work
  // count only when the work does.
  const isResearch = task.kind === 'research';
  if (isResearch) await propose(attempt, answer);
  const changesNothing = retained.changes.length === 0;
  const ending = await landAttempt(
    {
      task,
      question: questionOf(task),
      attempt: id,
      lease,
      commit: changesNothing ? workspace.base : retained.commit,
      base: workspace.base,
      changesNothing,
      patterns: answer.patterns,
      message: commitMessage(task, id, agent, answer.summary),
      workspace: async () => workspace,
      signal,
    },
    { ...parts, emit, run, leaseTtlMs: policy.leaseTtlMs },
  );
  if ((ending.kind === 'landed' || ending.kind === 'held') && !isResearch) await propose(attempt, answer);
  if (ending.kind === 'conflicted') await workspace.show(ending.tree, ending.onto);
  return { kind: 'landing-ended', ending };
}

async function propose({ context }: Attempt, answer: AgentAnswer): Promise<void> {
  await proposeAll(answer.candidates, { type: 'task-followup' }, context);
}
