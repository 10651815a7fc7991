export { type TestClock, type TestClockOptions, testClock } from './test-clock.ts';
