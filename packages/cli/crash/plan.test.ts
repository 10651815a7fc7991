import { foldHistory, type RunId } from '@backlog-runner/contracts';
import { fileLeases } from '@backlog-runner/leases';
import { fileJournal, fileStore } from '@backlog-runner/store';
import { afterAll, describe, expect, inject, test } from 'vitest';
import type { StepName } from './crash-points.ts';
import { copyOf, makeTemplate, removeTemplate, usersView, type World } from './world.ts';

const PLANS = { plans: true } as const;
const only = process.env.CRASH_AT;
/** Around these a plan is half there; the others are those of any work. The soak takes them all. */
const decisive = process.env.CRASH_DEEP === '1' ? /./ : /^(landing\.land|store\.|journal\.append)/;

/** A vague task, on a branch that brings its file, or in a backlog that git does not hold. */
const kinds = [
  { kind: 'one commit', ignored: '.backlog-runner/\nbacklog.md\n', commits: 1 },
  { kind: 'files that git ignores', ignored: '.backlog-runner/\nbacklog.md\n/backlog/\n', commits: 0 },
].map((each) => ({
  ...each,
  template: makeTemplate({
    ...{ program: inject('program'), ignored: each.ignored },
    tasks: { big: 'title: Big\nstate: planned\n', after: 'title: After\ndepends_on: [big]\n' },
  }),
}));
afterAll(() => {
  for (const { template } of kinds) removeTemplate(template);
});

for (const { kind, template, commits } of kinds) {
  const steps = await stepsOfPlan(template, commits);
  console.log(`a plan as ${kind}: ${steps.length} crash points`);
  describe(`a plan that lands as ${kind}`, () => {
    test.concurrent.each(steps)('is made and applied once though the runner is killed before %s', async (at) => {
      const world = copyOf(template);
      const users = usersView(world);
      const replay = `in ${world.root}; replay with: CRASH_AT='${at}' npm run crash`;
      await world.start({ ...PLANS, crash: { at, signal: 'SIGKILL' } }).ended;
      const second = await world.start({ ...PLANS, verify: true }).ended;
      expect(second.code, `${second.stderr}\n${replay}`).toBe(0);
      expect(second.answer?.verified, replay).toEqual([]);
      expect(await problemsIn(world, commits), replay).toEqual([]);
      expect(usersView(world), replay).toBe(users);
      world.remove();
    });
  });
}

/** The steps from the claim of the vague task on, until the first of what came of it is claimed. */
async function stepsOfPlan(template: Parameters<typeof copyOf>[0], commits: number): Promise<readonly StepName[]> {
  const world = copyOf(template);
  const { answer, stderr } = await world.start(PLANS).ended;
  const problems = await problemsIn(world, commits);
  if (!answer || problems.length > 0)
    throw new Error(`Nobody disturbs it and it fails: ${stderr} ${problems.join('; ')}`);
  world.remove();
  const claims = answer.steps.flatMap((step, at) => (step.startsWith('landing.claim › git update-ref') ? [at] : []));
  const steps = answer.steps.slice(claims[0], (claims[1] ?? 0) + 1);
  return steps.filter((step) => (only === undefined ? decisive.test(step) : step === only));
}

async function problemsIn({ project, git }: World, commits: number): Promise<readonly string[]> {
  const { tasks, problems } = await fileStore({ directory: project, index: 'none' }).read();
  const { entries, damaged } = await fileJournal({ directory: project, run: 'verdict' as RunId }).read();
  const { runs, inquiries } = foldHistory(entries);
  const leases = await fileLeases({ directory: `${project}/.backlog-runner/leases` }).list();
  const big = tasks.find(({ id }) => id === 'big');
  const children = tasks.filter(({ id }) => big?.supersededBy?.includes(id));
  const planned = git('log', '--format=%(trailers:key=Backlog-Plan,valueonly)').split('\n').filter(Boolean).length;
  const checks: readonly (readonly [boolean, string])[] = [
    [big?.state === 'superseded', `the task is ${big?.state}`],
    [children.length === 2, `it has ${children.length} children`],
    [
      tasks.length === 4 && problems.length === 0,
      `there are ${tasks.length} tasks and ${problems.length} broken files`,
    ],
    [tasks.every(({ id, state }) => id === 'big' || state === 'done'), 'not all is done'],
    [planned === commits, `there are ${planned} commits of plans`],
    [inquiries.size === 0, 'a look has no end'],
    [[...runs.values()].every((run) => run.endedAt ?? run.recoveredAt), 'a run has no end'],
    [leases.length + damaged.length === 0, 'a lease or a damaged line is left'],
  ];
  return checks.flatMap(([holds, problem]) => (holds ? [] : [problem]));
}
