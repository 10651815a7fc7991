import type { AgentLimits, AgentOrigin, AgentRequest, AttemptId, RunId, TaskId } from '@backlog-runner/contracts';

/** Only what matters to the test, with plain strings for ids. `directory` has no sensible default. */
export type RequestOverrides = Partial<Omit<AgentRequest, 'origin' | 'limits'>> & {
  readonly directory: string;
  readonly limits?: Partial<AgentLimits>;
  readonly origin?: Partial<Omit<AgentOrigin, 'task' | 'attempt' | 'run'>> & {
    readonly task?: string;
    readonly attempt?: string;
    readonly run?: string;
  };
};

/** A request for the first run of an agent about the task `greet`, with limits no test reaches by accident. */
export function requestFixture({ limits, origin = {}, ...rest }: RequestOverrides): AgentRequest {
  const task = origin.task ?? 'greet';
  return {
    prompt: 'Do what the task asks for.',
    access: 'workspace',
    environment: {},
    ...rest,
    limits: { idleMs: 60_000, totalMs: 60_000, toolMs: 60_000, ...limits },
    origin: {
      role: 'code',
      tryNumber: 1,
      turn: 1,
      ...origin,
      run: (origin.run ?? 'run-1') as RunId,
      task: task as TaskId,
      attempt: (origin.attempt ?? `${task}.1`) as AttemptId,
    },
  };
}
