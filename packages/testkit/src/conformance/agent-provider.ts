import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  AgentEvent,
  AgentFailure,
  AgentLimits,
  AgentOutcome,
  AgentProvider,
  AgentRequest,
  RunId,
  Usage,
} from '@backlog-runner/contracts';
import { breach } from './breach.ts';
import { type ConformanceCase, casesOf, type Subject, type World } from './case.ts';
import type { ConformanceClock } from './clock.ts';
import { given, holds, present, same } from './expectations.ts';

/** What the agent of a request does. Whatever it is, it begins a session first, unless it cannot. */
export type AgentBehaviour =
  /** Says something, tells what it used, and is done. */
  | 'completes'
  /** Is asked for a form and answers in it. */
  | 'answers'
  /** Writes `edited.txt` in its directory, and is done. */
  | 'edits'
  /** Goes on in the session that the request names. */
  | 'resumes'
  /** Is told by its vendor that it cannot go on. */
  | 'fails'
  /** Is told by its vendor to wait. */
  | 'is-rate-limited'
  /** Its program breaks off, with an exit code that says so or by a signal. */
  | 'crashes'
  /** Its program ends with exit code 0 and no answer. */
  | 'ends-silently'
  /** Says nothing more, for ever. */
  | 'hangs'
  /** Is done, and leaves a process of its own running. */
  | 'leaves-a-process';

