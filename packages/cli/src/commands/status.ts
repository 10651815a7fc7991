import { foldHistory } from '@backlog-runner/contracts';
import { project, statusJson, statusText } from '@backlog-runner/reporter';
import { painter, usesColour } from '../colour.ts';
import { EXIT } from '../exit-code.ts';
import type { CommandInvocation } from '../invocation.ts';
import { openBacklog } from '../open-backlog.ts';
import type { Surroundings } from '../surroundings.ts';

/** Shows what runs, what waits and why. Writes nothing anywhere. */
export async function status(invocation: CommandInvocation, surroundings: Surroundings): Promise<number> {
  const { stdout, environment } = surroundings;
  const { store, journal, leases, system } = openBacklog(surroundings.directory, { writes: false });
  const [backlog, { entries }, live] = await Promise.all([store.outline(), journal.read(), leases.list()]);
  const short = !invocation.switches.has('json') && !invocation.switches.has('verbose');
  const input = { backlog, history: foldHistory(entries), leases: live, now: system.now() };
  const view = project(input, { short });
  if (invocation.switches.has('json')) {
    stdout.write(`${JSON.stringify(statusJson(view))}\n`);
    return EXIT.ok;
  }
  stdout.write(
    statusText(view, {
      verbose: invocation.switches.has('verbose'),
      color: painter(usesColour(environment, stdout)),
      ...(stdout.isTTY && stdout.columns ? { width: stdout.columns } : {}),
    }),
  );
  return EXIT.ok;
}
