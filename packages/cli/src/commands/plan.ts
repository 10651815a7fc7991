import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BacklogError, type JournalEntry, type PlanProposal, type Task } from '@backlog-runner/contracts';
import { type OnePlan, previewPlan } from '@backlog-runner/runner';
import { EXIT } from '../exit-code.ts';
import type { CommandInvocation } from '../invocation.ts';
import { narrator } from '../narrator.ts';
import { oneLine } from '../one-line.ts';
import { openBacklog } from '../open-backlog.ts';
import { one } from '../option-values.ts';
import { type PlanDrafts, planDrafts } from '../plan-drafts.ts';
import { type OneRun, runOnce } from '../run-once.ts';
import { setUpRun } from '../set-up-run.ts';
import { difference } from '../setup/difference.ts';
import type { Surroundings } from '../surroundings.ts';
import { taskOf } from '../task-lookup.ts';

/** Lets the planner refine tasks, or shows, accepts or rejects a plan that it made for review. */
export async function plan(invocation: CommandInvocation, surroundings: Surroundings): Promise<number> {
  const { argument, more } = invocation;
  switch (argument) {
    case 'show':
      return show(onlyId(more), invocation, surroundings);
    case 'accept':
      return accept(onlyId(more), invocation, surroundings);
    case 'reject':
      return reject(onlyId(more), invocation, surroundings);
    default:
      return make([argument, ...more].filter(Boolean), invocation, surroundings);
  }
}

function onlyId([id, surplus]: readonly string[]): string | undefined {
  if (surplus === undefined) return id;
  throw new BacklogError('USAGE', `\`${surplus}\` was not expected.`, { hint: 'Name one plan.' });
}

async function make(
  ids: readonly string[],
  invocation: CommandInvocation,
  surroundings: Surroundings,
): Promise<number> {
  const agents = { tool: one(invocation, 'tool'), model: one(invocation, 'model') };
  const setup = await setUpRun(surroundings, { agents });
  const { store } = openBacklog(surroundings.directory, { writes: true });
  const tasks: Task[] = [];
  for (const id of ids) tasks.push(plannable(await taskOf(store, id)));
  const isForReview = invocation.switches.has('review');
  const done = await runOnce(surroundings, setup, (runner, drain) =>
    runner.plan({ isForReview, drain, ...(tasks.length > 0 ? { tasks } : {}) }),
  );
  const { outcome, proposal } = done.result;
  if (outcome?.status === 'proposed' && proposal) {
    planDrafts(setup.project.stateDirectory, setup.system).save(proposal);
    const say = await narrator(surroundings);
    say.info(`Look at it with \`backlog-runner plan show ${proposal.inquiry}\`, then accept or reject it.`);
  }
  return answer(done, invocation, surroundings);
}

function plannable(task: Task): Task {
  if (task.state === 'planned' || task.state === 'failed') return task;
  throw new BacklogError('USAGE', `\`${task.id}\` is ${task.state}: only planned and failed tasks are planned.`, {
    hint: 'Type `backlog-runner list --state planned` to see what can be.',
  });
}

async function show(id: string | undefined, invocation: CommandInvocation, around: Surroundings): Promise<number> {
  const { drafts, store, project } = opened(around, { writes: false });
  const proposal = drafts.find(id);
  const preview = await previewPlan(proposal, store);
  if (invocation.switches.has('json')) {
    around.stdout.write(`${JSON.stringify({ ...proposal, preview })}\n`);
    return preview.status === 'ok' ? EXIT.ok : EXIT.unsuccessful;
  }
  around.stdout.write(`plan ${proposal.inquiry}: ${oneLine(proposal.plan.summary)}\n`);
  if (preview.status !== 'ok') {
    around.stdout.write(`It cannot be accepted any more: ${oneLine(preview.reason)}\n`);
    return EXIT.unsuccessful;
  }
  for (const { path, content } of preview.files) {
    const before = await readFile(join(project.directory, path), 'utf8').catch(() => '');
    const lines = difference(before.trimEnd(), content.trimEnd()).filter((line) => before !== '' || line !== '-');
    around.stdout.write(`\n${path}\n${lines.map((line) => `${oneLine(line)}\n`).join('')}`);
  }
  return EXIT.ok;
}

async function accept(id: string | undefined, invocation: CommandInvocation, around: Surroundings): Promise<number> {
  const { drafts } = opened(around, { writes: false });
  const proposal = drafts.find(id);
  const setup = await setUpRun(around, { agents: { tool: undefined, model: undefined } });
  const done = await runOnce(around, setup, (runner, drain) => runner.accept(proposal, { drain }));
  if (done.result.outcome?.status === 'landed') drafts.remove(proposal);
  return answer(done, invocation, around);
}

async function reject(id: string | undefined, invocation: CommandInvocation, around: Surroundings): Promise<number> {
  const { drafts, journal } = opened(around, { writes: true });
  const proposal = drafts.find(id);
  const reason = one(invocation, 'note') ?? 'a person did not want it';
  const parents = proposal.parents.map((parent) => parent.id);
  await journal.append({ type: 'plan.rejected', inquiry: proposal.inquiry, parents, reason });
  drafts.remove(proposal);
  if (invocation.switches.has('json'))
    around.stdout.write(`${JSON.stringify({ rejected: proposal.inquiry, reason })}\n`);
  else around.stdout.write(`rejected\t${proposal.inquiry}\n`);
  return EXIT.ok;
}

function opened({ directory }: Surroundings, { writes }: { readonly writes: boolean }) {
  const backlog = openBacklog(directory, { writes });
  const drafts: PlanDrafts = planDrafts(backlog.project.stateDirectory, backlog.system);
  return { ...backlog, drafts };
}

/** Says what came of it; 0 when the plan was applied or kept. */
async function answer(
  { result, events, interruptedWith }: OneRun<OnePlan>,
  invocation: CommandInvocation,
  surroundings: Surroundings,
): Promise<number> {
  const { outcome, proposal, reason } = result;
  if (invocation.switches.has('json')) {
    const { inquiry, plan: made } = proposal ?? ({} as Partial<PlanProposal>);
    surroundings.stdout.write(`${JSON.stringify({ outcome: outcome ?? null, reason, plan: inquiry ?? null, made })}\n`);
  } else surroundings.stdout.write(lines(result, events));
  if (outcome === undefined) (await narrator(surroundings)).warn(`Nothing was planned: ${reason}.`);
  if (interruptedWith !== undefined) return interruptedWith;
  const isGood = outcome?.status === 'landed' || outcome?.status === 'proposed';
  return isGood || (outcome === undefined && reason === NOTHING) ? EXIT.ok : EXIT.unsuccessful;
}

const NOTHING = 'there is nothing to plan';

function lines({ outcome, proposal }: OnePlan, events: readonly JournalEntry[]): string {
  if (outcome?.status === 'proposed') return `proposed\t${proposal?.inquiry ?? ''}\n`;
  if (outcome?.status !== 'landed') return '';
  const added = events.flatMap((entry) => (entry.type === 'task.added' ? [entry] : []));
  return [
    ...outcome.superseded.map((id) => `superseded\t${id}`),
    ...added.map(({ task, title }) => `added\t${task}\t${oneLine(title)}`),
  ]
    .map((line) => `${line}\n`)
    .join('');
}
