import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BacklogError, foldHistory, type JournalEntry } from '@backlog-runner/contracts';
import type { OnePass } from '@backlog-runner/runner';
import { painter, usesColour } from '../colour.ts';
import type { ConfigEdit } from '../config-source/config-edit.ts';
import { editConfigFile } from '../config-source/edit-config-file.ts';
import { EXIT } from '../exit-code.ts';
import type { CommandInvocation } from '../invocation.ts';
import { loadConfig } from '../load-config.ts';
import { locateSyntaxError } from '../locate-syntax-error.ts';
import { narrator } from '../narrator.ts';
import { oneLine } from '../one-line.ts';
import { openBacklog } from '../open-backlog.ts';
import { one } from '../option-values.ts';
import { passRows, type Rejections, shortSpan } from '../pass-table.ts';
import { type OneRun, runOnce } from '../run-once.ts';
import { setUpRun } from '../set-up-run.ts';
import { type Settings, settingsOf } from '../settings.ts';
import { suggest } from '../suggest.ts';
import type { Surroundings } from '../surroundings.ts';
import { table } from '../table.ts';

const VERBS = ['list', 'run', 'add', 'remove', 'enable', 'disable'] as const;

/** Lists the passes with what became of their candidates, gives one its turn, or changes which there are. */
export async function pass(invocation: CommandInvocation, surroundings: Surroundings): Promise<number> {
  const verb = VERBS.find((candidate) => candidate === invocation.argument);
  if (verb === undefined) throw unknownVerb(invocation.argument);
  if (verb === 'list') return list(invocation, surroundings);
  const id = idFrom(invocation);
  return verb === 'run' ? run(id, invocation, surroundings) : edit(verb, id, invocation, surroundings);
}

function unknownVerb(typed: string): BacklogError {
  const meant = suggest(typed, VERBS);
  return new BacklogError('USAGE', `\`pass ${typed}\` was not understood.`, {
    hint: meant ? `Did you mean \`backlog-runner pass ${meant}\`?` : `Type one of ${VERBS.join(', ')}.`,
  });
}

function idFrom({ argument, more: [id, surplus] }: CommandInvocation): string {
  if (id !== undefined && surplus === undefined && /^[a-z0-9][a-z0-9-]{0,63}$/.test(id)) return id;
  throw new BacklogError('USAGE', `\`pass ${argument}\` needs the id of one pass.`, {
    hint: 'An id is lower-case letters, digits and dashes. Type `backlog-runner pass list` to see the passes.',
  });
}

async function loaded(surroundings: Surroundings) {
  const opened = openBacklog(surroundings.directory, { writes: true });
  const locate = { locateSyntaxError: (file: string) => locateSyntaxError(file, surroundings) };
  const config = await loadConfig({ file: opened.project.configFile, ...locate });
  return { ...opened, locate, settings: settingsOf(config) };
}

async function list({ switches }: CommandInvocation, surroundings: Surroundings): Promise<number> {
  const { settings, journal } = await loaded(surroundings);
  const { entries } = await journal.read();
  const rows = passRows(settings, foldHistory(entries), rejectionsIn(entries));
  const { stdout, environment } = surroundings;
  if (switches.has('json')) {
    stdout.write(`${JSON.stringify(rows)}\n`);
    return EXIT.ok;
  }
  const cells = rows.map(({ id, state, trigger, paceMs, turns, admitted, rejected, acceptanceRate, rejections }) => [
    ...[id, state, trigger, shortSpan(paceMs), String(turns), String(admitted), String(rejected)],
    acceptanceRate === null ? '-' : `${Math.round(acceptanceRate * 100)}%`,
    rejections[0] ? `${rejections[0].title}: ${rejections[0].reason}` : '',
  ]);
  const header = ['pass', 'state', 'trigger', 'every', 'turns', 'admitted', 'rejected', 'rate', 'last rejected'];
  const paint = painter(usesColour(environment, stdout));
  stdout.write(table(header, cells, { isTTY: stdout.isTTY ?? false, paint }));
  return EXIT.ok;
}

function rejectionsIn(entries: readonly JournalEntry[]): Rejections {
  const found = new Map<string, { title: string; reason: string }[]>();
  for (const entry of entries) {
    if (entry.type !== 'candidate.rejected' || entry.source.passId === undefined) continue;
    const { title, reason } = entry;
    found.set(entry.source.passId, [...(found.get(entry.source.passId) ?? []), { title, reason }]);
  }
  return found;
}

