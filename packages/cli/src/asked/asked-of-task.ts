import { AGENT_ANSWER_SCHEMA, awaitedBy, foldHistory } from '@backlog-runner/contracts';
import { backgroundOf, roleFor, taskQuestion } from '@backlog-runner/runner';
import { choiceOf } from '../compose.ts';
import { taskOf } from '../task-lookup.ts';
import type { Asked, AskedGround } from './asked.ts';
import { committedPrompts } from './committed-prompts.ts';

/** What the agent of a task is asked when it begins. */
export async function askedOfTask(id: string, { records, agents }: AskedGround): Promise<Asked> {
  const { store, journal, landing, git, project, settings } = records;
  const task = await taskOf(store, id);
  const history = foldHistory((await journal.read()).entries);
  const prompts = committedPrompts(git, await landing.treeOf(await landing.head()));
  const tasks = new Map((await store.read()).tasks.map((each) => [each.id, each]));
  const background = backgroundOf(task, history, awaitedBy(task, tasks));
  const question = await taskQuestion(task, background, { prompts, directory: project.directory });
  const agent = choiceOf(agents.roles[roleFor(task, settings.uiPathPrefixes)]);
  return { agent, ...question, outputSchema: AGENT_ANSWER_SCHEMA };
}
