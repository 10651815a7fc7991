import type { AgentEvent, AgentProvider, AgentRequest, SessionId } from '@backlog-runner/contracts';
import { system } from '@backlog-runner/contracts';
import { allowedEnvironment, BASE_ENVIRONMENT_NAMES, markFor, startProcess } from '@backlog-runner/subprocess';
import type { Witnessed } from './program-options.ts';

export interface ShellWork {
  readonly path: string;
  readonly content: string;
}

/**
 * An agent that is a process of its own, as real ones are: it outlives a runner that is killed and works on while one is
 * stopped. It writes one file, then one line into the witness.
 */
export function shellAgent(
  workFor: (request: AgentRequest) => ShellWork,
  witness: string,
  thinkMs: number,
): AgentProvider {
  return {
    contract: 'agent-provider@1',
    id: 'shell',
    acceptsModel: () => true,
    check: async () => ({ status: 'ready', version: '1.0.0' }),
    async *run(request, { signal } = {}): AsyncIterable<AgentEvent> {
      const { attempt = '', task = '', run } = request.origin;
      yield { type: 'session', session: `shell-${attempt}` as SessionId };
      const { path, content } = workFor(request);
      const line: Witnessed = { attempt, task, path, content };
      const script = 'sleep "$1"; printf %s "$3" > "$2" && printf "%s\\n" "$5" >> "$4"';
      const agent = startProcess({
        command: 'sh',
        args: ['-c', script, 'sh', String(thinkMs / 1000), path, content, witness, JSON.stringify(line)],
        cwd: request.directory,
        environment: allowedEnvironment(process.env, { names: BASE_ENVIRONMENT_NAMES }),
        mark: markFor(run, system),
        ...(signal ? { signal } : {}),
      });
      const { end } = await agent.ended;
      yield {
        type: 'run.ended',
        usage: {},
        outcome: outcomeOf(end.status === 'exited' && end.code === 0, signal, task),
      };
    },
  };
}

function outcomeOf(isDone: boolean, signal: AbortSignal | undefined, task: string) {
  if (isDone) {
    const output = { status: 'done', summary: `Did ${task}.`, notes: [], candidates: [] };
    return { status: 'completed', text: output.summary, output } as const;
  }
  if (signal?.aborted) return { status: 'aborted' } as const;
  return { status: 'failed', failure: { kind: 'other', message: 'the shell failed' } } as const;
}
