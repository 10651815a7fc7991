import { tmpdir } from 'node:os';
import {
  type AgentEvent,
  type AgentOutcome,
  type AgentProvider,
  type AgentRequest,
  system as realSystem,
  type System,
  type Usage,
} from '@backlog-runner/contracts';
import { markFor, type ProcessSpec, startProcess } from '@backlog-runner/subprocess';
import { checkClaude } from './check.ts';
import { type EndedRun, outcomeOf } from './classify-failure.ts';
import { commandLine } from './command-line.ts';
import { claudeEnvironment, unattendedSettings } from './environment.ts';
import { type ClaudeRun, NOTHING_READ, readLine } from './read-event.ts';
import { repositoryGuidance } from './repository-guidance.ts';
import { makeRunFiles, type RunFiles } from './run-files.ts';
import { isSessionId, newSessionId } from './session-id.ts';
import { toolLimit } from './tool-limit.ts';

export interface ClaudeOptions {
  /** A name on the `PATH`, or an absolute path. Default `claude`. */
  readonly command?: string;
  /** What agents with workspace access may use besides reading and editing there. Default `['Bash']`. */
  readonly allowedTools?: readonly string[];
  /** Lets the repository's own settings, hooks and MCP servers run, whoever wrote them. Default false. */
  readonly dangerouslyRunRepositoryHooks?: boolean;
  /** Runs agents with workspace access without any question of permission. Default false. */
  readonly dangerouslySkipPermissions?: boolean;
  /** Where the allowed variables are taken from. Default: the environment of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly system?: System;
}

type Setup = Required<ClaudeOptions>;

/** How long claude may live on after its result. */
const LINGER_MS = 10_000;
/** claude ends an overlong command itself and goes on; the run is only ended when it does not. */
const TOOL_GRACE_MS = 15_000;
const OTHER_VENDORS = /^(gpt|chatgpt|codex|gemini|o\d)/i;

/**
 * Runs the installed `claude` CLI as an agent, with the user's own config and sign-in.
 *
 * claude has no sandbox of its own: an agent with workspace access may run any command unless `allowedTools` says
 * less. An agent with read-only access has no shell and no tool that writes.
 */
export function claude(options: ClaudeOptions = {}): AgentProvider {
  const setup: Setup = {
    command: 'claude',
    allowedTools: ['Bash'],
    dangerouslyRunRepositoryHooks: false,
    dangerouslySkipPermissions: false,
    environment: process.env,
    system: realSystem,
    ...options,
  };
  return {
    contract: 'agent-provider@1',
    id: 'claude',
    acceptsModel: (model) => !OTHER_VENDORS.test(model),
    check({ signal } = {}) {
      const { command, system } = setup;
      const input = { command, environment: claudeEnvironment(setup.environment), directory: tmpdir(), system };
      return checkClaude(signal === undefined ? input : { ...input, signal });
    },
    run: (request, { signal } = {}) => run(request, setup, signal),
  };
}

async function* run(request: AgentRequest, setup: Setup, signal: AbortSignal | undefined): AsyncGenerator<AgentEvent> {
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

interface SpecInput {
  readonly files: RunFiles;
  readonly request: AgentRequest;
  readonly session: ReturnType<typeof newSessionId>;
  readonly setup: Setup;
  readonly signal: AbortSignal | undefined;
}

function processSpec({ files, request, session, setup, signal }: SpecInput): ProcessSpec {
  const { temporary, systemPromptFile } = files;
  const input = { request, settings: setup, session };
  const { args, stdin } = commandLine(systemPromptFile === undefined ? input : { ...input, systemPromptFile });
  const environment = claudeEnvironment(setup.environment);
  return {
    command: setup.command,
    args,
    cwd: request.directory,
    environment: {
      ...environment,
      ...unattendedSettings(environment, request.limits.toolMs),
      ...request.environment,
      ...{ TMPDIR: temporary, TMP: temporary, TEMP: temporary },
    },
    input: stdin,
    mark: markFor(request.origin.run, setup.system),
    idleMs: request.limits.idleMs,
    totalMs: request.limits.totalMs,
    stopSignal: 'SIGINT',
    ...(signal === undefined ? {} : { signal }),
  };
}

function failedAtOnce(message: string): AgentEvent {
  return { type: 'run.ended', outcome: { status: 'failed', failure: { kind: 'other', message } }, usage: {} };
}
