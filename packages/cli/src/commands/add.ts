import { type AddResult, BacklogError, EXECUTION_DOMAINS, PRIORITIES, TASK_KINDS } from '@backlog-runner/contracts';
import { candidateFrom } from '@backlog-runner/store';
import { EXIT } from '../exit-code.ts';
import type { CommandInvocation } from '../invocation.ts';
import { oneLine } from '../one-line.ts';
import { openBacklog } from '../open-backlog.ts';
import { choice, many, one } from '../option-values.ts';
import type { Surroundings } from '../surroundings.ts';

/** Adds one task: prints its id and file, or that there is one already. */
export async function add(invocation: CommandInvocation, surroundings: Surroundings): Promise<number> {
  const { store } = openBacklog(surroundings.directory, { writes: true });
  const reading = candidateFrom(candidateValue(invocation));
  if ('message' in reading) throw invalid(reading.message);
  const result = await store.add(reading.candidate);
  if (result.status === 'invalid') throw invalid(result.message);
  const isAdded = result.status === 'added';
  if (invocation.switches.has('json')) surroundings.stdout.write(`${JSON.stringify(result)}\n`);
  else if (isAdded) surroundings.stdout.write(`${result.task.id}\t${result.task.path}\n`);
  else surroundings.stderr.write(`${duplicateText(result)}\n`);
  return isAdded ? EXIT.ok : EXIT.unsuccessful;
}

/** The candidate as the inbox would hold it, so that the command line is checked by the same rules. */
function candidateValue(invocation: CommandInvocation): Readonly<Record<string, unknown>> {
  const domain = choice(invocation, 'domain', EXECUTION_DOMAINS);
  const profile = one(invocation, 'profile');
  const description = one(invocation, 'description');
  return {
    title: invocation.argument,
    priority: choice(invocation, 'priority', PRIORITIES) ?? 'normal',
    task_kind: choice(invocation, 'kind', TASK_KINDS) ?? 'implementation',
    ...(domain === undefined ? {} : { execution_domain: domain }),
    ...(profile === undefined ? {} : { validation_profile: profile }),
    ...(description === undefined ? {} : { description }),
    touch_paths: many(invocation, 'path'),
    acceptance_criteria: many(invocation, 'criterion'),
    depends_on: many(invocation, 'depends'),
    capabilities: many(invocation, 'capability'),
    source: { type: 'manual' },
  };
}

function invalid(message: string): BacklogError {
  return new BacklogError('TASK_INVALID', `The task was not added: ${message}`, {
    hint: 'Type `backlog-runner add --help` to see what a task may say.',
  });
}

function duplicateText({ of, title }: Extract<AddResult, { status: 'duplicate' }>): string {
  return `Not added: ${of} asks for the same (${oneLine(title)}).`;
}