async function run(id: string, invocation: CommandInvocation, surroundings: Surroundings): Promise<number> {
  const agents = { tool: one(invocation, 'tool'), model: one(invocation, 'model') };
  const setup = await setUpRun(surroundings, { agents });
  checkKnown(id, setup.settings);
  const done = await runOnce(surroundings, { ...setup, pass: id }, (runner, drain) => runner.pass(id, { drain }));
  return answer(id, done, invocation, surroundings);
}

function checkKnown(id: string, { passes }: Settings): void {
  if (passes.some((pass) => pass.id === id)) return;
  const ids = passes.map((pass) => pass.id);
  const meant = suggest(id, ids);
  throw new BacklogError('USAGE', `There is no pass \`${id}\`.`, {
    hint: meant ? `Did you mean \`${meant}\`?` : `Type \`backlog-runner pass add ${id}\` to have one.`,
  });
}

async function answer(
  id: string,
  { result, events, interruptedWith }: OneRun<OnePass>,
  { switches }: CommandInvocation,
  surroundings: Surroundings,
): Promise<number> {
  const { outcome, reason } = result;
  const added = events.flatMap((entry) =>
    entry.type === 'task.added' ? [{ id: entry.task, title: entry.title }] : [],
  );
  const rejected = events.flatMap((entry) =>
    entry.type === 'candidate.rejected' ? [{ title: entry.title, reason: entry.reason }] : [],
  );
  if (switches.has('json')) {
    surroundings.stdout.write(`${JSON.stringify({ pass: id, outcome: outcome ?? null, reason, added, rejected })}\n`);
  } else {
    for (const task of added) surroundings.stdout.write(`added\t${task.id}\t${oneLine(task.title)}\n`);
    for (const one of rejected) surroundings.stdout.write(`rejected\t${oneLine(one.title)}\t${oneLine(one.reason)}\n`);
  }
  if (outcome === undefined) (await narrator(surroundings)).warn(`Nothing was looked for: ${reason}.`);
  return interruptedWith ?? (outcome?.status === 'found' ? EXIT.ok : EXIT.unsuccessful);
}

async function edit(
  verb: 'add' | 'remove' | 'enable' | 'disable',
  id: string,
  invocation: CommandInvocation,
  surroundings: Surroundings,
): Promise<number> {
  const { settings, project, locate, system } = await loaded(surroundings);
  if (verb !== 'add') checkKnown(id, settings);
  const options = { file: project.configFile, ...locate, system };
  const edited = await editConfigFile(options, editsFor(verb, id, invocation));
  const say = await narrator(surroundings);
  if (edited.status === 'by-hand') {
    for (const { reason, paste } of edited.steps) say.warn(paste === '' ? reason : `${reason} Write there:\n${paste}`);
    return EXIT.unsuccessful;
  }
  if (verb === 'add') {
    const file = writePolicy(id, project.directory);
    if (file !== undefined) say.info(`Say in ${file} what is worth finding, then commit it.`);
  }
  if (verb === 'enable' && !settings.isDiscovering) say.info('Passes run once `discovery.enabled` is true: now it is.');
  surroundings.stdout.write(`${edited.status === 'edited' ? verb : 'unchanged'}\t${id}\n`);
  return EXIT.ok;
}

function editsFor(
  verb: 'add' | 'remove' | 'enable' | 'disable',
  id: string,
  invocation: CommandInvocation,
): readonly ConfigEdit[] {
  const at = ['discovery', 'passes', id];
  const on: ConfigEdit = { do: 'set', path: ['discovery', 'enabled'], value: true };
  if (verb === 'remove') return [{ do: 'remove', path: at }];
  if (verb === 'disable') return [{ do: 'set', path: [...at, 'enabled'], value: false }];
  if (verb === 'enable') return [on, { do: 'set', path: [...at, 'enabled'], value: true }];
  const [description, every] = [one(invocation, 'description'), one(invocation, 'every')];
  return [
    on,
    { do: 'set', path: [...at, 'enabled'], value: true },
    ...(description === undefined ? [] : [{ do: 'set', path: [...at, 'description'], value: description } as const]),
    ...(every === undefined ? [] : [{ do: 'set', path: [...at, 'every'], value: every } as const]),
  ];
}

/** These ask no agent, so nothing is to be said to one. */
const BUILT_IN: readonly string[] = ['todo-comments', 'failing-validation'];

/** Begins the prompt of a new pass. One that is there stays. Answers with what must be filled in. */
function writePolicy(id: string, directory: string): string | undefined {
  const path = `scripts/backlog/passes/${id}.md`;
  const file = join(directory, path);
  if (BUILT_IN.includes(id) || existsSync(file)) return undefined;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `# ${id}\n\nWhat is worth finding here, what is not, and how it can be told that it is done.\n`);
  return path;
}
