import { fileURLToPath } from 'node:url';
import {
  type AgentEvent,
  type AgentOutcome,
  type AgentProvider,
  type AgentRequest,
  system as realSystem,
  type System,
  type Usage,
} from '@backlog-runner/contracts';
import {
  allowedEnvironment,
  BASE_ENVIRONMENT_NAMES,
  markFor,
  type ProcessSpec,
  startProcess,
} from '@backlog-runner/subprocess';
import { answerOf } from './answer-of.ts';
import { checkScript } from './check-script.ts';
import { outcomeOfEnd } from './outcome-of-end.ts';
import { readAgentLine } from './read-agent-line.ts';
import { chooseTurn, type Script, type Step } from './script.ts';
import { sessionOf } from './session-of.ts';

/** Beside this file in the sources and, built, in the package. */
const FAKE_AGENT = fileURLToPath(new URL('./fake-agent.js', import.meta.url));

/**
 * An agent that plays a script, for demos, examples and tests: no account, no network, but a real child process, so
 * that hanging, crashing, leaving daemons and being stopped are real too. Which turn is played depends only on the task,
 * the try and the turn that are asked for (and on `once`). Throws `CONFIG_INVALID` for a script that is not one.
 */
export function scripted(script: Script, { system = realSystem }: { readonly system?: System } = {}): AgentProvider {
  checkScript(script);
  const { id = 'scripted', health = { status: 'ready', version: '1.0.0' } } = script;
  const played = new Set<string>();

  const stepsFor = (origin: AgentRequest['origin']): readonly Step[] | undefined => {
    const { role, task, tryNumber, turn } = origin;
    const key = JSON.stringify([role, task, tryNumber, turn]);
    const isFirst = !played.has(key);
    played.add(key);
    return chooseTurn(script, origin)?.filter((step) => isFirst || !step.once);
  };

  return {
    contract: 'agent-provider@1',
    id,
    acceptsModel: () => true,
    check: async () => health,
    async *run(request, { signal } = {}): AsyncIterable<AgentEvent> {
      yield { type: 'session', session: sessionOf(id, request) };
      const steps = stepsFor(request.origin);
      if (!steps) {
        yield { type: 'run.ended', outcome: nothingToPlay(request), usage: {} };
        return;
      }
      const thinking = script.delayMs ? [{ delayMs: script.delayMs }] : [];
      const spec = specFor(request, [...thinking, ...steps], markFor(request.origin.run, system));
      const agent = startProcess(signal ? { ...spec, signal } : spec, { system });
      let told: AgentOutcome | undefined;
      let usage: Usage = {};
      try {
        for await (const text of agent.lines) {
          const line = readAgentLine(text, { now: system.now(), structured: request.outputSchema !== undefined });
          if ('outcome' in line) {
            told = line.outcome;
            continue;
          }
          if (line.event.type === 'usage') usage = line.event.usage;
          yield line.event;
        }
        const { end, stderr } = await agent.ended;
        yield { type: 'run.ended', outcome: outcomeOfEnd(end, told, stderr), usage };
      } finally {
        await agent.stop();
      }
    },
  };
}

function specFor(request: AgentRequest, steps: readonly Step[], mark: string): ProcessSpec {
  const orders = { steps, answer: answerOf(request), readOnly: request.access === 'read-only' };
  const { idleMs, totalMs } = request.limits;
  return {
    command: process.execPath,
    args: [FAKE_AGENT],
    cwd: request.directory,
    environment: { ...allowedEnvironment(process.env, { names: BASE_ENVIRONMENT_NAMES }), ...request.environment },
    input: JSON.stringify(orders),
    mark,
    idleMs,
    totalMs,
    stopSignal: 'SIGINT',
  };
}

function nothingToPlay({ origin }: AgentRequest): AgentOutcome {
  const about = origin.task ? `the task ${origin.task}` : `a run as ${origin.role} about no task`;
  const message = `The script has no turn for ${about} and no default.`;
  return { status: 'failed', failure: { kind: 'other', message, hint: 'Add it to `tasks` of scripted({ … }).' } };
}
