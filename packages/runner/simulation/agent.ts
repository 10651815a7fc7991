import type {
  AgentAnswer,
  AgentEvent,
  AgentFailure,
  AgentOutcome,
  AgentProvider,
  AgentRequest,
  EpochMs,
  SessionId,
  Task,
} from '@backlog-runner/contracts';
import type { MemoryRepository } from '@backlog-runner/testkit';
import type { AgentAct, Machine } from './agent-process.ts';
import type { Ledger } from './ledger.ts';
import type { Life } from './life.ts';
import type { Chance } from './random.ts';

export interface AgentWorld {
  readonly repository: MemoryRepository;
  readonly machine: Machine;
  readonly ledger: Ledger;
  readonly chance: Chance;
  /** How often an agent does something other than its work. */
  readonly mischief: () => number;
  readonly now: () => EpochMs;
  readonly taskOf: (id: string) => Task | undefined;
  /** What no agent can do, whatever it tries. */
  readonly isImpossible: (id: string) => boolean;
}

/** An agent in memory: a process that does what a seed decides, and the provider that runs it for one life. */
export function agentFor(id: string, life: Life, world: AgentWorld): AgentProvider {
  const { machine, chance, mischief } = world;
  return {
    contract: 'agent-provider@1',
    id,
    acceptsModel: () => true,
    check: () =>
      life.gate(`${id}.check`, 'read', async () =>
        chance.happens(mischief() * 0.05)
          ? { status: 'not-signed-in', message: 'Nobody is signed in.', hint: 'sign in' }
          : { status: 'ready', version: '1' },
      ),
    async *run(request, { signal } = {}): AsyncIterable<AgentEvent> {
      if (signal?.aborted) {
        yield ended({ status: 'aborted' });
        return;
      }
      const process = await life.gate(`${id} starts`, 'read', async () =>
        signal?.aborted ? undefined : machine.start(life, request, actsOf(request, world)),
      );
      if (!process) {
        yield ended({ status: 'aborted' });
        return;
      }
      const stops = new AbortController();
      try {
        yield { type: 'session', session: (request.resume ?? `${id}-${process.name}`) as SessionId };
        const outcome = await Promise.race([process.ended, cutOff(life, request, signal, stops.signal)]);
        machine.kill(process);
        const told = await life.gate(`${id} has ended`, 'read', async () => outcome);
        if (chance.happens(mischief() * 0.02)) throw new Error('The provider has a bug.');
        if (chance.happens(mischief() * 0.02)) return;
        yield ended(told);
      } finally {
        stops.abort();
        machine.kill(process);
      }
    },
  };
}

function ended(outcome: AgentOutcome): AgentEvent {
  return { type: 'run.ended', outcome, usage: { turns: 1 } };
}

function cutOff(
  life: Life,
  { limits }: AgentRequest,
  signal: AbortSignal | undefined,
  stops: AbortSignal,
): Promise<AgentOutcome> {
  return new Promise((resolve) => {
    const failure: AgentFailure = { kind: 'timed-out', message: 'It took too long.', limit: 'total' };
    const cancel = life.system.after(limits.totalMs, () => resolve({ status: 'failed', failure }));
    const onAbort = () => resolve({ status: 'aborted' });
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    stops.addEventListener('abort', () => {
      cancel();
      signal?.removeEventListener('abort', onAbort);
    });
  });
}

/** What an agent does with a request. */
function actsOf(request: AgentRequest, world: AgentWorld): readonly AgentAct[] {
  const { chance, mischief } = world;
  const thinking: AgentAct = { kind: 'think', ms: 500 + chance.below(20_000) };
  const isGood = !chance.happens(mischief());
  const { role } = request.origin;
  const acts =
    role === 'planner' || role === 'discovery' ? looking(request, world, isGood) : working(request, world, isGood);
  return [thinking, ...acts];
}

type Write = readonly [path: string, content: string];

