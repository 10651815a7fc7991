import { setTimeout as pause } from 'node:timers/promises';
import { type Verdict, verdictOn } from './verdict.ts';
import { copyOf, type Ended, makeTemplate, removeTemplate, type Started, usersView, type World } from './world.ts';

export interface RaceOptions {
  readonly program: string;
  /** Evenly distributed in [0, 1): chooses what happens to whom, when and for how long. */
  readonly random: () => number;
  readonly tasks: number;
  readonly runners: number;
  readonly leaseTtlMs: number;
}

export interface RaceResult extends Verdict {
  /** Tasks that were worked on by several runners at once. */
  readonly races: number;
  readonly runners: number;
  readonly kills: number;
  readonly stops: number;
  readonly attempts: number;
  readonly ms: number;
  /** Where to look when something is broken. */
  readonly root: string;
}

/** Something happens to each runner once in so many lives of a lease, on the average. */
const LEASES_PER_TROUBLE = 4;

/**
 * Several runners work off one backlog while they are killed and stopped at random, each replaced when it is gone, until
 * nobody has anything to do. Then one that nobody disturbs cleans up, and everything is checked.
 */
export async function race({ program, random, tasks, runners, leaseTtlMs }: RaceOptions): Promise<RaceResult> {
  const began = performance.now();
  const names = Array.from({ length: tasks }, (_task, at) => `t${at + 1}`);
  const template = makeTemplate({
    program,
    tasks: Object.fromEntries(names.map((name) => [name, `title: ${name}\ntouch_paths: [src/${name}.txt]\n`])),
    uncommitted: names.filter((_name, at) => at % 4 === 3),
  });
  const world = copyOf(template);
  removeTemplate(template);
  const users = usersView(world);
  const counts = { runners: 0, kills: 0, stops: 0 };
  const start = (verify = false) => {
    counts.runners += 1;
    const content = counts.runners % 2 === 0 ? 'task' : 'attempt';
    return world.start({ agent: 'shell', leaseTtlMs, content, maxTries: 1000, verify, thinkMs: random() * 100 });
  };

  await Promise.all(Array.from({ length: runners }, () => keepRunning(world, start, { random, leaseTtlMs, counts })));
  const last = await start(true).ended;
  const verdict = await verdictOn(world);
  const broken = [
    ...verdict.broken,
    ...(last.code === 0 ? [] : [`the last runner failed: ${last.stderr}`]),
    ...(last.answer?.verified ?? []),
    ...(usersView(world) === users ? [] : ['what is the user’s has changed']),
  ];
  if (broken.length === 0) world.remove();
  return { ...verdict, ...counts, broken, races: tasks, ms: performance.now() - began, root: world.root };
}

interface Trouble {
  readonly random: () => number;
  readonly leaseTtlMs: number;
  readonly counts: { runners: number; kills: number; stops: number };
}

/** One place at the backlog: whoever is killed there is replaced, until one ends because nothing is left to do. */
async function keepRunning(world: World, start: () => Started, trouble: Trouble): Promise<void> {
  for (;;) {
    const runner = start();
    const ended = await disturb(runner, trouble);
    if (ended.signal === null && ended.code !== 0) throw new Error(`A runner failed in ${world.root}: ${ended.stderr}`);
    if (ended.code === 0) return;
  }
}

async function disturb({ pid, ended }: Started, { random, leaseTtlMs, counts }: Trouble): Promise<Ended> {
  let end: Ended | undefined;
  void ended.then((how) => {
    end = how;
  });
  while (!end) {
    await Promise.race([ended, pause(2 * LEASES_PER_TROUBLE * leaseTtlMs * random())]);
    if (end) break;
    const isKill = random() < 0.3;
    if (isKill) counts.kills += 1;
    else counts.stops += 1;
    signal(pid, isKill ? 'SIGKILL' : 'SIGSTOP');
    if (isKill) return ended;
    await pause(2 * leaseTtlMs * random());
    signal(pid, 'SIGCONT');
  }
  return end;
}

/** One that has just ended by itself is past all trouble. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
