import { BacklogError, foldHistory, type RunId } from '@backlog-runner/contracts';
import { passRequest } from '@backlog-runner/runner';
import { choiceOf } from '../compose.ts';
import { passOf } from '../compose-discovery.ts';
import { suggest } from '../suggest.ts';
import type { Asked, AskedGround } from './asked.ts';
import { recordQuestion } from './record-question.ts';

/** What the agent of a pass is asked when the pass gets its turn. */
export async function askedOfPass(id: string, { records, agents }: AskedGround): Promise<Asked> {
  const { store, journal, settings, validation, system } = records;
  const policy = settings.passes.find((pass) => pass.id === id);
  if (!policy)
    throw noPass(
      id,
      settings.passes.map((pass) => pass.id),
    );
  const pass = passOf(policy, { settings, validation, run: `prompt-${system.token(8)}` as RunId });
  if (!pass.asksAgent) {
    throw new BacklogError('USAGE', `The pass \`${id}\` asks no agent.`, { hint: 'Type `backlog-runner pass list`.' });
  }
  const { tasks } = await store.read();
  const history = foldHistory((await journal.read()).entries);
  const request = passRequest(policy, { tasks, history, now: system.now() });
  const question = await recordQuestion(records, [policy.promptFile], (inquiry) => pass.find(request, inquiry));
  if (!question) {
    throw new BacklogError(
      'SETUP_UNCOMMITTED',
      `The pass \`${id}\` has no prompt: ${policy.promptFile} is not committed.`,
      {
        hint: `Write ${policy.promptFile} and commit it.`,
      },
    );
  }
  const { instructions, prompt, outputSchema } = question;
  const agent = choiceOf(agents.passes.get(id) ?? agents.roles.discovery);
  return { agent, instructions, prompt, outputSchema };
}

function noPass(id: string, known: readonly string[]): BacklogError {
  const meant = suggest(id, known);
  return new BacklogError('USAGE', `There is no pass \`${id}\`.`, {
    hint: meant ? `Did you mean \`${meant}\`?` : `The config has ${known.join(', ') || 'no passes yet'}.`,
  });
}
