import type { Cancel, EpochMs } from '@backlog-runner/contracts';
import type { Chance } from './random.ts';

/** Whoever acts: a runner, an agent's process, a person. */
export interface Actor {
  readonly name: string;
  /** Only a running one gets its turn. What a dead one was about to do never happens. */
  state: 'running' | 'paused' | 'dead';
  /** How likely it gets its turn, against the others. */
  pace: number;
}

/** Something that may happen from now on. */
export interface Step {
  readonly actor: Actor;
  readonly what: string;
  readonly run: () => void;
}

interface Timer extends Step {
  readonly due: number;
}

/** Decides what happens next, and owns the time. Whatever happens is one step of one actor. */
export interface Scheduler {
  add(step: Step): void;
  after(actor: Actor, delayMs: number, action: () => void): Cancel;
  elapsed(): number;
  now(): EpochMs;
  /** Moves the wall clock, as a person or a time server does. */
  jump(ms: number): void;
  /** Puts the wall clock right: it shows no earlier time than it has ever shown. */
  mendClock(): void;
  /** Moves both clocks on, whoever waits. */
  pass(ms: number): void;
  /** Lets one thing happen, after waiting for it where nothing can happen now. False when nothing ever will. */
  next(): Promise<string | undefined>;
  /** Whether nothing can happen now, and time will just pass. */
  isIdle(): boolean;
  /** Lets everybody finish what needs no step. */
  settle(): Promise<void>;
  /** Forgets what a dead actor was about to do. */
  forget(actor: Actor): void;
  /** What an actor has begun and not ended. */
  openOf(actor: Actor): { readonly steps: readonly string[]; readonly timers: number };
}

const START = Date.UTC(2026, 0, 1);
/** A timer that is due so late waits for something else. */
const NEVER = 1e14;
/** The longest time a step takes. */
const STEP_MS = 6;

export function createScheduler(chance: Chance): Scheduler {
  let steps: Step[] = [];
  const timers = new Set<Timer>();
  let elapsed = 0;
  let offset = START;
  let latest = START;

  const eligible = (): Step[] => {
    const due = [...timers].filter((timer) => timer.due <= elapsed);
    return [...steps, ...due].filter(({ actor }) => actor.state === 'running');
  };
  const choose = (choices: readonly Step[]): Step => {
    let left = chance.next() * choices.reduce((sum, { actor }) => sum + actor.pace, 0);
    for (const step of choices) {
      left -= step.actor.pace;
      if (left < 0) return step;
    }
    return chance.pick(choices);
  };
  const remove = (step: Step) => {
    if (timers.delete(step as Timer)) return;
    steps = steps.filter((other) => other !== step);
  };
  const nextDue = () => {
    let first = Number.POSITIVE_INFINITY;
    for (const { due, actor } of timers) if (actor.state === 'running' && due < first) first = due;
    return first;
  };
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const pass = (ms: number) => {
    elapsed += ms;
    latest = Math.max(latest, offset + elapsed);
  };

  return {
    add(step) {
      if (step.actor.state !== 'dead') steps.push(step);
    },
    after(actor, delayMs, run) {
      const timer = { actor, what: 'timer', run, due: elapsed + Math.max(0, delayMs) };
      if (actor.state !== 'dead') timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    elapsed: () => elapsed,
    now: () => (offset + elapsed) as EpochMs,
    jump(ms) {
      offset += ms;
      latest = Math.max(latest, offset + elapsed);
    },
    mendClock() {
      offset = latest - elapsed;
    },
    pass,
    async next() {
      let choices = eligible();
      if (choices.length === 0) {
        const due = nextDue();
        if (due >= NEVER) return undefined;
        pass(due - elapsed);
        choices = eligible();
      }
      const step = choose(choices);
      remove(step);
      pass(chance.below(STEP_MS));
      step.run();
      await settle();
      return `${step.actor.name} ${step.what}`;
    },
    isIdle: () => eligible().length === 0,
    settle,
    forget(actor) {
      steps = steps.filter((step) => step.actor !== actor);
      for (const timer of timers) if (timer.actor === actor) timers.delete(timer);
    },
    openOf: (actor) => ({
      steps: steps.filter((step) => step.actor === actor).map(({ what }) => what),
      timers: [...timers].filter((timer) => timer.actor === actor).length,
    }),
  };
}
