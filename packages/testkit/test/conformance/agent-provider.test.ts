import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type {
  AgentEvent,
  AgentOutcome,
  AgentProvider,
  AgentRequest,
  RunId,
  SessionId,
  System,
  Usage,
} from '@backlog-runner/contracts';
import {
  type AgentBehaviour,
  agentProviderCases,
  type ProviderNeed,
  type ProviderSubject,
  type ProviderWorld,
} from '../../src/conformance/index.ts';
import { requestFixture } from '../../src/request-fixture.ts';
import { testClock } from '../../src/test-clock.ts';
import { type Breaks, describeCases, type Mutant } from './kit.ts';

/** What the world knows of the agents that its provider runs. */
interface Records {
  readonly started: AgentRequest[];
  /** A process of each of these runs is alive. */
  readonly alive: Set<RunId>;
}

/** What a fake agent does, and what can be wrong with how its provider tells and ends it. */
interface Rules {
  readonly play: (behaviour: AgentBehaviour, request: AgentRequest) => readonly AgentEvent[];
  readonly outcome: (behaviour: AgentBehaviour, request: AgentRequest) => AgentOutcome;
  readonly usage: Usage;
  /** How a run that hangs ends. */
  readonly hang: (request: AgentRequest, signal: AbortSignal | undefined, system: System) => Promise<AgentOutcome>;
  readonly leaves: (outcome: AgentOutcome, behaviour: AgentBehaviour) => boolean;
  readonly startsWhenAborted: boolean;
}

const behaviourOf = ({ environment }: AgentRequest) => environment.BEHAVIOUR as AgentBehaviour;

const soundPlay: Rules['play'] = (behaviour, { resume, directory, access }) => {
  const session: AgentEvent = { type: 'session', session: resume ?? ('session-1' as SessionId) };
  if (behaviour === 'edits' && access === 'workspace') writeFileSync(join(directory, 'edited.txt'), 'edited\n');
  if (behaviour !== 'completes') return [session];
  return [
    session,
    { type: 'message', text: 'Hello.' },
    { type: 'usage', usage: { inputTokens: 10 } },
    { type: 'usage', usage: { inputTokens: 20 } },
  ];
};

const soundOutcome: Rules['outcome'] = (behaviour, { outputSchema }) => {
  const message = 'No.';
  switch (behaviour) {
    case 'fails':
      return { status: 'failed', failure: { kind: 'other', message } };
    case 'is-rate-limited':
      return { status: 'failed', failure: { kind: 'rate-limited', message } };
    case 'crashes':
      return { status: 'failed', failure: { kind: 'crashed', message, exitCode: 1, signal: null } };
    case 'ends-silently':
      return { status: 'failed', failure: { kind: 'crashed', message, exitCode: 0, signal: null } };
    default:
      return { status: 'completed', text: 'Done.', ...(outputSchema ? { output: { status: 'done' } } : {}) };
  }
};

const soundHang: Rules['hang'] = ({ limits: { idleMs, totalMs } }, signal, system) =>
  new Promise((resolve) => {
    const timedOut = (limit: 'idle' | 'total') => () =>
      resolve({ status: 'failed', failure: { kind: 'timed-out', message: 'Too long.', limit } });
    system.after(idleMs, timedOut('idle'));
    system.after(totalMs, timedOut('total'));
    signal?.addEventListener('abort', () => resolve({ status: 'aborted' }));
    if (signal?.aborted) resolve({ status: 'aborted' });
  });

const SOUND: Rules = {
  play: soundPlay,
  outcome: soundOutcome,
  usage: { inputTokens: 30, outputTokens: 0 },
  hang: soundHang,
  leaves: () => false,
  startsWhenAborted: false,
};

function fakeProvider(rules: Rules, { started, alive }: Records, system: System): AgentProvider {
  return {
    contract: 'agent-provider@1',
    id: 'fake',
    acceptsModel: (model) => !model.startsWith('claude'),
    check: async () => ({ status: 'ready', version: '1.0.0' }),
    async *run(request, { signal } = {}) {
      const behaviour = behaviourOf(request);
      if (signal?.aborted && !rules.startsWhenAborted) {
        yield { type: 'run.ended', outcome: { status: 'aborted' }, usage: {} };
        return;
      }
      started.push(request);
      alive.add(request.origin.run);
      let outcome: AgentOutcome = { status: 'completed', text: '' };
      const end = () => {
        if (!rules.leaves(outcome, behaviour)) alive.delete(request.origin.run);
      };
      try {
        yield* rules.play(behaviour, request);
        outcome = behaviour === 'hangs' ? await rules.hang(request, signal, system) : rules.outcome(behaviour, request);
        if (signal?.aborted) outcome = { status: 'aborted' };
        end();
        yield { type: 'run.ended', outcome, usage: rules.usage };
      } finally {
        end();
      }
    },
  };
}

