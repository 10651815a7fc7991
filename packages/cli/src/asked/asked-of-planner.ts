import { BacklogError, foldHistory } from '@backlog-runner/contracts';
import { planRequest, planStandings } from '@backlog-runner/runner';
import { choiceOf } from '../compose.ts';
import { PLANNER_PROMPT_PATH, repositoryPlanner } from '../compose-discovery.ts';
import { settingsOf } from '../settings.ts';
import { taskOf } from '../task-lookup.ts';
import type { Asked, AskedGround } from './asked.ts';
import { recordQuestion } from './record-question.ts';

/** What the planner is asked about these tasks, or about those that would be its next. */
export async function askedOfPlanner(ids: readonly string[], { records, agents }: AskedGround): Promise<Asked> {
  const { store, journal, settings } = records;
  const backlog = await store.read();
  const history = foldHistory((await journal.read()).entries);
  const policy = settings.planner ?? settingsOf({}).planner;
  const next = policy
    ? planStandings({ backlog, history }, policy).filter(({ standing }) => standing.status === 'open')
    : [];
  const tasks =
    ids.length > 0
      ? await Promise.all(ids.map((id) => taskOf(store, id)))
      : next.slice(0, policy?.batch).map(({ task }) => task);
  if (tasks.length === 0) {
    throw new BacklogError('TASK_MISSING', 'There is no task that the planner would look at.', {
      hint: 'Name one: `backlog-runner prompt plan <id>`.',
    });
  }
  const request = planRequest(tasks, backlog.tasks, history);
  const planner = repositoryPlanner(settings);
  const question = await recordQuestion(records, [PLANNER_PROMPT_PATH], (inquiry) => planner.plan(request, inquiry));
  if (!question) throw new Error('The planner asks nobody.');
  const { instructions, prompt, outputSchema } = question;
  return { agent: choiceOf(agents.roles.planner), instructions, prompt, outputSchema };
}
