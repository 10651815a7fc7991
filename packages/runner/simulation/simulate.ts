import { createHash } from 'node:crypto';
import { isBacklogError, type JournalEntry, type PlanProposal, type Task } from '@backlog-runner/contracts';
import { seededRandom } from '../../testkit/src/seeded-random.ts';
import type { Runner, RunnerPolicy } from '../src/index.ts';
import { type Chaos, drawChaos } from './chaos.ts';
import { checkDecisions } from './check-decisions.ts';
import { checkEnd } from './check-end.ts';
import { checkExit } from './check-exit.ts';
import { checkReplay } from './check-replay.ts';
import { checkVerify } from './check-verify.ts';
import type { Breach, Unlanded } from './ledger.ts';
import { createLife, type Life } from './life.ts';
import { createPerson } from './person.ts';
import { chanceOf } from './random.ts';
import { runnerOf } from './runner-of.ts';
import { type Actor, createScheduler } from './scheduler.ts';
import { drawTasks } from './tasks.ts';
import { watchProgress } from './watch-progress.ts';
import { createWorld, type Mutation } from './world.ts';

export interface Play {
  readonly seed: number;
  readonly breaches: readonly Breach[];
  readonly steps: number;
  readonly counts: Readonly<Record<Count, number>>;
  /** Of everything that was recorded: two plays of one seed give the same. */
  readonly digest: string;
  /** What happened, step by step. Empty unless it was asked for. */
  readonly trace: readonly string[];
}

export type Count =
  | 'runners'
  | 'crashes'
  | 'pauses'
  | 'jumps'
  | 'lostLeases'
  | 'failures'
  | 'personActs'
  | 'attempts'
  | 'landings'
  | Unlanded;

export const NO_COUNTS: Readonly<Record<Count, number>> = {
  ...{ runners: 0, attempts: 0, landings: 0, held: 0, moved: 0, fenced: 0 },
  ...{ crashes: 0, pauses: 0, jumps: 0, lostLeases: 0, failures: 0, personActs: 0 },
};

export interface SimulateOptions {
  readonly mutate?: Mutation;
  readonly isTraced?: boolean;
}

const MOST_LIVES = 9;
/** So long those that go on until somebody stops them are left to work when nothing goes wrong any more. */
const WATCHED_MS = 400_000;
/** So long whoever waits for a time may not notice that the clock was put right. */
const LONGEST_SLEEP_MS = 310_000;
/** Whoever has not ended after so many steps without any trouble never does. */
const MOST_CALM_STEPS = 30_000;