const HINT = { message: 'It is not installed.', hint: 'npm install -g fake' };
const absentProvider: AgentProvider = {
  ...fakeProvider(SOUND, { started: [], alive: new Set() }, testClock()),
  check: async () => ({ status: 'not-installed', ...HINT }),
  async *run() {
    yield { type: 'run.ended', outcome: { status: 'failed', failure: { kind: 'unavailable', ...HINT } }, usage: {} };
  },
};

type Change = (sound: AgentProvider, records: Records) => Partial<AgentProvider>;

function worldOf(rules: Partial<Rules> = {}, change: Change = () => ({}), absent = absentProvider): ProviderWorld {
  const directories: string[] = [];
  /** Only agents that edit need one that exists. */
  const directoryFor = (behaviour: AgentBehaviour) => {
    if (behaviour !== 'edits') return tmpdir();
    const root = mkdtempSync(join(tmpdir(), 'fake-provider-'));
    directories.push(root);
    return mkdtempSync(join(root, 'workspace-'));
  };
  const clock = testClock();
  const records: Records = { started: [], alive: new Set() };
  const provider = fakeProvider({ ...SOUND, ...rules }, records, clock);
  let count = 0;
  return {
    provider: { ...provider, ...change(provider, records) },
    absent,
    clock,
    request(behaviour) {
      count += 1;
      return requestFixture({
        directory: directoryFor(behaviour),
        environment: { BEHAVIOUR: behaviour },
        origin: { run: `run-${count}` },
        limits: { idleMs: 600_000, totalMs: 600_000 },
        ...(behaviour === 'answers' ? { outputSchema: {} } : {}),
        ...(behaviour === 'resumes' ? { resume: 'yesterday' as SessionId } : {}),
      });
    },
    processes: (run) => Number(records.alive.has(run)),
    started: () => records.started.length,
    seen({ origin }) {
      const request = records.started.find((one) => one.origin.run === origin.run);
      return { prompt: '', instructions: '', environment: {}, ...request };
    },
    dispose() {
      for (const directory of directories) rmSync(directory, { recursive: true });
    },
  };
}

const inProcess: ProviderSubject = { open: () => worldOf() };

type ProviderMutant = Mutant<ProviderWorld, ProviderNeed>;

const byRules = (breaks: Breaks, rules: Partial<Rules>): ProviderMutant => ({
  breaks,
  subject: { open: () => worldOf(rules) },
});
const wrapped = (breaks: Breaks, change: Change): ProviderMutant => ({
  breaks,
  subject: { open: () => worldOf({}, change) },
});
const absent = (breaks: Breaks, change: Partial<AgentProvider>): ProviderMutant => ({
  breaks,
  subject: { open: () => worldOf({}, undefined, { ...absentProvider, ...change }) },
});

/** Tells each event as something else, or not at all. */
const telling = (
  breaks: Breaks,
  change: (event: AgentEvent, request: AgentRequest) => readonly AgentEvent[],
): ProviderMutant =>
  wrapped(breaks, (sound) => ({
    async *run(request, options) {
      for await (const event of sound.run(request, options)) yield* change(event, request);
    },
  }));

const ending = (breaks: Breaks, change: (outcome: AgentOutcome) => AgentOutcome): ProviderMutant =>
  telling(breaks, (event) => [event.type === 'run.ended' ? { ...event, outcome: change(event.outcome) } : event]);

/** Runs something else than it was asked for. */
const asking = (breaks: Breaks, change: (request: AgentRequest) => Partial<AgentRequest>): ProviderMutant =>
  wrapped(breaks, (sound) => ({ run: (request, options) => sound.run({ ...request, ...change(request) }, options) }));

const withKind = (outcome: AgentOutcome, kind: string, changed: AgentOutcome) =>
  outcome.status === 'failed' && outcome.failure.kind === kind ? changed : outcome;
const crashed = (message: string): AgentOutcome => ({
  status: 'failed',
  failure: { kind: 'crashed', message, exitCode: 0, signal: null },
});
const completed: AgentOutcome = { status: 'completed', text: 'Done.' };

