import { type ModelPlan, type ModelStep, playSteps } from '@backlog-runner/testkit/model-server';

/** One run of the real codex that is worth a recording. */
export interface Scenario {
  readonly steps: ModelPlan;
  /** What the model does in a run before this one, which this one then resumes. */
  readonly first?: readonly ModelStep[];
  readonly model?: string;
  /** The session to resume, when it is none of ours. */
  readonly resume?: string;
  /** Stops the run at the first line that contains this. */
  readonly signalOn?: string;
  readonly unreachable?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

const always =
  (step: ModelStep): ModelPlan =>
  () =>
    step;
const CHATTER = 'The API answers 429 Too Many Requests: rate limit exceeded, try again in 20s. 401 Unauthorized.';
const EDITS: readonly ModelStep[] = [
  { do: 'run', command: 'echo one > shell.txt; false' },
  { do: 'write', path: 'deep/file.txt', content: 'two\n' },
  { do: 'answer', text: 'Edited.' },
];

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  hello: { steps: playSteps({ do: 'answer', text: 'Hello, wörld ✓.' }) },
  edits: { steps: playSteps(...EDITS), model: 'gpt-5.5' },
  'edits-in-code-mode': { steps: playSteps(...EDITS), model: 'gpt-6-sol' },
  structured: { steps: playSteps({ do: 'answer', output: { status: 'done' } }) },
  resumed: { first: [{ do: 'answer', text: 'First.' }], steps: playSteps({ do: 'answer', text: 'Second.' }) },
  'unknown-session': { steps: playSteps(), resume: '01a2025c-0000-7000-8000-000000000000' },
  empty: { steps: playSteps({ do: 'answer', text: '' }) },
  interrupted: { steps: playSteps({ do: 'run', command: 'sleep 5000' }), signalOn: '"item.started"' },
  'usage-limit': {
    steps: always({ do: 'fail', status: 429, type: 'usage_limit_reached', resetsAt: Date.UTC(2040, 0, 1, 12) / 1000 }),
    environment: { TZ: 'UTC' },
  },
  quota: { steps: always({ do: 'fail', status: 429, type: 'insufficient_quota' }) },
  'rate-limit': { steps: always({ do: 'fail', status: 429, retryAfterSeconds: 1 }) },
  unauthorized: { steps: always({ do: 'fail', status: 401 }) },
  forbidden: { steps: always({ do: 'fail', status: 403 }) },
  'no-key': { steps: playSteps(), environment: { MODEL_SERVER_KEY: '' } },
  'bad-request': { steps: always({ do: 'fail', status: 400, message: 'Line 429 is not valid.' }) },
  'too-long': { steps: always({ do: 'fail', status: 400, type: 'context_length_exceeded' }) },
  'server-error': { steps: always({ do: 'fail', status: 500 }) },
  overloaded: { steps: always({ do: 'fail', status: 503, type: 'server_is_overloaded' }) },
  disconnected: { steps: always({ do: 'disconnect' }) },
  unreachable: { steps: playSteps(), unreachable: true },
  'talks-about-limits': {
    steps: playSteps({ do: 'run', command: `echo "${CHATTER}"; false` }, { do: 'answer', text: CHATTER }),
  },
  'talks-about-limits-and-fails': {
    steps: (turn) =>
      turn.step === 0
        ? { do: 'run', command: `echo "${CHATTER}"; false` }
        : { do: 'fail', status: 400, message: 'The tool output is not valid.' },
  },
};
