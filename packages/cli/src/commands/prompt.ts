import { AGENT_ANSWER_SCHEMA, BacklogError, foldHistory, type JsonSchema, system } from '@backlog-runner/contracts';
import { backgroundOf, roleFor, taskQuestion } from '@backlog-runner/runner';
import { agentsOf } from '../agents-of.ts';
import { committedPrompts } from '../asked/committed-prompts.ts';
import { childEnvironment } from '../child-path.ts';
import { EXIT } from '../exit-code.ts';
import type { CommandInvocation } from '../invocation.ts';
import { loadConfig } from '../load-config.ts';
import { locateSyntaxError } from '../locate-syntax-error.ts';
import { type OpenRecords, openRecords } from '../records/open-records.ts';
import type { Surroundings } from '../surroundings.ts';
import { taskOf } from '../task-lookup.ts';

/** What one agent would be asked, and whom. */
interface Asked {
  readonly agent: { readonly provider: string; readonly model?: string };
  readonly instructions: string;
  readonly prompt: string;
  readonly outputSchema: JsonSchema;
}

/** Prints the exact bytes an agent would get. Asks nobody and writes nothing. */
export async function prompt(invocation: CommandInvocation, surroundings: Surroundings): Promise<number> {
  const records = await openRecords(surroundings);
  const asked = await askedOf(invocation, records, surroundings);
  const { instructions, prompt: text } = asked;
  if (invocation.switches.has('json')) surroundings.stdout.write(`${JSON.stringify(asked)}\n`);
  else surroundings.stdout.write(`=== instructions ===\n${instructions}\n\n=== prompt ===\n${text}\n`);
  return EXIT.ok;
}

async function askedOf(
  { argument, more }: CommandInvocation,
  records: OpenRecords,
  surroundings: Surroundings,
): Promise<Asked> {
  const [id, ...surplus] = more;
  if (argument === 'task' && id !== undefined && surplus.length === 0) return askedOfTask(id, records, surroundings);
  throw new BacklogError('USAGE', `\`prompt ${[argument, ...more].join(' ')}\` was not understood.`, {
    hint: 'Type for example `backlog-runner prompt task <id>`.',
  });
}

async function askedOfTask(id: string, records: OpenRecords, surroundings: Surroundings): Promise<Asked> {
  const { store, journal, landing, git, project, settings } = records;
  const task = await taskOf(store, id);
  const history = foldHistory((await journal.read()).entries);
  const prompts = committedPrompts(git, await landing.treeOf(await landing.head()));
  const question = await taskQuestion(task, backgroundOf(task, history), { prompts, directory: project.directory });
  const { provider, model } = (await agentsFor(records, surroundings))[roleFor(task, settings.uiPathPrefixes)];
  const agent = { provider: provider.id, ...(model === undefined ? {} : { model }) };
  return { agent, ...question, outputSchema: AGENT_ANSWER_SCHEMA };
}

async function agentsFor({ project }: OpenRecords, surroundings: Surroundings): ReturnType<typeof agentsOf> {
  const { directory, configFile: file } = project;
  const config = await loadConfig({ file, locateSyntaxError: (path) => locateSyntaxError(path, surroundings) });
  const environment = childEnvironment(surroundings.environment, directory);
  return agentsOf(config, { tool: undefined, model: undefined }, { directory, environment, system });
}
