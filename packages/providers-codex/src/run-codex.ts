import {
  type AgentEvent,
  type AgentOutcome,
  type AgentRequest,
  type SessionId,
  toolLimit,
  type Usage,
} from '@backlog-runner/contracts';
import { startProcess } from '@backlog-runner/subprocess';
import { type EndedRun, outcomeOf } from './classify-failure.ts';
import type { Setup } from './options.ts';
import { processSpec } from './process-spec.ts';
import { type CodexRun, NOTHING_READ, readLine } from './read-event.ts';
import { repositoryGuidance } from './repository-guidance.ts';
import { makeRunFiles, type RunFiles } from './run-files.ts';
import { readThreadTotals } from './thread-totals.ts';
import { NO_TOTALS, usageBetween } from './usage.ts';
import { vendorSetup } from './vendor-setup.ts';

/** How long codex may live on after its turn has ended. */
const LINGER_MS = 10_000;
const SESSION = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** See `AgentProvider.run`. */
export async function* runCodex(
  request: AgentRequest,
  setup: Setup,
  signal: AbortSignal | undefined,
): AsyncGenerator<AgentEvent> {
  if (request.resume !== undefined && !SESSION.test(request.resume)) {
    yield failedAtOnce(`${JSON.stringify(request.resume)} is no session of codex.`);
    return;
  }
  let files: RunFiles;
  try {
    files = await makeRunFiles(request.directory, request.outputSchema);
  } catch (error) {
    yield failedAtOnce(`Temporary files could not be made: ${String(error)}`);
    return;
  }
  let end: { outcome: AgentOutcome; usage: Usage };
  try {
    end = yield* runWith(files, request, setup, signal);
  } finally {
    await files.remove();
  }
  yield { type: 'run.ended', ...end };
}

async function* runWith(
  files: RunFiles,
  request: AgentRequest,
  setup: Setup,
  signal: AbortSignal | undefined,
): AsyncGenerator<AgentEvent, { outcome: AgentOutcome; usage: Usage }> {
  const { system } = setup;
  const { environment, home } = await vendorSetup(setup);
  const before = request.resume === undefined ? NO_TOTALS : await readThreadTotals(home, request.resume);
  const guidance = await guidanceFor(request, setup);
  const child = startProcess(processSpec({ files, request, setup, environment, guidance, signal }), { system });

  let run: CodexRun = NOTHING_READ;
  let overrun: string | undefined;
  const limit = toolLimit(system, request.limits.toolMs, (tool) => {
    overrun ??= tool;
    void child.stop();
  });
  let stopLingering = () => {};
  try {
    for await (const line of child.lines) {
      const step = readLine(run, line, request.directory);
      run = step.run;
      child.allowSilence(run.openTools.size > 0);
      limit.follow(run.openTools);
      if (isOver(run)) {
        stopLingering();
        stopLingering = system.after(LINGER_MS, () => void child.stop(), { keepAlive: true });
      }
      yield* step.events;
    }
    const { end, stderr } = await child.ended;
    const asksForOutput = request.outputSchema !== undefined;
    const ended: EndedRun = { run, end, stderr, asksForOutput, now: system.now() };
    const after = run.totals ?? (await totalsNow(home, run.thread));
    return {
      outcome: outcomeOf(overrun === undefined ? ended : { ...ended, overrun }),
      usage: usageBetween(before, after),
    };
  } finally {
    limit.close();
    stopLingering();
    await child.stop();
  }
}

const isOver = (run: CodexRun) => run.completed || run.failure !== undefined;

/** codex reports no usage of a turn that failed or was ended, but its record of the session has it. */
const totalsNow = async (home: string, thread: SessionId | undefined) =>
  thread === undefined ? NO_TOTALS : readThreadTotals(home, thread);

/** A resumed session has it already. */
const guidanceFor = async (request: AgentRequest, { dangerouslyTrustRepositoryConfig }: Setup) =>
  dangerouslyTrustRepositoryConfig || request.resume !== undefined ? [] : repositoryGuidance(request.directory);

function failedAtOnce(message: string): AgentEvent {
  return { type: 'run.ended', outcome: { status: 'failed', failure: { kind: 'other', message } }, usage: {} };
}
