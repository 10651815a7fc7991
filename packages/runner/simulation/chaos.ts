import type { Chance } from './random.ts';

const DAY = 24 * 3_600_000;

/**
 * What may go wrong in one history, as likelihoods at each step. Each seed draws its own: a history in which everything
 * goes wrong at once hides what one thing alone would show.
 */
export interface Chaos {
  /** How many steps it lasts. Then everything is put right, and what is left has to be done. */
  readonly steps: number;
  readonly runners: number;
  readonly crash: number;
  /** Whether the leases of the dead end at once, as on Linux. */
  readonly seesDeath: boolean;
  /** How often the agents of a runner that crashes outlive it. */
  readonly orphans: number;
  readonly pause: number;
  readonly jump: number;
  readonly loseLease: number;
  /** At each write. */
  readonly failWrite: number;
  /** At each read. */
  readonly failRead: number;
  /** How often what was done is told late. */
  readonly late: number;
  /** How often time passes although there is something to do. */
  readonly slow: number;
  readonly person: number;
  /** At how many landings something comes between the rendering of the task and the landing. */
  readonly meddle: number;
  readonly stop: number;
  /** How often an agent does something other than its work. */
  readonly mischief: number;
  readonly isBacklogIgnored: boolean;
  readonly jumps: readonly number[];
}

export function drawChaos(chance: Chance): Chaos {
  /** Mostly never; else rarely, more often, or all the time. */
  const sometimes = (likelihood: number, most: number) =>
    chance.happens(likelihood) ? most * chance.pick([0.1, 0.3, 1]) * chance.next() : 0;
  return {
    steps: 300 + chance.below(900),
    runners: 1 + chance.below(4),
    crash: sometimes(0.6, 0.06),
    seesDeath: chance.happens(0.5),
    orphans: chance.next(),
    pause: sometimes(0.4, 0.06),
    jump: sometimes(0.25, 0.05),
    loseLease: sometimes(0.3, 0.1),
    failWrite: sometimes(0.4, 0.3),
    failRead: sometimes(0.1, 0.05),
    late: sometimes(0.6, 0.8),
    slow: sometimes(0.4, 0.2),
    person: sometimes(0.6, 0.15),
    meddle: chance.happens(0.6) ? chance.pick([0.2, 0.5, 0.8]) : 0,
    stop: sometimes(0.2, 0.02),
    mischief: sometimes(0.8, 1),
    isBacklogIgnored: chance.happens(0.25),
    jumps: [-DAY, -3_600_000, -40_000, 20_000, 3_600_000, DAY],
  };
}
