import {
  type AgentEvent,
  type AgentOutcome,
  type AgentRequest,
  toolLimit,
  type Usage,
} from '@backlog-runner/contracts';
import { startProcess } from '@backlog-runner/subprocess';
import { type EndedRun, outcomeOf } from './classify-failure.ts';
import type { Setup } from './options.ts';
import { processSpec } from './process-spec.ts';
import { type ClaudeRun, NOTHING_READ, readLine } from './read-event.ts';
import { repositoryGuidance } from './repository-guidance.ts';
import { makeRunFiles, type RunFiles } from './run-files.ts';
import { isSessionId, newSessionId } from './session-id.ts';

/** How long claude may live on after its result. */
const LINGER_MS = 10_000;
/** claude ends an overlong command itself and goes on; the run is only ended when it does not. */
const TOOL_GRACE_MS = 15_000;

/** See `AgentProvider.run`. */
export async function* runClaude(
  request: AgentRequest,
  setup: Setup,
  signal: AbortSignal | undefined,
): AsyncGenerator<AgentEvent> {
  if (request.resume !== undefined && !isSessionId(request.resume)) {
    yield failedAtOnce(`${JSON.stringify(request.resume)} is no session of claude.`);
    return;
  }
  let files: RunFiles;
  try {
    files = await makeRunFiles(await systemPrompt(request, setup));
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
  const { directory, limits, outputSchema } = request;
  const session = request.resume ?? newSessionId(system);
  const child = startProcess(processSpec({ files, request, session, setup, signal }), { system });

  let run: ClaudeRun = NOTHING_READ;
  let overrun: string | undefined;
  const limit = toolLimit(system, limits.toolMs + TOOL_GRACE_MS, (tool) => {
    overrun ??= tool;
    void child.stop();
  });
  let stopLingering = () => {};
  try {
    if (child.pid !== undefined) yield { type: 'session', session };
    for await (const line of child.lines) {
      const step = readLine(run, line, { directory, resumed: request.resume !== undefined, now: system.now() });
      run = step.run;
      const atWork = toolsAtWork(run);
      child.allowSilence(atWork.size > 0);
      limit.follow(atWork);
      stopLingering();
      if (run.mustWait) void child.stop();
      else if (run.result) stopLingering = system.after(LINGER_MS, () => void child.stop(), { keepAlive: true });
      yield* step.events;
    }
    const { end, stderr } = await child.ended;
    const ended: EndedRun = { run, end, stderr, asksForOutput: outputSchema !== undefined, now: system.now() };
    return { outcome: outcomeOf(overrun === undefined ? ended : { ...ended, overrun }), usage: run.usage };
  } finally {
    limit.close();
    stopLingering();
    await child.stop();
  }
}

const toolsAtWork = ({ openTools }: ClaudeRun): ReadonlyMap<string, string> =>
  new Map(Array.from(openTools).flatMap(([id, { name, delegates }]) => (delegates ? [] : [[id, name] as const])));

/** Our instructions come first; the repository's follow, marked as such. */
async function systemPrompt(request: AgentRequest, setup: Setup): Promise<string | undefined> {
  const guidance = setup.dangerouslyRunRepositoryHooks ? [] : await repositoryGuidance(request.directory);
  const ofRepository = guidance.map((text) => `# What this repository says in its CLAUDE.md\n\n${text}`);
  const parts = request.instructions === undefined ? ofRepository : [request.instructions, ...ofRepository];
  return parts.length === 0 ? undefined : parts.join('\n\n');
}

function failedAtOnce(message: string): AgentEvent {
  return { type: 'run.ended', outcome: { status: 'failed', failure: { kind: 'other', message } }, usage: {} };
}
