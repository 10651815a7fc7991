import { afterAll, describe, expect, inject, test } from 'vitest';
import { GIT_TROUBLES } from './counted-git.ts';
import type { StepName } from './crash-points.ts';
import type { ProgramOptions } from './program-options.ts';
import { twoTasks } from './two-tasks.ts';
import { verdictOn } from './verdict.ts';
import { copyOf, removeTemplate, usersView } from './world.ts';

const template = twoTasks(inject('program'));
afterAll(() => removeTemplate(template));

/** The soak: all steps of both tasks, and also those by which only drafts come into being. */
const drafts = process.env.CRASH_DEEP === '1';
const only = process.env.CRASH_AT;
const all = await stepsOfOneRun();
const second = all.indexOf('landing.claim › git update-ref #2');
const steps = all.filter((step, at) => (only === undefined ? drafts || isOfNewKind(step, at) : step === only));
/** Of the second task, which is landed together with a file that was never committed. */
const gitSteps = steps.filter((step) => /^landing\..* › git .* #[23]$/.test(step));

console.log(`${steps.length} of ${all.length} crash points; git is disturbed at ${gitSteps.length}`);

// All at once: a task that git failed rests for a while, and nobody waits for that alone.
describe.concurrent('the runner is killed', () => {
  test.each(steps)('before %s', async (at) => {
    await expectRecovery({ drafts, crash: { at, signal: 'SIGKILL' } }, at);
  });
});

describe.concurrent.each(GIT_TROUBLES)('git %s', (kind) => {
  test.each(gitSteps)('at %s', async (at) => {
    await expectRecovery({ gitTrouble: { at, kind } }, at);
  });
});

// What happens while something else does may now and then happen less often.
const notReached: StepName[] = [];
afterAll(() => {
  console.log(`not reached: ${notReached.length === 0 ? 'none' : notReached.join(', ')}`);
  expect(notReached.length).toBeLessThan(5);
});

/**
 * Every step of the first task. Of the second, which lands together with a file that was never committed, those of its
 * landing: the others are the same again.
 */
function isOfNewKind(step: StepName, at: number): boolean {
  return (at < second || step.startsWith('landing.')) && !(/report\/| link /.test(step) && !step.endsWith(' #1'));
}

/** Whatever happens in the first run, a fresh start finishes, and all is as promised. */
async function expectRecovery(trouble: Partial<ProgramOptions>, at: StepName): Promise<void> {
  const world = copyOf(template);
  const users = usersView(world);
  const replay = `in ${world.root}; replay with: CRASH_AT='${at}'${drafts ? ' CRASH_DEEP=1' : ''} npm run crash`;
  const first = await world.start(trouble).ended;
  if (trouble.crash && first.signal === null) notReached.push(at);
  const second = await world.start({ verify: true }).ended;
  expect(second.code, `${second.stderr}\n${replay}`).toBe(0);
  expect(second.answer?.verified, replay).toEqual([]);
  const { broken } = await verdictOn(world);
  expect(broken, replay).toEqual([]);
  expect(usersView(world), replay).toBe(users);
  world.remove();
}

async function stepsOfOneRun(): Promise<readonly StepName[]> {
  const world = copyOf(template);
  const { answer, stderr } = await world.start({ drafts }).ended;
  const { broken } = await verdictOn(world);
  if (!answer || broken.length > 0) throw new Error(`A run that nobody disturbs fails: ${stderr} ${broken.join('; ')}`);
  world.remove();
  return answer.steps;
}
