import type { SetupProposal } from './proposal.ts';

/** How a person is asked. Undefined: they do not want to go on. */
export interface Questions {
  confirm(text: string): Promise<boolean | undefined>;
  /** The values of those that were chosen; all are chosen to begin with. */
  choose(
    text: string,
    options: readonly { readonly value: string; readonly label: string; readonly hint: string }[],
  ): Promise<readonly string[] | undefined>;
}

/** Goes through a proposal with a person and answers with what they want of it; undefined when they broke off. */
export async function walk(proposal: SetupProposal, questions: Questions): Promise<SetupProposal | undefined> {
  const passes = await chosenPasses(proposal, questions);
  if (passes === undefined) return undefined;
  const { code, ui } = proposal.agents;
  const agents = code || ui ? `Let ${code ?? ui} write code and ${ui ?? code} write interfaces?` : undefined;
  const answers: (boolean | undefined)[] = [];
  for (const text of [
    agents,
    proposal.validation && `Let work land when this passes: ${proposal.validation}?`,
    proposal.installCommand && `Prepare workspaces with: ${proposal.installCommand}?`,
    proposal.uiPathPrefixes.length > 0
      ? `Give tasks below ${proposal.uiPathPrefixes.join(', ')} to the agent for interfaces?`
      : undefined,
  ]) {
    const answer = text ? await questions.confirm(text) : false;
    if (answer === undefined) return undefined;
    answers.push(answer);
  }
  const [wantsAgents, wantsValidation, wantsInstall, wantsPrefixes] = answers;
  const { validation, installCommand } = proposal;
  return {
    passes,
    agents: wantsAgents ? proposal.agents : {},
    ...(wantsValidation && validation !== undefined ? { validation } : {}),
    ...(wantsInstall && installCommand !== undefined ? { installCommand } : {}),
    uiPathPrefixes: wantsPrefixes ? proposal.uiPathPrefixes : [],
  };
}

async function chosenPasses(
  { passes }: SetupProposal,
  questions: Questions,
): Promise<SetupProposal['passes'] | undefined> {
  if (passes.length === 0) return [];
  const options = passes.map(({ id, description, because }) => ({
    value: id,
    label: `${id}: ${description}`,
    hint: because,
  }));
  const chosen = await questions.choose('Which ways to look for work do you want?', options);
  return chosen && passes.filter(({ id }) => chosen.includes(id));
}
