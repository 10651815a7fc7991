import { BacklogError, system } from '@backlog-runner/contracts';
import { allAgentsOf } from '../agents-of.ts';
import type { Asked, AskedGround } from '../asked/asked.ts';
import { askedOfPass } from '../asked/asked-of-pass.ts';
import { askedOfPlanner } from '../asked/asked-of-planner.ts';
import { askedOfTask } from '../asked/asked-of-task.ts';
import { childEnvironment } from '../child-path.ts';
import { EXIT } from '../exit-code.ts';
import type { CommandInvocation } from '../invocation.ts';
import { loadConfig } from '../load-config.ts';
import { locateSyntaxError } from '../locate-syntax-error.ts';
import { type OpenRecords, openRecords } from '../records/open-records.ts';
import type { Surroundings } from '../surroundings.ts';

/** Prints the exact bytes an agent would get. Asks nobody and writes nothing. */
export async function prompt(invocation: CommandInvocation, surroundings: Surroundings): Promise<number> {
  const make = question(invocation);
  const records = await openRecords(surroundings);
  const asked = await make({ records, agents: await agentsFor(records, surroundings) });
  const { instructions, prompt: text } = asked;
  if (invocation.switches.has('json')) surroundings.stdout.write(`${JSON.stringify(asked)}\n`);
  else surroundings.stdout.write(`=== instructions ===\n${instructions}\n\n=== prompt ===\n${text}\n`);
  return EXIT.ok;
}

function question({ argument, more }: CommandInvocation): (ground: AskedGround) => Promise<Asked> {
  const [id, ...surplus] = more;
  const isOne = id !== undefined && surplus.length === 0;
  if (argument === 'task' && isOne) return (ground) => askedOfTask(id, ground);
  if (argument === 'pass' && isOne) return (ground) => askedOfPass(id, ground);
  if (argument === 'plan') return (ground) => askedOfPlanner(more, ground);
  throw new BacklogError('USAGE', `\`prompt ${[argument, ...more].join(' ')}\` was not understood.`, {
    hint: 'Type `backlog-runner prompt task <id>`, `… prompt pass <id>` or `… prompt plan [id …]`.',
  });
}

async function agentsFor({ project }: OpenRecords, surroundings: Surroundings): Promise<AskedGround['agents']> {
  const { directory, configFile: file } = project;
  const config = await loadConfig({ file, locateSyntaxError: (path) => locateSyntaxError(path, surroundings) });
  const environment = childEnvironment(surroundings.environment, directory);
  return allAgentsOf(config, { tool: undefined, model: undefined }, { directory, environment, system });
}
