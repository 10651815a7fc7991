import { TASK_STATES } from '@backlog-runner/contracts';
import { painter, usesColour } from '../colour.ts';
import { EXIT } from '../exit-code.ts';
import type { CommandInvocation } from '../invocation.ts';
import { openBacklog } from '../open-backlog.ts';
import { choice } from '../option-values.ts';
import { specProblemLine } from '../spec-problem-line.ts';
import type { Surroundings } from '../surroundings.ts';
import { table } from '../table.ts';

/** Lists the tasks in the order of their files. Broken files are named beside the answer. */
export async function list(invocation: CommandInvocation, surroundings: Surroundings): Promise<number> {
  const { stdout, stderr, environment } = surroundings;
  const state = choice(invocation, 'state', TASK_STATES);
  const { tasks, problems } = await openBacklog(surroundings.directory, { writes: false }).store.read();
  const chosen = state === undefined ? tasks : tasks.filter((task) => task.state === state);
  if (invocation.switches.has('json')) {
    stdout.write(`${JSON.stringify({ tasks: chosen, problems })}\n`);
    return EXIT.ok;
  }
  const rows = chosen.map(({ id, state, priority, title }) => [id, state, priority, title]);
  const paint = painter(usesColour(environment, stdout));
  stdout.write(table(['ID', 'STATE', 'PRIORITY', 'TITLE'], rows, { isTTY: stdout.isTTY === true, paint }));
  for (const problem of problems) stderr.write(`${specProblemLine(problem)}\n`);
  return EXIT.ok;
}
