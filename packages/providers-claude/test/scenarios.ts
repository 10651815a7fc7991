import { type ModelPlan, type ModelStep, playSteps } from '@backlog-runner/testkit/model-server';

/** One run of the real claude that is worth a recording. */
export interface Scenario {
  readonly steps: ModelPlan;
  /** What the model does in a run before this one, which this one then resumes. */
  readonly first?: readonly ModelStep[];
  /** The session to resume, when it is none of ours. */
  readonly resume?: string;
  /** Stops the run at the first line that contains this. */
  readonly signalOn?: string;
  readonly asksForOutput?: boolean;
  readonly maxTurns?: number;
  readonly readOnly?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

const always =
  (step: ModelStep): ModelPlan =>
  () =>
    step;
const CHATTER = 'The API answers 429 Too Many Requests: rate limit exceeded, try again in 20s. 401 Unauthorized.';
const RUN: ModelStep = { do: 'run', command: 'echo one > shell.txt; false' };
const WRITE: ModelStep = { do: 'write', path: 'deep/file.txt', content: 'two\n' };
const impatient = { CLAUDE_CODE_MAX_RETRIES: '1' };

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  hello: { steps: playSteps({ do: 'answer', text: 'Hello, wörld ✓.' }) },
  edits: { steps: playSteps(RUN, WRITE, { do: 'answer', text: 'Edited.' }) },
  refused: { steps: playSteps(RUN, WRITE, { do: 'answer', text: 'I may not.' }), readOnly: true },
  structured: { steps: playSteps({ do: 'answer', output: { status: 'done' } }), asksForOutput: true },
  'prose-for-output': { steps: playSteps({ do: 'answer', text: 'It is done.' }), asksForOutput: true },
  'wrong-output': { steps: always({ do: 'answer', output: { state: 'done' } }), asksForOutput: true },
  resumed: { first: [{ do: 'answer', text: 'First.' }], steps: playSteps({ do: 'answer', text: 'Second.' }) },
  'unknown-session': { steps: playSteps(), resume: '01a2025c-0000-4000-8000-000000000000' },
  empty: { steps: playSteps({ do: 'answer', text: '' }) },
  interrupted: { steps: playSteps({ do: 'run', command: 'sleep 5000' }), signalOn: '"tool_use"' },
  turns: { steps: always({ do: 'run', command: 'true' }), maxTurns: 2 },
  'rate-limit': { steps: always({ do: 'fail', status: 429, retryAfterSeconds: 1 }), environment: impatient },
  'long-wait': { steps: always({ do: 'fail', status: 429, retryAfterSeconds: 60 }), signalOn: '"api_retry"' },
  subscription: {
    steps: always({ do: 'fail', status: 429, resetsAt: Date.UTC(2040, 0, 1, 12) / 1000 }),
    environment: { ANTHROPIC_API_KEY: '', CLAUDE_CODE_OAUTH_TOKEN: 'not-a-real-token' },
  },
  credit: { steps: always({ do: 'fail', status: 400, message: 'Your credit balance is too low to access the API.' }) },
  unauthorized: { steps: always({ do: 'fail', status: 401 }), environment: impatient },
  forbidden: { steps: always({ do: 'fail', status: 403 }) },
  'not-signed-in': { steps: playSteps(), environment: { ANTHROPIC_API_KEY: '' } },
  'bad-request': { steps: always({ do: 'fail', status: 400, message: 'Line 429 is not valid.' }) },
  'unknown-model': { steps: always({ do: 'fail', status: 404 }) },
  'too-long': {
    steps: always({ do: 'fail', status: 400, message: 'prompt is too long: 300000 tokens > 200000 maximum' }),
  },
  'server-error': { steps: always({ do: 'fail', status: 500 }), environment: impatient },
  overloaded: { steps: always({ do: 'fail', status: 529 }), environment: impatient },
  disconnected: { steps: always({ do: 'disconnect' }), environment: impatient },
  unreachable: { steps: playSteps(), environment: { ...impatient, ANTHROPIC_BASE_URL: 'http://127.0.0.1:9' } },
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
