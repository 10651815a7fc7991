import type { TestClock } from '../test-clock.ts';

/** The clock of a part that takes one: only the case moves it. */
export type ConformanceClock = Pick<TestClock, 'now' | 'advance' | 'jump'>;
