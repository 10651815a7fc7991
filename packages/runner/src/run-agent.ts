import type { AgentOutcome, AgentProvider, AgentRequest, AttemptId, SessionId, Usage } from '@backlog-runner/contracts';
import { describeError } from './describe-error.ts';
import type { RunnerParts } from './parts.ts';
import { createProgress } from './progress.ts';
import { redactDeep } from './redact-deep.ts';

export interface AgentReport {
  readonly outcome: AgentOutcome;
  readonly session?: SessionId;
}

export interface AgentRun {
  readonly provider: AgentProvider;
  readonly request: AgentRequest;
  /** Under which name prompt and transcript are kept. */
  readonly log: AttemptId;
  readonly signal: AbortSignal;
  /** Hears what is worth recording, in order. */
  readonly note: (note: AgentNote) => Promise<void>;
}

export type AgentNote =
  | { readonly kind: 'session'; readonly session: SessionId }
  | { readonly kind: 'progress'; readonly text: string }
  /** The totals of this run of the agent, at its end. */
  | { readonly kind: 'usage'; readonly usage: Usage };

/**
 * Runs the agent once, to its end, and notes what it does. A provider that breaks its contract is a failed run. The
 * outcome holds no secrets.
 */
export async function runAgent(
  { provider, request, log, signal, note }: AgentRun,
  { attemptLog, redact, system }: Pick<RunnerParts, 'attemptLog' | 'redact' | 'system'>,
): Promise<AgentReport> {
  const { turn } = request.origin;
  const tellProgress = createProgress(note, system);
  let session = request.resume;
  let outcome: AgentOutcome | undefined;
  await attemptLog.prompt(log, turn, request.prompt);
  try {
    for await (const event of provider.run(request, { signal })) {
      if (event.type === 'native') attemptLog.native(log, turn, event.record);
      if (event.type === 'session' && event.session !== session) {
        session = event.session;
        await note({ kind: 'session', session });
      }
      if (event.type === 'run.ended') {
        outcome = event.outcome;
        await note({ kind: 'usage', usage: event.usage });
      }
      await tellProgress(event);
    }
  } catch (error) {
    outcome ??= broken(provider.id, describeError(error));
  }
  await attemptLog.flush(log);
  // What it says reaches commits, task files and other agents' prompts.
  outcome = redactDeep(outcome ?? broken(provider.id, 'its run ended without an outcome'), redact);
  return session === undefined ? { outcome } : { outcome, session };
}

function broken(provider: string, message: string): AgentOutcome {
  return { status: 'failed', failure: { kind: 'other', message: `the provider ${provider} broke: ${message}` } };
}