const mutants: readonly ProviderMutant[] = [
  wrapped(['names-its-contract'], () => ({ contract: 'agent-provider@2' as 'agent-provider@1' })),
  wrapped(['id'], () => ({ id: 'Fake Agent' })),
  wrapped(['accepts-unknown-models'], () => ({ acceptsModel: (model) => model === 'fake-1' })),
  wrapped(['check-answers'], () => ({ check: async () => ({ status: 'unusable', message: 'No.', hint: '' }) })),
  absent(['check-of-what-is-absent'], {
    check: async () => {
      throw new Error('spawn fake ENOENT');
    },
  }),
  wrapped(['check-spends-nothing'], (sound, { started }) => ({
    check(options) {
      started.push(requestFixture({ directory: '/' }));
      return sound.check(options);
    },
  })),
  wrapped(['starts-when-iterated'], (sound, { started }) => ({
    run(request, options) {
      const events = sound.run(request, options);
      if (!options?.signal?.aborted && behaviourOf(request) === 'completes') started.push(request);
      return events;
    },
  })),
  telling(['ends-once', 'runs-are-apart'], (event) =>
    event.type === 'run.ended' && event.outcome.status === 'completed' ? [event, event] : [event],
  ),
  ending(['completes'], (outcome) => (outcome.status === 'completed' ? { ...outcome, text: '' } : outcome)),
  byRules(['session-first', 'usage-only-grows'], {
    play: (behaviour, request) =>
      behaviour === 'completes' ? [...soundPlay(behaviour, request)].reverse() : soundPlay(behaviour, request),
  }),
  telling(['events-have-their-form'], (event) =>
    event.type === 'message' ? [{ type: 'text', text: event.text } as unknown as AgentEvent] : [event],
  ),
  byRules(['usage-only-grows'], { usage: { inputTokens: 5 } }),
  asking(['works-in-its-directory'], ({ directory }) => ({ directory: dirname(directory) })),
  asking(['read-only'], () => ({ access: 'workspace' })),
  wrapped(['answers-in-form'], (sound) => ({
    run: ({ outputSchema: _, ...request }, options) => sound.run(request, options),
  })),
  asking(['no-output-unasked'], () => ({ outputSchema: {} })),
  asking(['resumes'], () => ({ resume: 'session-1' as SessionId })),
  wrapped(['failure-is-an-outcome'], (sound) => ({
    async *run(request, options) {
      if (behaviourOf(request) === 'fails') throw new Error('The vendor said no.');
      yield* sound.run(request, options);
    },
  })),
  ending(['rate-limited'], (outcome) =>
    withKind(outcome, 'rate-limited', { status: 'failed', failure: { kind: 'other', message: '429' } }),
  ),
  ending(['crash'], (outcome) =>
    withKind(outcome, 'crashed', { status: 'failed', failure: { kind: 'other', message: 'No.' } }),
  ),
  byRules(['exit-code-0-is-no-success'], {
    outcome: (behaviour, request) => (behaviour === 'ends-silently' ? completed : soundOutcome(behaviour, request)),
  }),
  absent(['absent-is-unavailable'], {
    async *run() {
      yield { type: 'run.ended', outcome: crashed('spawn fake ENOENT'), usage: {} };
    },
  }),
  byRules(['idle-limit'], {
    hang: (request, signal, system) =>
      soundHang({ ...request, limits: { ...request.limits, idleMs: 2_000_000_000 } }, signal, system),
  }),
  byRules(['total-limit'], {
    hang: (request, signal, system) =>
      soundHang({ ...request, limits: { ...request.limits, totalMs: 2_000_000_000 } }, signal, system),
  }),
  byRules(['limit-leaves-nothing'], {
    leaves: (outcome) => outcome.status === 'failed' && outcome.failure.kind === 'timed-out',
  }),
  ending(['aborted', 'aborted-before'], (outcome) =>
    outcome.status === 'aborted' ? crashed('It was killed.') : outcome,
  ),
  wrapped(['aborted-before', 'aborted-before-starts-nothing'], (sound) => ({
    async *run(request, options) {
      if (options?.signal?.aborted) throw options.signal.reason;
      yield* sound.run(request, options);
    },
  })),
  byRules(['aborted-before-starts-nothing'], { startsWhenAborted: true }),
  byRules(['abort-leaves-nothing'], {
    leaves: (outcome, behaviour) => behaviour === 'hangs' && outcome.status === 'aborted',
  }),
  wrapped(['leaving-early'], (sound, { alive }) => ({
    async *run(request, options) {
      let isOver = false;
      try {
        for await (const event of sound.run(request, options)) {
          isOver = event.type === 'run.ended';
          yield event;
        }
      } finally {
        if (!isOver) alive.add(request.origin.run);
      }
    },
  })),
  byRules(['end-leaves-nothing'], { leaves: (_, behaviour) => behaviour === 'leaves-a-process' }),
  asking(['prompt-arrives'], ({ prompt }) => ({ prompt: prompt.trim() })),
  asking(['instructions-are-kept-apart'], ({ instructions = '', prompt }) => ({
    prompt: instructions ? `${instructions}\n${prompt}` : prompt,
  })),
  asking(['environment-arrives'], ({ environment: { BEHAVIOUR = '' } }) => ({ environment: { BEHAVIOUR } })),
  wrapped(['runs-are-apart'], (sound) => {
    let running = 0;
    return {
      async *run(request, options) {
        running += 1;
        try {
          if (running > 1) yield { type: 'run.ended', outcome: crashed('One at a time.'), usage: {} };
          else yield* sound.run(request, options);
        } finally {
          running -= 1;
        }
      },
    };
  }),
];

describeCases('provider', agentProviderCases, inProcess, mutants);
