import type { AgentAnswer, AgentEvent, AgentOutcome, AgentProvider, AgentRequest } from '@backlog-runner/contracts';
import { answerOf } from './answer-of.ts';
import { sessionOf } from './session-of.ts';
import { unlessAborted } from './unless-aborted.ts';
import { type FileChange, type WriteFiles, writeFiles } from './write-files.ts';

/** What an instant agent does with a request. */
export interface InstantWork {
  /** Contents by path inside the workspace; null deletes the file. */
  readonly files?: Readonly<Record<string, string | null>>;
  /** What differs from a plain "done". */
  readonly answer?: Partial<AgentAnswer>;
}

export type InstantPlay = (request: AgentRequest) => InstantWork | AgentOutcome | Promise<InstantWork | AgentOutcome>;

export interface InstantAgentOptions {
  /** Default `instant`. */
  readonly id?: string;
  /** How files are written. Default: to the disk. For workspaces in memory: `writeInto(repository)`. */
  readonly write?: WriteFiles;
}

/** An agent that is a function in this process: no child, no waiting. For benches and for unit tests of a runner. */
export function instantAgent(play: InstantPlay, options: InstantAgentOptions = {}): AgentProvider {
  const { id = 'instant', write = writeFiles } = options;

  const perform = async (request: AgentRequest): Promise<{ outcome: AgentOutcome; changes: readonly FileChange[] }> => {
    const done = await play(request);
    if ('status' in done) return { outcome: done, changes: [] };
    const changes = await write(request.directory, done.files ?? {});
    const answer = answerOf(request, done.answer);
    const output = request.outputSchema ? { output: answer } : {};
    return { outcome: { status: 'completed', text: answer.summary, ...output }, changes };
  };

  return {
    contract: 'agent-provider@1',
    id,
    acceptsModel: () => true,
    check: async () => ({ status: 'ready', version: '1.0.0' }),
    async *run(request, { signal } = {}): AsyncIterable<AgentEvent> {
      yield { type: 'session', session: sessionOf(id, request) };
      const performed = signal?.aborted ? undefined : await unlessAborted(perform(request), signal);
      for (const change of performed?.changes ?? []) yield { type: 'file', ...change };
      yield { type: 'run.ended', outcome: performed?.outcome ?? { status: 'aborted' }, usage: {} };
    },
  };
}
