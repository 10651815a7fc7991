import type { RunId, TaskId } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { type RunFacts, runVerdict } from './run-verdict.ts';

const task = 'greet' as TaskId;
const codex = { provider: 'codex', message: 'codex is not signed in', hint: 'codex login' };

interface Told extends Partial<Omit<RunFacts, 'summary'>> {
  readonly landed?: readonly TaskId[];
  readonly failed?: readonly TaskId[];
  readonly held?: readonly TaskId[];
  readonly setAside?: readonly TaskId[];
  readonly halted?: boolean;
}

function verdict({ landed = [], failed = [], held = [], setAside = [], halted = false, ...rest }: Told): number {
  const summary = { run: 'r' as RunId, landed, failed, held, setAside, halted, reason: 'nothing can move' };
  return runVerdict({ summary, left: 0, stopped: [], interruptedWith: undefined, ...rest });
}

describe('runVerdict', () => {
  it.each<[string, Told, number]>([
    ['nothing to do', {}, 0],
    ['everything landed', { landed: [task] }, 0],
    ['a task that waits for something else', { landed: [task], left: 1 }, 0],
    ['a task that failed', { landed: [task], failed: [task] }, 1],
    ['a landing that is held', { held: [task] }, 1],
    ['a task that was set aside', { setAside: [task] }, 1],
    ['a run that ended early', { landed: [task], halted: true }, 1],
    ['an agent that was not needed', { landed: [task], stopped: [codex] }, 0],
    ['an agent that was not needed in an empty backlog', { stopped: [codex] }, 0],
    ['an agent that some tasks still need', { landed: [task], left: 1, stopped: [codex] }, 1],
    ['an interrupted run', { failed: [task], interruptedWith: 130 }, 130],
  ])('of %s', (_, told, code) => expect(verdict(told)).toBe(code));

  it('is an error with what to type when no agent could run', () => {
    expect(() => verdict({ left: 2, stopped: [codex] })).toThrow(
      expect.objectContaining({
        code: 'NO_PROVIDER_READY',
        message: 'Nothing was done: codex cannot run.',
        hint: 'codex login',
      }),
    );
  });
});
