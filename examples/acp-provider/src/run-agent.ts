import type { AgentEvent, AgentOutcome, AgentRequest, Usage } from '@backlog-runner/contracts';
import { startAgent } from './agent-process.ts';
import { eventQueue } from './event-queue.ts';
import type { Setup } from './options.ts';
import { startTurn } from './turn.ts';

/** See `AgentProvider.run`. */
export async function* runAgent(
  request: AgentRequest,
  setup: Setup,
  signal: AbortSignal | undefined,
): AsyncGenerator<AgentEvent> {
  if (signal?.aborted) {
    yield ended({ status: 'aborted' });
    return;
  }
  const { directory, environment, origin } = request;
  const agent = await startAgent(setup, { directory, environment, run: origin.run });
  if ('problem' in agent) {
    yield ended(notStarted(agent.problem));
    return;
  }
  const events = eventQueue<AgentEvent>();
  const turn = startTurn({ agent, request, setup, tell: events.push });
  void turn.ended.then(events.close);
  const abort = () => turn.stop({ status: 'aborted' });
  signal?.addEventListener('abort', abort, { once: true });
  // It may have been given while the agent started.
  if (signal?.aborted) abort();
  try {
    yield* events;
  } finally {
    signal?.removeEventListener('abort', abort);
    abort();
    await turn.ended;
  }
  const { outcome, usage } = await turn.ended;
  yield ended(outcome, usage);
}

const ended = (outcome: AgentOutcome, usage: Usage = {}): AgentEvent => ({ type: 'run.ended', outcome, usage });

function notStarted(problem: string): AgentOutcome {
  const hint = 'Install the agent, or correct `command` where the config calls acp().';
  return { status: 'failed', failure: { kind: 'unavailable', message: `The agent did not start: ${problem}`, hint } };
}
