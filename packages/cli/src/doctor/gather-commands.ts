import { access, constants, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { allowedEnvironment, BASE_ENVIRONMENT_NAMES, runProcess } from '@backlog-runner/subprocess';
import { filesOfCommand, programOf } from '../command-files.ts';
import { CHECKS_NOTHING } from '../init/validate-script.ts';
import type { CommandFacts } from './facts.ts';
import type { Ground } from './gather-facts.ts';

/** The commands of the config: what they start and whether it is there. Runs none of them. */
export async function commandFacts(ground: Ground): Promise<readonly CommandFacts[]> {
  const { config, settings } = ground;
  if (!config) return [];
  const { validation, installCommand } = settings;
  const commands: readonly (readonly [string, string])[] = [
    ['validation.default', validation.default],
    ...Object.entries(validation.profiles).map(([name, command]) => [`validation.profiles.${name}`, command] as const),
    ...(installCommand === undefined ? [] : [['workspaceBootstrap.installCommand', installCommand] as const]),
  ];
  return Promise.all(commands.map(([key, command]) => factsOf(key, command, ground)));
}

async function factsOf(key: string, command: string, ground: Ground): Promise<CommandFacts> {
  const name = programOf(command);
  const { script } = filesOfCommand(command);
  const isProgram = name?.includes('/') === true;
  const program = name === undefined || isProgram ? {} : { program: { name, isFound: await isFound(name, ground) } };
  if (script === undefined) return { key, command, ...program };
  const facts = await scriptFacts(script, { isProgram, interpreter: isProgram ? undefined : name }, ground);
  return { key, command, ...program, script: facts };
}

async function scriptFacts(
  path: string,
  { isProgram, interpreter }: { readonly isProgram: boolean; readonly interpreter: string | undefined },
  ground: Ground,
): Promise<NonNullable<CommandFacts['script']>> {
  const { repository } = ground;
  const file = join(ground.project.directory, path);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const exists = text !== undefined;
  const isExecutable = await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
  const listed =
    repository && isProgram ? await repository.git(['ls-tree', 'HEAD', '--', repository.prefix + path]) : undefined;
  const mode = listed?.stdout.slice(0, 6);
  const mistake = exists && interpreter !== undefined ? await mistakeIn(path, interpreter, ground) : undefined;
  return {
    path,
    exists,
    checksNothing: text?.includes(CHECKS_NOTHING) === true,
    isProgram,
    isExecutable,
    ...(mode ? { isCommittedExecutable: mode === '100755' } : {}),
    ...(mistake === undefined ? {} : { mistake }),
  };
}

const LONGEST_MS = 10_000;

/** Asks the shell, which knows its own commands besides those on the `PATH`. */
async function isFound(name: string, ground: Ground): Promise<boolean> {
  const { surroundings } = ground;
  if (surroundings.environment.ComSpec !== undefined) return true;
  return (await run('/bin/sh', ['-c', 'command -v -- "$1"', 'sh', name], ground)).code === 0;
}

const CHECKS: Readonly<Record<string, readonly string[]>> = {
  bash: ['-n'],
  sh: ['-n'],
  dash: ['-n'],
  zsh: ['-n'],
  node: ['--check'],
};

/** What the interpreter says of a script that it cannot parse. Runs nothing of it. */
async function mistakeIn(path: string, interpreter: string, ground: Ground): Promise<string | undefined> {
  const options = CHECKS[interpreter];
  if (!options) return undefined;
  const { code, stderr } = await run(interpreter, [...options, path], ground);
  return code === undefined || code === 0
    ? undefined
    : (stderr.split('\n').find((line) => line.trim() !== '') ?? '').trim();
}

async function run(
  command: string,
  args: readonly string[],
  { environment, project }: Ground,
): Promise<{ readonly code: number | undefined; readonly stderr: string }> {
  const { end, stderr } = await runProcess({
    command,
    args,
    cwd: project.directory,
    environment: allowedEnvironment(environment, { names: BASE_ENVIRONMENT_NAMES }),
    totalMs: LONGEST_MS,
  });
  return { code: end.status === 'exited' ? end.code : undefined, stderr };
}
