import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, inject, test } from 'vitest';
import type { StepName } from './crash-points.ts';
import { twoTasks } from './two-tasks.ts';
import { verdictOn } from './verdict.ts';
import { copyOf, removeTemplate, usersView, wholeView } from './world.ts';

const template = twoTasks(inject('program'));
afterAll(() => removeTemplate(template));

const LEASE_MS = 800;
const only = process.env.CRASH_AT;
const steps = (await stepsOfOneRun()).filter((step) => (only === undefined ? isInteresting(step) : step === only));

console.log(`${steps.length} points to stop at`);

describe.each(['attempt', 'task'] as const)('each %s writes something else', (content) => {
  const sleeps = steps.filter((step) => content === 'task' || /^landing\..*(?:second|#[23]$)/.test(step));
  test.concurrent.each(sleeps)(
    'a runner that sleeps past its lease from %s on changes nothing when it wakes',
    async (at) => {
      const world = copyOf(template);
      const replay = `in ${world.root}; replay with: CRASH_AT='${at}' npm run crash`;
      const users = usersView(world);
      const options = { leaseTtlMs: LEASE_MS, content };
      const sleeper = world.start({ ...options, crash: { at, signal: 'SIGSTOP' } });
      await stopped(sleeper.pid);
      // Its leases end while it sleeps.
      await pause(LEASE_MS);
      const second = await world.start(options).ended;
      expect(second.code, `${second.stderr}\n${replay}`).toBe(0);
      const before = wholeView(world);
      process.kill(sleeper.pid, 'SIGCONT');
      const woken = await sleeper.ended;
      expect(woken, `${woken.stderr}\n${replay}`).toMatchObject({ code: 0, signal: null });
      expect(wholeView(world), replay).toBe(before);
      const { broken } = await verdictOn(world);
      expect(broken, replay).toEqual([]);
      expect(usersView(world), replay).toBe(users);
      world.remove();
    },
  );
});

/** Where a runner that wakes could do harm: wherever it is about to change what others see. */
function isInteresting(step: StepName): boolean {
  return (
    !step.includes(' link ') &&
    /^(?:landing|workspace)\./.test(step) &&
    (step.startsWith('landing.') || !/second|#2$/.test(step))
  );
}

async function stopped(pid: number): Promise<void> {
  const isStopped = () => /^\d+ \(.*\) T /s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  while (!isStopped()) await pause(20);
}

async function stepsOfOneRun(): Promise<readonly StepName[]> {
  const world = copyOf(template);
  const { answer, stderr } = await world.start().ended;
  world.remove();
  if (!answer) throw new Error(`A run that nobody disturbs fails: ${stderr}`);
  return answer.steps;
}