function working(request: AgentRequest, world: AgentWorld, isGood: boolean): readonly AgentAct[] {
  const { chance } = world;
  const { origin } = request;
  const task = world.taskOf(origin.task ?? '');
  const own = (path: string): Write => [path, `by ${origin.attempt} turn ${origin.turn}\n`];
  const paths = (task?.touchPaths ?? []).map((path) => `${path}/work.txt`);
  const files: readonly string[] = paths.length > 0 ? paths : [`src/${origin.task}.txt`];
  const isResearch = task?.kind === 'research';
  const good = isResearch ? [] : files.map(own);
  if (world.isImpossible(origin.task ?? ''))
    return [...writes(request, world, good), done({ status: 'blocked', summary: 'It cannot be done.' })];
  if (isGood)
    return [...writes(request, world, [...good, ...mended(request, world)]), done(proposals(world, isResearch))];
  const some = good.slice(0, 1);
  const mischiefs: readonly (() => readonly AgentAct[])[] = [
    () => [done()],
    () => [
      ...writes(request, world, good),
      { kind: 'end', outcome: { status: 'completed', text: 'x', output: { ok: true } } },
    ],
    () => [...writes(request, world, [...good, ['backlog.config.mjs', 'export default "mine"\n']]), done()],
    () => [...writes(request, world, [...good, ['scripts/backlog/validate.sh', 'true\n']]), done()],
    () => [...writes(request, world, [...good, own('shared.txt')]), done()],
    () => [...writes(request, world, [...good, own('shared.txt'), own('src/common/work.txt')]), done()],
    () => [
      ...writes(
        request,
        world,
        some.map(([path]) => [path, `BROKEN by ${origin.attempt}\n`]),
      ),
      done(),
    ],
    () => [...writes(request, world, [own('README.md')]), done({ patterns: [`Fact ${chance.below(4)}.`] })],
    () => [...writes(request, world, some), { kind: 'hang' }],
    () => [
      ...writes(request, world, some),
      fails({ kind: 'crashed', message: 'It crashed.', exitCode: 1, signal: null }),
    ],
    () => [...writes(request, world, some), fails(rateLimit(world))],
    () => [fails({ kind: 'unavailable', message: 'No network.' })],
    () => [fails({ kind: chance.happens(0.2) ? 'unauthenticated' : 'other', message: 'It did not work.' })],
    () => [...writes(request, world, some), fails({ kind: 'context-overflow', message: 'Too much.' })],
    () => [fails({ kind: 'turn-limit', message: 'It took too many turns.' })],
    () => [...writes(request, world, some), ...silence(request)],
    () => [...writes(request, world, good), escapes(world), done()],
    () => [...writes(request, world, good), forge(request, world), done()],
    () => [...writes(request, world, good), done(proposals(world, true))],
  ];
  return chance.pick(mischiefs)();
}

function looking(request: AgentRequest, world: AgentWorld, isGood: boolean): readonly AgentAct[] {
  const { chance } = world;
  if (isGood) return [done()];
  const mischiefs: readonly (() => readonly AgentAct[])[] = [
    () => [...writes(request, world, [['README.md', 'looked at\n']]), done()],
    () => [{ kind: 'hang' }],
    () => silence(request),
    () => [fails({ kind: 'turn-limit', message: 'It took too many turns.' })],
    () => [fails(rateLimit(world))],
    () => [fails({ kind: 'other', message: 'It did not work.' })],
    () => [escapes(world), done()],
  ];
  return chance.pick(mischiefs)();
}

function writes({ directory }: AgentRequest, { repository }: AgentWorld, files: readonly Write[]): readonly AgentAct[] {
  return files.map(([path, content]) => ({
    kind: 'do',
    what: `writes ${path}`,
    act: () => repository.directories.get(directory)?.write(path, content),
  }));
}

/** What a good agent puts right: what an earlier turn may not have changed, and what conflicts. */
function mended({ directory, origin }: AgentRequest, { repository }: AgentWorld): readonly Write[] {
  const files = repository.directories.get(directory);
  const head = repository.objects.tree(repository.head());
  return (files?.entries() ?? []).flatMap(([path, content]): Write[] => {
    if (path === 'backlog.config.mjs' || path.startsWith('scripts/')) return [[path, head.get(path) ?? content]];
    return /BROKEN|<{7}/.test(content) ? [[path, `resolved by ${origin.attempt} turn ${origin.turn}\n`]] : [];
  });
}

function done(said: Partial<AgentAnswer> = {}): AgentAct {
  const answer: AgentAnswer = {
    status: 'done',
    summary: 'Done.',
    notes: ['A note.'],
    candidates: [],
    patterns: [],
    ...said,
  };
  return { kind: 'end', outcome: { status: 'completed', text: answer.summary, output: answer } };
}

function fails(failure: AgentFailure): AgentAct {
  return { kind: 'end', outcome: { status: 'failed', failure } };
}

/** Silent for so long that its provider ends it. */
function silence({ limits: { idleMs } }: AgentRequest): readonly AgentAct[] {
  return [{ kind: 'think', ms: idleMs }, fails({ kind: 'timed-out', message: 'It said nothing.', limit: 'idle' })];
}

function rateLimit({ chance, now }: AgentWorld): AgentFailure {
  const until = chance.happens(0.5) ? { retryAt: (now() + chance.below(120_000)) as EpochMs } : {};
  return { kind: 'rate-limited', message: 'Too many.', ...until };
}

function escapes({ machine }: AgentWorld): AgentAct {
  const act = () => void machine.escapes.push({ what: 'ref', name: 'refs/heads/other' });
  return { kind: 'do', what: 'reaches out of its workspace', act };
}

/** Whoever runs git in a workspace can write any ref. */
function forge({ origin }: AgentRequest, { repository, ledger }: AgentWorld): AgentAct {
  const act = () => {
    if (origin.task === undefined) return;
    repository.fences.set(origin.task, 1_000_000 as never);
    ledger.forged(origin.task);
  };
  return { kind: 'do', what: 'forges a claim', act };
}

function proposals({ chance }: AgentWorld, proposes: boolean): Partial<AgentAnswer> {
  if (!proposes) return {};
  const title = `Follow up ${chance.below(3)}`;
  const about = {
    description: '',
    priority: 'low',
    touch_paths: [chance.pick(['src/a', 'src/follow'])],
    acceptance_criteria: [],
  } as const;
  const stray = { ...about, title: 'Out of here', touch_paths: ['../elsewhere'] };
  return { candidates: chance.happens(0.3) ? [{ ...about, title }, stray] : [{ ...about, title }] };
}