/** Plays one history: a backlog, runners, agents and a person, in an order and with the trouble that the seed decides. */
export async function simulate(seed: number, { mutate, isTraced = false }: SimulateOptions = {}): Promise<Play> {
  const random = seededRandom(seed);
  const chance = chanceOf(random);
  const chaos = drawChaos(chance);
  const scheduler = createScheduler(chance);
  const trace: string[] = [];
  const note = (text: string) => {
    if (isTraced) trace.push(`${(scheduler.elapsed() / 1000).toFixed(3).padStart(9)} ${text}`);
  };
  let isCalm = false;
  const mischief = () => (isCalm ? 0 : chaos.mischief);
  const tasks = drawTasks(chance);
  const impossible = new Set<string>(tasks.flatMap(({ id }) => (chance.happens(0.06) ? [id] : [])));
  const { isBacklogIgnored } = chaos;
  const shared = { scheduler, chance, random: seededRandom(seed + 1), tasks, isBacklogIgnored, mischief };
  const world = createWorld(mutate ? { ...shared, mutate } : shared);
  const { ledger, machine, lives, record, aboutToLand } = world;
  ledger.onBreach((text) => note(`!!! ${text}`));
  const nature: Actor = { name: 'time', state: 'running', pace: 1 };
  const counts: Record<Count, number> = { ...NO_COUNTS };
  const drains = new Map<Life, AbortController>();
  const proposals: PlanProposal[] = [];
  const person = createPerson({
    ...world,
    chance,
    askToStop: () => {
      const life = chance.pickOf(alive());
      if (life) drains.get(life)?.abort();
    },
  });
  const policy: RunnerPolicy = {
    workers: 1 + chance.below(3),
    maxTries: 2 + chance.below(2),
    maxReturns: chance.below(3),
    backoff: { firstMs: 5_000, maxMs: 30_000 },
    providerBackoff: { firstMs: 5_000, maxMs: 60_000 },
    leaseTtlMs: 30_000,
    limits: { idleMs: 60_000, totalMs: 90_000, toolMs: 60_000 },
    agents: { ui: { provider: 'claude' }, code: { provider: 'codex' } },
    uiPathPrefixes: ['src/b'],
    ...(chance.happens(0.7)
      ? { planner: { readyMark: 2, batch: 2, maxTries: 2, maxDepth: 2, pause: { firstMs: 5_000, maxMs: 60_000 } } }
      : {}),
    ...(chance.happens(0.3)
      ? {
          discovery: {
            readyMark: 1,
            passes: [{ id: 'look', trigger: 'low-queue', everyMs: 60_000, maxCandidates: 2, maxPerDay: 2 }],
          },
        }
      : {}),
    once: true,
  };
  const tasksById = (id: string): Task | undefined => {
    const content = world.repository.checkout.read(`backlog/tasks/${id}.yaml`);
    try {
      return content === undefined ? undefined : (JSON.parse(content) as Task);
    } catch {
      return undefined;
    }
  };
  const alive = () => lives.filter(({ state, isOver }) => state !== 'dead' && !isOver);

  const onRejection = (error: unknown) => {
    ledger.breach(0, `nobody handled: ${error instanceof Error ? error.stack : String(error)}`);
  };
  process.on('unhandledRejection', onRejection);

  const start = (): Life => {
    counts.runners += 1;
    const life = createLife({
      run: `run-${counts.runners}`,
      scheduler,
      chance,
      random: seededRandom(seed * 31 + counts.runners),
      chaos: () => (isCalm ? CALM : chaos),
      note,
    });
    life.pace = chance.happens(0.2) ? 0.1 : 1;
    life.isWatching = !isCalm && chance.happens(0.25);
    lives.push(life);
    const drain = new AbortController();
    drains.set(life, drain);
    const isImpossible = (id: string) => impossible.has(id);
    const agents = { chance, mischief, now: scheduler.now, taskOf: tasksById, isImpossible };
    note(`${life.run} starts`);
    const narrate = (entry: JournalEntry) => note(`${life.run} > ${lineOf(entry)}`);
    const rules = { ...policy, once: !life.isWatching };
    const runner = runnerOf(life, { world, policy: rules, narrate, agents });
    errand(life, runner, drain.signal)
      .then(
        ({ reason }) => note(`${life.run} ends: ${reason}`),
        (error: unknown) => {
          note(`${life.run} breaks off: ${error instanceof Error ? error.message : String(error)}`);
          if (!isExpected(error))
            ledger.breach(0, `${life.run} broke: ${error instanceof Error ? error.stack : String(error)}`);
        },
      )
      .then(async () => {
        life.isOver = true;
        await checkExit(life, world, scheduler);
        counts.failures += life.failures;
      });
    return life;
  };

  /** Mostly all there is to do; else one thing that a person asks for. */
  const errand = async (life: Life, runner: Runner, drain: AbortSignal): Promise<{ readonly reason: string }> => {
    const isWork = isCalm || !(policy.planner || policy.discovery) || !chance.happens(0.15);
    if (isWork) return runner.work({ drain });
    life.isWatching = false;
    if (proposals.length > 0 && chance.happens(0.6)) return runner.accept(chance.pick(proposals), { drain });
    if (!policy.planner || (policy.discovery && chance.happens(0.4))) return runner.pass('look', { drain });
    const isForReview = chance.happens(0.5);
    const report = await runner.plan({ isForReview, drain });
    if (isForReview && report.proposal) proposals.push(report.proposal);
    return report;
  };
  const crash = async (life: Life) => {
    counts.crashes += 1;
    note(`${life.run} is killed`);
    life.state = 'dead';
    scheduler.forget(life);
    for (const process of machine.running()) {
      if (process.run === life.run && !chance.happens(chaos.orphans)) machine.kill(process);
    }
    if (!chaos.seesDeath) return;
    for (const lease of await world.leases.list())
      if ((lease.holder as string) === life.run) await world.loseLease(lease);
  };
  const sleep = (life: Life, ms: number) => {
    counts.pauses += 1;
    life.state = 'paused';
    note(`${life.run} sleeps for ${ms} ms`);
    scheduler.after(nature, ms, () => {
      if (life.state === 'paused') life.state = 'running';
    });
  };
  /** What comes between the rendering of a task and its landing. */
  const meddle = () => {
    for (const [life, request] of aboutToLand) {
      aboutToLand.delete(life);
      if (life.state !== 'running' || !chance.happens(chaos.meddle)) continue;
      if (chance.happens(0.4)) {
        sleep(life, policy.leaseTtlMs + chance.below(90_000));
        continue;
      }
      counts.personActs += 1;
      note(`just before ${life.run} lands ${request.task}, a person ${person.meddle(request)}`);
    }
  };
  const trouble = async () => {
    meddle();
    const life = chance.pickOf(alive());
    if (life && chance.happens(chaos.crash)) await crash(life);
    if (life && chance.happens(chaos.pause) && life.state === 'running') sleep(life, chance.below(90_000));
    if (chance.happens(chaos.jump)) {
      counts.jumps += 1;
      const ms = chance.pick(chaos.jumps);
      note(`the clock jumps by ${ms} ms`);
      scheduler.jump(ms);
    }
    if (chance.happens(chaos.loseLease)) {
      const lease = chance.pickOf(await world.leases.list());
      if (lease) {
        counts.lostLeases += 1;
        note(`the lease ${lease.fence} of ${lease.holder} ends early`);
        await world.loseLease(lease);
      }
    }
    if (chance.happens(chaos.person)) {
      counts.personActs += 1;
      note(`a person ${person.act()}`);
    }
    if (life && chance.happens(chaos.stop)) {
      note(`${life.run} is asked to stop`);
      drains.get(life)?.abort();
    }
    if (chance.happens(chaos.slow)) scheduler.pass(chance.below(15_000));
    if (alive().length < chaos.runners && counts.runners < MOST_LIVES && chance.happens(0.1)) start();
  };

  let steps = 0;
  const step = async (): Promise<boolean> => {
    const what = await scheduler.next();
    if (what === undefined) return false;
    steps += 1;
    note(what);
    ledger.look();
    return true;
  };
  let judgedFrom = 0;
  const lookAtProgress = watchProgress(world, policy, scheduler);
  const untilOver = async (): Promise<boolean> => {
    for (let turn = 0; turn < MOST_CALM_STEPS; turn += 1) {
      if (alive().length === 0) return true;
      if (scheduler.isIdle() && scheduler.elapsed() >= judgedFrom) await lookAtProgress();
      if (!(await step())) return false;
    }
    return false;
  };

  try {
    for (let runner = 0; runner < chaos.runners; runner += 1) start();
    await scheduler.settle();
    for (let turn = 0; turn < chaos.steps && ledger.breaches.length === 0; turn += 1) {
      await trouble();
      if (turn % 100 === 50) await checkDecisions(world, policy, scheduler, chance);
      if (!(await step())) break;
    }
    isCalm = true;
    note('--- from here on nothing goes wrong');
    scheduler.mendClock();
    if (counts.jumps > 0) judgedFrom = scheduler.elapsed() + LONGEST_SLEEP_MS;
    person.tidy();
    for (const life of lives) if (life.state === 'paused') life.state = 'running';
    scheduler.after(nature, WATCHED_MS, () => {
      for (const life of alive()) if (life.isWatching) drains.get(life)?.abort();
    });
    if (!(await untilOver())) ledger.breach(8, `${alive().map(({ run }) => run)} did not end`);
    if (ledger.breaches.length === 0) {
      // Whoever died is known to be dead once its leases are over.
      scheduler.pass(2 * policy.leaseTtlMs);
      person.tidy();
      const last = start();
      await scheduler.settle();
      if (!(await untilOver())) ledger.breach(8, `${last.run} did not end`);
      await scheduler.settle();
      if (ledger.breaches.length === 0) {
        await checkVerify(world, scheduler);
        await checkEnd({ world, person, last });
        await checkReplay({ world, person, first: tasks });
      }
    }
  } finally {
    process.off('unhandledRejection', onRejection);
  }
  Object.assign(counts, ledger.unlanded, { landings: ledger.landings });
  counts.attempts = record.entries.filter(({ type }) => type === 'attempt.started').length;
  const digest = createHash('sha256')
    .update(JSON.stringify([record.entries, world.repository.head(), steps]))
    .digest('hex');
  return { seed, breaches: ledger.breaches, steps, counts, digest, trace };
}

const CALM: Pick<Chaos, 'failWrite' | 'failRead' | 'late'> = { failWrite: 0, failRead: 0, late: 0 };

/** What matters of an event, on one line. */
function lineOf({ type, at: _at, run: _run, seq: _seq, ...facts }: JournalEntry): string {
  return `${type} ${JSON.stringify(facts).replaceAll(/[0-9a-f]{32}(?=[0-9a-f]{8})/g, '…')}`.slice(0, 300);
}

/** `TASK_CHANGED`: whoever slept while it applied a plan, and was overtaken. The next run finishes the plan. */
const EXPECTED = ['STORAGE_FAILED', 'NO_PROVIDER_READY', 'TASK_CHANGED'] as const;

function isExpected(error: unknown): boolean {
  return EXPECTED.some((code) => isBacklogError(error, code));
}