/** What reached the agent of a run. */
export interface Seen {
  readonly prompt: string;
  readonly instructions: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface ProviderWorld extends World {
  readonly provider: AgentProvider;
  /** A run of its own, in a directory of its own, with limits that are far away, of an agent that does this. */
  request(behaviour: AgentBehaviour): AgentRequest | Promise<AgentRequest>;
  /** The same provider where the program of the agent is not installed. */
  readonly absent?: AgentProvider;
  /** How many processes of a run there are. */
  readonly processes?: (run: RunId) => number | Promise<number>;
  /** How often an agent was started so far. */
  readonly started?: () => number | Promise<number>;
  /** What reached the agent of this request, which has run. */
  readonly seen?: (request: AgentRequest) => Seen | Promise<Seen>;
  /** The clock by which limits are kept. Without it they are kept by the time of this machine. */
  readonly clock?: ConformanceClock;
}

/** A behaviour, a member of the world, or: `read-only`, an agent that may only read cannot write; `limits`, they are kept. */
export type ProviderNeed = AgentBehaviour | 'absent' | 'processes' | 'started' | 'seen' | 'read-only' | 'limits';
export type ProviderSubject = Subject<ProviderWorld, ProviderNeed>;
export type ProviderCase = ConformanceCase<ProviderWorld, ProviderNeed>;

const { must } = casesOf<ProviderWorld, ProviderNeed>();
const LIMIT_MS = 400;
const FAR_MS = 600_000;
const WORK: readonly AgentEvent['type'][] = ['message', 'tool', 'file'];
const FAILURES: readonly AgentFailure['kind'][] = [
  ...(['rate-limited', 'unauthenticated', 'unavailable', 'turn-limit', 'invalid-output', 'context-overflow'] as const),
  ...(['other', 'timed-out', 'crashed'] as const),
];

interface Run {
  readonly request: AgentRequest;
  readonly events: readonly AgentEvent[];
  readonly outcome: AgentOutcome;
  readonly usage: Usage;
}

async function collect(events: AsyncIterable<AgentEvent>, onEvent = (_: AgentEvent) => {}): Promise<AgentEvent[]> {
  const all: AgentEvent[] = [];
  for await (const event of events) {
    all.push(event);
    onEvent(event);
  }
  return all;
}

function ended(request: AgentRequest, events: readonly AgentEvent[]): Run {
  const last = events.at(-1);
  if (last?.type !== 'run.ended') throw breach('a run that ends with `run.ended`', last);
  return { request, events, outcome: last.outcome, usage: last.usage };
}

async function play(world: ProviderWorld, behaviour: AgentBehaviour, more: Partial<AgentRequest> = {}): Promise<Run> {
  const asked = await world.request(behaviour);
  const request = { ...asked, ...more, environment: { ...asked.environment, ...more.environment } };
  return ended(request, await collect(world.provider.run(request)));
}

/** A run that hangs until it reaches a limit. */
async function untilLimit(world: ProviderWorld, limits: Partial<AgentLimits>): Promise<Run> {
  const request = await world.request('hangs');
  const { provider, clock } = world;
  let isOver = false;
  const all = collect(provider.run({ ...request, limits: { ...request.limits, ...limits } })).finally(() => {
    isOver = true;
  });
  while (clock && !isOver) await clock.advance(LIMIT_MS / 4);
  return ended(request, await all);
}

/** A run that hangs, and is aborted once it has a session. */
async function untilAborted(world: ProviderWorld): Promise<Run> {
  const request = await world.request('hangs');
  const stop = new AbortController();
  const events = await collect(world.provider.run(request, { signal: stop.signal }), ({ type }) => {
    if (type === 'session') stop.abort();
  });
  return ended(request, events);
}

const failureOf = ({ outcome }: Run): AgentFailure => {
  if (outcome.status !== 'failed') throw breach('a run that failed', outcome);
  return outcome.failure;
};

const noneLeft = async ({ processes }: ProviderWorld, { origin }: AgentRequest) =>
  same(await given(processes, 'processes')(origin.run), 0);

const filesIn = async (directory: string) => (await readdir(directory, { recursive: true })).sort();

export const agentProviderCases: readonly ProviderCase[] = [
  must('provider/names-its-contract', 'A provider names the contract it keeps.', ({ provider }) => {
    same(provider.contract, 'agent-provider@1');
  }),
  must('provider/id', 'The id of a provider is lower-case: letters, digits and dashes.', ({ provider }) => {
    holds(/^[a-z][a-z0-9-]*$/.test(provider.id), 'a lower-case id', provider.id);
  }),
  must(
    'provider/accepts-unknown-models',
    'A model is refused only when its name surely belongs to another vendor.',
    ({ provider }) => {
      same(provider.acceptsModel('my-own-model'), true);
    },
  ),
  must(
    'provider/check-answers',
    'A check answers with a version, or with what is wrong and what to type.',
    async ({ provider }) => {
      const health = await provider.check();
      const texts = health.status === 'ready' ? [health.version] : [health.message, health.hint];
      holds(
        texts.every((text) => typeof text === 'string' && text !== ''),
        'a version, or a message and a hint',
        health,
      );
    },
  ),
  must(
    'provider/check-of-what-is-absent',
    'A check of an agent that is not installed says so, with what to type, and does not throw.',
    async ({ absent }) => {
      const health = await given(absent, 'absent').check();
      holds(health.status === 'not-installed' && health.hint !== '', '`not-installed` with a hint', health);
    },
    'absent',
  ),
  must(
    'provider/check-spends-nothing',
    'A check starts no agent.',
    async ({ provider, started }) => {
      await provider.check();
      same(await given(started, 'started')(), 0);
    },
    'started',
  ),
  must(
    'provider/starts-when-iterated',
    'A run starts when it is iterated, not before.',
    async ({ provider, request, started }) => {
      const run = provider.run(await request('completes'));
      await new Promise((resolve) => setImmediate(resolve));
      same(await given(started, 'started')(), 0);
      await collect(run);
      same(await given(started, 'started')(), 1);
    },
    'started',
  ),
  must('provider/ends-once', 'The last event of a run is `run.ended`, exactly once.', async (world) => {
    const { events } = await play(world, 'completes');
    same([events.filter(({ type }) => type === 'run.ended').length, events.at(-1)?.type], [1, 'run.ended']);
  }),
  must('provider/completes', 'An agent that is done has completed, with its last words.', async (world) => {
    const { outcome } = await play(world, 'completes');
    holds(
      outcome.status === 'completed' && typeof outcome.text === 'string' && outcome.text !== '',
      'a completed run with a text',
      outcome,
    );
  }),
  must(
    'provider/session-first',
    'The session by which a run can be resumed comes before any work is done.',
    async (world) => {
      const { events } = await play(world, 'completes');
      const at = events.findIndex((event) => event.type === 'session' && event.session !== '');
      const work = events.findIndex(({ type }) => WORK.includes(type));
      holds(
        at >= 0 && (work < 0 || at < work),
        'a session before any work',
        events.map(({ type }) => type),
      );
    },
  ),
  must('provider/events-have-their-form', 'Every event has the form of its type.', async (world) => {
    for (const event of (await play(world, 'completes')).events)
      holds(hasItsForm(event), 'an event in its form', event);
  }),
  must(
    'provider/usage-only-grows',
    'Usage is told as running totals: whole, never less than before, and at the end no less.',
    async (world) => {
      const { events, usage } = await play(world, 'completes');
      const totals = [...events.flatMap((event) => (event.type === 'usage' ? [event.usage] : [])), usage];
      holds(
        totals.every(isUsage) && totals.every((total, index) => grew(totals[index - 1], total)),
        'totals that only grow',
        totals,
      );
    },
  ),
  must(
    'provider/works-in-its-directory',
    'An agent works in the directory it was given.',
    async (world) => {
      const { request, outcome } = await play(world, 'edits');
      same([outcome.status, await filesIn(request.directory)], ['completed', ['edited.txt']]);
      holds(
        (await readFile(join(request.directory, 'edited.txt'), 'utf8')) !== '',
        'a file with content',
        'an empty one',
      );
    },
    'edits',
  ),
  must(
    'provider/read-only',
    'An agent that may only read changes nothing in its directory.',
    async (world) => {
      const { request } = await play(world, 'edits', { access: 'read-only' });
      same(await filesIn(request.directory), []);
    },
    'edits',
    'read-only',
  ),
  must(
    'provider/answers-in-form',
    'An answer in the form that was asked for is the output of the run.',
    async (world) => {
      const { outcome } = await play(world, 'answers');
      holds(
        outcome.status === 'completed' && typeof outcome.output === 'object' && outcome.output !== null,
        'a structured output',
        outcome,
      );
    },
    'answers',
  ),
  must('provider/no-output-unasked', 'A run that was asked for no form has no output.', async (world) => {
    const { outcome } = await play(world, 'completes');
    holds(!('output' in outcome), 'an outcome without output', outcome);
  }),
  must(
    'provider/resumes',
    'A run that resumes goes on in the session it was given.',
    async (world) => {
      const { request, events } = await play(world, 'resumes');
      const session = present(request.resume, 'a request that names a session');
      same(
        events.filter(({ type }) => type === 'session'),
        [{ type: 'session', session }],
      );
    },
    'resumes',
  ),
  must(
    'provider/failure-is-an-outcome',
    'What goes wrong with an agent arrives as an outcome that says why.',
    async (world) => {
      const failure = failureOf(await play(world, 'fails'));
      holds(FAILURES.includes(failure.kind) && failure.message !== '', 'a known failure with a message', failure);
    },
    'fails',
  ),
  must(
    'provider/rate-limited',
    'A vendor that asks to wait is told from every other failure.',
    async (world) => {
      same(failureOf(await play(world, 'is-rate-limited')).kind, 'rate-limited');
    },
    'is-rate-limited',
  ),
  must(
    'provider/crash',
    'An agent whose program breaks off has crashed, with its exit code or its signal.',
    async (world) => {
      const failure = failureOf(await play(world, 'crashes'));
      holds(
        failure.kind === 'crashed' && (failure.exitCode !== null) !== (failure.signal !== null),
        'a crash with a code or a signal',
        failure,
      );
    },
    'crashes',
  ),
  must(
    'provider/exit-code-0-is-no-success',
    'A program that ends well without an answer has not completed.',
    async (world) => {
      failureOf(await play(world, 'ends-silently'));
    },
    'ends-silently',
  ),
  must(
    'provider/absent-is-unavailable',
    'A run of an agent that is not installed ends as unavailable, and does not throw.',
    async (world) => {
      const request = await world.request('completes');
      const run = ended(request, await collect(given(world.absent, 'absent').run(request)));
      same(failureOf(run).kind, 'unavailable');
    },
    'absent',
  ),
  must(
    'provider/idle-limit',
    'An agent that is silent for longer than it may is ended: timed out, by the idle limit.',
    async (world) => {
      const failure = failureOf(await untilLimit(world, { idleMs: LIMIT_MS, totalMs: FAR_MS }));
      same([failure.kind, 'limit' in failure && failure.limit], ['timed-out', 'idle']);
    },
    'hangs',
    'limits',
  ),
  must(
    'provider/total-limit',
    'An agent that runs for longer than it may is ended: timed out, by the total limit.',
    async (world) => {
      const failure = failureOf(await untilLimit(world, { idleMs: FAR_MS, totalMs: LIMIT_MS }));
      same([failure.kind, 'limit' in failure && failure.limit], ['timed-out', 'total']);
    },
    'hangs',
    'limits',
  ),
  must(
    'provider/limit-leaves-nothing',
    'Of a run that reached a limit no process is left.',
    async (world) => {
      await noneLeft(world, (await untilLimit(world, { idleMs: FAR_MS, totalMs: LIMIT_MS })).request);
    },
    'hangs',
    'limits',
    'processes',
  ),
  must(
    'provider/aborted',
    'A run that its caller aborts ends as aborted, with its last event.',
    async (world) => {
      const { events, outcome } = await untilAborted(world);
      same([outcome, events.filter(({ type }) => type === 'run.ended').length], [{ status: 'aborted' }, 1]);
    },
    'hangs',
  ),
  must(
    'provider/aborted-before',
    'A run that was aborted before it began ends as aborted.',
    async ({ provider, request }) => {
      const events = await collect(provider.run(await request('completes'), { signal: AbortSignal.abort() }));
      const last = events.at(-1);
      same(last?.type === 'run.ended' ? last.outcome : last, { status: 'aborted' });
    },
  ),
  must(
    'provider/aborted-before-starts-nothing',
    'A run that was aborted before it began starts no agent.',
    async ({ provider, request, started }) => {
      await collect(provider.run(await request('completes'), { signal: AbortSignal.abort() }));
      same(await given(started, 'started')(), 0);
    },
    'started',
  ),
  must(
    'provider/abort-leaves-nothing',
    'Of a run that was aborted no process is left.',
    async (world) => {
      await noneLeft(world, (await untilAborted(world)).request);
    },
    'hangs',
    'processes',
  ),
  must(
    'provider/leaving-early',
    'Whoever leaves the loop early ends every process of the run.',
    async (world) => {
      const request = await world.request('hangs');
      for await (const { type } of world.provider.run(request)) if (type === 'session') break;
      await noneLeft(world, request);
    },
    'hangs',
    'processes',
  ),
  must(
    'provider/end-leaves-nothing',
    'When `run.ended` arrives no process of the run is left, also of those the agent left behind.',
    async (world) => {
      const request = await world.request('leaves-a-process');
      for await (const { type } of world.provider.run(request))
        if (type === 'run.ended') await noneLeft(world, request);
    },
    'leaves-a-process',
    'processes',
  ),
  must(
    'provider/prompt-arrives',
    'The prompt reaches the agent as it is.',
    async (world) => {
      const { request } = await play(world, 'completes', { prompt: '--help "$(touch no)"\n`wörld` ✓\n' });
      same((await given(world.seen, 'seen')(request)).prompt, request.prompt);
    },
    'seen',
  ),
  must(
    'provider/instructions-are-kept-apart',
    'Standing instructions reach the agent apart from the prompt.',
    async (world) => {
      const { request } = await play(world, 'completes', { instructions: 'Standing orders.' });
      const { prompt, instructions } = await given(world.seen, 'seen')(request);
      holds(instructions.includes('Standing orders.'), 'the instructions', instructions);
      holds(!prompt.includes('Standing orders.'), 'a prompt without the instructions', prompt);
    },
    'seen',
  ),
  must(
    'provider/environment-arrives',
    'What the request adds to the environment reaches the agent.',
    async (world) => {
      const { request } = await play(world, 'completes', { environment: { CONFORMANCE: 'yes = "1"' } });
      same((await given(world.seen, 'seen')(request)).environment.CONFORMANCE, 'yes = "1"');
    },
    'seen',
  ),
  must('provider/runs-are-apart', 'Two runs at once end each for itself.', async (world) => {
    const runs = await Promise.all([play(world, 'completes'), play(world, 'completes')]);
    for (const { events, outcome } of runs) {
      same([outcome.status, events.filter(({ type }) => type === 'run.ended').length], ['completed', 1]);
    }
  }),
];

const isText = (value: unknown) => typeof value === 'string';
const isUsage = (usage: Usage) =>
  Object.values(usage).every((value) => value === undefined || (Number.isFinite(value) && value >= 0));

/** A total that was told is not smaller afterwards. */
function grew(before: Usage | undefined, after: Usage): boolean {
  return Object.entries(before ?? {}).every(([name, value]) => value <= (after[name as keyof Usage] ?? value));
}

function hasItsForm(event: AgentEvent): boolean {
  switch (event.type) {
    case 'session':
      return isText(event.session) && event.session !== '';
    case 'message':
      return isText(event.text);
    case 'tool':
      return ['started', 'ended'].includes(event.phase) && isText(event.name) && !event.summary.includes('\n');
    case 'file':
      return isText(event.path) && ['added', 'modified', 'deleted'].includes(event.change);
    case 'usage':
      return isUsage(event.usage);
    case 'warning':
      return isText(event.message);
    case 'native':
      return 'record' in event;
    case 'run.ended':
      return ['completed', 'failed', 'aborted'].includes(event.outcome.status) && isUsage(event.usage);
    default:
      return false;
  }
}
