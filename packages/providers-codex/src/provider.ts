import { tmpdir } from 'node:os';
import {
  type AgentEvent,
  type AgentOutcome,
  type AgentProvider,
  type AgentRequest,
  system as realSystem,
  type SessionId,
  type System,
  type Usage,
} from '@backlog-runner/contracts';
import { markFor, type ProcessSpec, startProcess } from '@backlog-runner/subprocess';
import { checkCodex } from './check.ts';
import { type EndedRun, outcomeOf } from './classify-failure.ts';
import { commandLine } from './command-line.ts';
import { codexEnvironment } from './environment.ts';
import { type CodexRun, NOTHING_READ, readLine } from './read-event.ts';
import { repositoryGuidance } from './repository-guidance.ts';
import { makeRunFiles, type RunFiles } from './run-files.ts';
import { readThreadTotals } from './thread-totals.ts';
import { toolLimit } from './tool-limit.ts';
import { NO_TOTALS, usageBetween } from './usage.ts';
import { codexHome, readUserConfig } from './user-config.ts';

export interface CodexOptions {
  /** A name on the `PATH`, or an absolute path. Default `codex`. */
  readonly command?: string;
  /** More `-c key=value` overrides of codex's config, as codex writes them: `model_reasoning_effort="high"`. */
  readonly extraConfig?: readonly string[];
  /** Lets the commands of an agent with workspace access reach the network. Default false. */
  readonly networkAccess?: boolean;
  /** Runs agents with workspace access without codex's sandbox. They may then change anything you may. Default false. */
  readonly dangerouslyBypassSandbox?: boolean;
  /** Lets the repository's own `.codex` folder configure codex; its hooks and servers run outside the sandbox. Default false. */
  readonly dangerouslyTrustRepositoryConfig?: boolean;
  /** Where the allowed variables are taken from. Default: the environment of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly system?: System;
}

type Setup = Required<CodexOptions>;

/** How long codex may live on after its turn has ended. */
const LINGER_MS = 10_000;
const OTHER_VENDORS = /^(claude|haiku|sonnet|opus|gemini)/i;
const SESSION = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Runs the installed `codex` CLI as an agent, in its own sandbox, with the user's own config and sign-in.
 *
 * The usage of a resumed session is the difference of what codex recorded before and after; where that record cannot
 * be read, none is reported. Instructions count for a session from its first run: codex keeps those it began with.
 */
export function codex(options: CodexOptions = {}): AgentProvider {
  const setup: Setup = {
    command: 'codex',
    extraConfig: [],
    networkAccess: false,
    dangerouslyBypassSandbox: false,
    dangerouslyTrustRepositoryConfig: false,
    environment: process.env,
    system: realSystem,
    ...options,
  };
  return {
    contract: 'agent-provider@1',
    id: 'codex',
    acceptsModel: (model) => !OTHER_VENDORS.test(model),
    async check({ signal } = {}) {
      const { command, system } = setup;
      const { environment, hasOwnProvider } = await vendorSetup(setup);
      const input = { command, environment: environment.variables, hasOwnProvider, directory: tmpdir(), system };
      return checkCodex(signal === undefined ? input : { ...input, signal });
    },
    run: (request, { signal } = {}) => run(request, setup, signal),
  };
}

async function* run(request: AgentRequest, setup: Setup, signal: AbortSignal | undefined): AsyncGenerator<AgentEvent> {
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

async function vendorSetup({ environment: source, extraConfig }: Setup) {
  const home = codexHome(source);
  const config = await readUserConfig(home, extraConfig);
  return { home, hasOwnProvider: config.hasOwnProvider, environment: codexEnvironment(source, config) };
}

interface SpecInput {
  readonly files: RunFiles;
  readonly request: AgentRequest;
  readonly setup: Setup;
  readonly environment: ReturnType<typeof codexEnvironment>;
  readonly guidance: readonly string[];
  readonly signal: AbortSignal | undefined;
}

function processSpec({ files, request, setup, environment, guidance, signal }: SpecInput): ProcessSpec {
  const { temporary, schemaFile, directories } = files;
  const hiddenVariables = environment.hidden.filter((name) => !(name in request.environment));
  const input = { request, settings: setup, hiddenVariables, directories, guidance };
  const { args, stdin } = commandLine(schemaFile === undefined ? input : { ...input, schemaFile });
  return {
    command: setup.command,
    args,
    cwd: request.directory,
    environment: {
      ...environment.variables,
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
