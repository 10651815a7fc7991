import { readFile } from 'node:fs/promises';
import { BacklogError, system } from '@backlog-runner/contracts';
import { openRepository } from '@backlog-runner/worktrees';
import { agentsOf } from '../agents-of.ts';
import { childEnvironment } from '../child-path.ts';
import type { ConfigEdit } from '../config-source/config-edit.ts';
import { editConfig } from '../config-source/edit-config.ts';
import { EXIT } from '../exit-code.ts';
import { CONFIG_NAME, findProject, type Project } from '../find-project.ts';
import type { CommandInvocation } from '../invocation.ts';
import { loadConfig } from '../load-config.ts';
import { locateSyntaxError } from '../locate-syntax-error.ts';
import { type Narrator, narrator } from '../narrator.ts';
import { oneLine } from '../one-line.ts';
import { type AppliedSetup, applySetup } from '../setup/apply-setup.ts';
import { difference } from '../setup/difference.ts';
import { draftPasses } from '../setup/draft-passes.ts';
import { gatherSetup } from '../setup/gather.ts';
import { planSetup, type SetupPlan } from '../setup/plan-setup.ts';
import type { SetupProposal } from '../setup/proposal.ts';
import { proposeSetup } from '../setup/propose-setup.ts';
import { walk } from '../setup/walk.ts';
import type { Surroundings } from '../surroundings.ts';

/** Recommends how to search this repository for work, who does it and what judges it, and sets up what is wanted of it. */
export async function setup({ switches }: CommandInvocation, surroundings: Surroundings): Promise<number> {
  const isAsking = !switches.has('yes') && !switches.has('json');
  if (isAsking && surroundings.stdout.isTTY !== true) {
    throw new BacklogError('USAGE', '`setup` asks questions, and this is no terminal.', {
      hint: 'Add `--yes` to accept what is recommended, or `--json` to see it.',
    });
  }
  const project = findProject(surroundings.directory);
  const locate = { locateSyntaxError: (file: string) => locateSyntaxError(file, surroundings) };
  const config = await loadConfig({ file: project.configFile, ...locate });
  const say = await narrator(surroundings);
  const proposal = await proposalFor(project, config, { surroundings, say, isAgentic: switches.has('agentic') });
  const source = await readFile(project.configFile, 'utf8');
  const whole = planSetup(proposal, config);
  if (switches.has('json')) {
    surroundings.stdout.write(`${JSON.stringify({ recommended: proposal, ...changes(whole, source) })}\n`);
    return EXIT.ok;
  }
  const wanted = isAsking ? await asked(proposal, whole, source, surroundings) : proposal;
  if (wanted === undefined) {
    say.info('Nothing was changed.');
    return EXIT.interrupted;
  }
  const plan = planSetup(wanted, config);
  if (!isAsking) show(plan, source, surroundings);
  const applied = await applySetup(plan, { ...locate, project, system });
  return tell(plan, applied, surroundings, say);
}

type Loaded = Awaited<ReturnType<typeof loadConfig>>;

async function proposalFor(
  { directory }: Project,
  config: Loaded,
  {
    surroundings,
    say,
    isAgentic,
  }: { readonly surroundings: Surroundings; readonly say: Narrator; readonly isAgentic: boolean },
): Promise<SetupProposal> {
  const environment = childEnvironment(surroundings.environment, directory);
  const repository = await openRepository({ directory, environment, system });
  const facts = await gatherSetup({ repository, config, environment, system });
  const recommended = proposeSetup(facts);
  if (!isAgentic) return recommended;
  const { discovery: agent } = await agentsOf(
    config,
    { tool: undefined, model: undefined },
    { directory, environment, system },
  );
  say.info(`Asking ${agent.provider.id} to draft passes …`);
  const stopping = new AbortController();
  const forget = surroundings.onSignal(() => stopping.abort());
  const { checkout, runner } = repository;
  const git = runner.at({ gitDir: checkout.gitDir, workTree: checkout.directory });
  const fingerprint = async () =>
    (await git(['status', '--porcelain=v1', '-z', '--untracked-files=all'])).stdout +
    (await readFile(findProject(directory).configFile, 'utf8'));
  try {
    const draft = await draftPasses({
      ...{ agent, directory, system, fingerprint },
      facts: { repository: facts.repository, existing: existingPasses(config), tools: facts.readyAgents },
      signal: stopping.signal,
    });
    if ('failure' in draft) {
      say.warn(`${agent.provider.id} drafted nothing, so this is what the files alone suggest: ${draft.failure}`);
      return recommended;
    }
    for (const { id, reason } of draft.ignored) say.warn(`Left out of the draft: ${oneLine(id)}: ${reason}`);
    return { ...recommended, passes: draft.passes };
  } finally {
    forget();
  }
}

function existingPasses({ discovery }: Loaded): readonly { readonly id: string; readonly description?: string }[] {
  return Object.entries(discovery?.passes ?? {}).map(([id, { description }]) => ({
    id,
    ...(description === undefined ? {} : { description }),
  }));
}

async function asked(
  proposal: SetupProposal,
  plan: SetupPlan,
  source: string,
  surroundings: Surroundings,
): Promise<SetupProposal | undefined> {
  show(plan, source, surroundings);
  const fresh = { ...proposal, passes: proposal.passes.filter(({ id }) => !plan.kept.includes(id)) };
  const { consolaQuestions } = await import('../setup/consola-questions.ts');
  return walk(fresh, consolaQuestions());
}

/** What a plan would change, without changing it. */
function changes(plan: SetupPlan, source: string): object {
  const { source: after, byHand } = edited(source, plan.edits);
  return {
    difference: difference(source, after),
    byHand,
    prompts: plan.prompts.map(({ path }) => path),
    kept: plan.kept,
  };
}

function edited(
  source: string,
  edits: readonly ConfigEdit[],
): { readonly source: string; readonly byHand: readonly object[] } {
  const byHand: object[] = [];
  let after = source;
  for (const edit of edits) {
    const result = editConfig(after, edit);
    if (result.status === 'edited') after = result.source;
    else byHand.push({ reason: result.reason, paste: result.paste });
  }
  return { source: after, byHand };
}

function show(plan: SetupPlan, source: string, { stdout }: Surroundings): void {
  for (const line of difference(source, edited(source, plan.edits).source)) stdout.write(`${line}\n`);
}

function tell(plan: SetupPlan, applied: AppliedSetup, { stdout }: Surroundings, say: Narrator): number {
  for (const id of plan.kept) stdout.write(`kept\tdiscovery.passes.${id}\n`);
  for (const { path, action } of applied.prompts) stdout.write(`${action === 'yours' ? 'kept' : action}\t${path}\n`);
  stdout.write(`${applied.config}\t${CONFIG_NAME}\n`);
  for (const { reason, paste } of applied.steps) {
    stdout.write(`\n${reason}\n${paste === '' ? '' : `Paste there:\n\n${paste}\n`}`);
  }
  if (applied.config === 'by-hand') return EXIT.unsuccessful;
  const isNew = applied.config === 'edited' || applied.prompts.some(({ action }) => action === 'written');
  if (!isNew) say.info('There is nothing to change.');
  else say.log(`Next:\n  git add ${CONFIG_NAME} scripts/backlog && git commit -m "Set up discovery"`);
  return EXIT.ok;
}
