import { cac } from 'cac';
import type { CommandSpec, OptionSpec } from './command-table.ts';
import type { CommandLine } from './invocation.ts';
import { suggest } from './suggest.ts';

/**
 * cac reads `007` as the number 7 and `--title -x` as two options. A character that no argument can hold, in front of
 * every value, keeps it text and one piece.
 */
const TEXT = '\0';

/** Understands the command line. Prints the help when it is asked for, nothing else. */
export function parseCommandLine(argv: readonly string[], commands: readonly CommandSpec[]): CommandLine {
  const separator = argv.indexOf('--');
  const front = protect(separator === -1 ? argv : argv.slice(0, separator), commands);
  const back = separator === -1 ? [] : argv.slice(separator + 1);
  const typed = front.find((arg) => !arg.startsWith('-'));
  const spec = commands.find(({ name }) => name === typed);
  const cli = build(spec ? [spec] : commands, spec?.options ?? []);
  const { args, options } = cli.parse(['', '', ...front], { run: false });
  if (options.help) return { kind: 'helped' };
  if (spec) return understand(spec, [...args.map(plain), ...back], options);
  if (typed !== undefined) return unknownCommand(plain(typed), commands);
  if (options.version) return { kind: 'version' };
  const stray = Object.keys(options).find((key) => key !== '--');
  if (stray !== undefined) return unknownOption(stray, []);
  cli.outputHelp();
  return { kind: 'helped' };
}

function build(commands: readonly CommandSpec[], options: readonly OptionSpec[]): ReturnType<typeof cac> {
  const cli = cac('backlog-runner');
  for (const { name, argument, more, summary } of commands) {
    const usage = [name, ...(argument ? [`<${argument}>`] : []), ...(more ? [`[...${more}]`] : [])].join(' ');
    const command = cli.command(usage, summary);
    for (const option of options) command.option(rawName(option), option.summary);
  }
  cli.option('-v, --version', 'Print the version');
  cli.help((sections) =>
    sections
      .filter(({ title }) => !title?.startsWith('For more info'))
      .map((section) => ({ ...section, body: section.body.replace(/( \(default: true\))? *$/gm, '') })),
  );
  return cli;
}

function rawName({ name, value }: OptionSpec): string {
  return value === undefined ? `--${name}` : `--${name} <${value}>`;
}

function protect(argv: readonly string[], commands: readonly CommandSpec[]): string[] {
  const valued = new Set(
    commands.flatMap(({ options }) => options.filter(({ value }) => value).map(({ name }) => name)),
  );
  const safe: string[] = [];
  let positionals = 0;
  for (let index = 0; index < argv.length; index += 1) {
    const arg = argv[index] ?? '';
    const next = argv[index + 1];
    const [, name = '', given] = /^--([^=]+)(?:=([\s\S]*))?$/.exec(arg) ?? [];
    if (given !== undefined) safe.push(`--${name}=${TEXT}${given}`);
    else if (valued.has(name) && next !== undefined && !/^--[a-z]/.test(next)) {
      safe.push(`--${name}=${TEXT}${next}`);
      index += 1;
    } else if (arg.startsWith('-') && arg !== '-') safe.push(arg);
    else {
      safe.push(positionals === 0 ? arg : TEXT + arg);
      positionals += 1;
    }
  }
  return safe;
}

function plain(value: unknown): string {
  return String(value).replaceAll(TEXT, '');
}

function understand(spec: CommandSpec, args: readonly string[], options: Record<string, unknown>): CommandLine {
  const values = new Map<string, readonly string[]>();
  const switches = new Set<string>();
  for (const [key, value] of Object.entries(options)) {
    if (key === '--' || key === 'version' || key === 'v') continue;
    const option = spec.options.find(({ name }) => keyOf(name) === key);
    if (!option) return unknownOption(value === false ? `no-${key}` : key, spec.options);
    if (option.value === undefined) {
      if (value === !option.name.startsWith('no-')) switches.add(option.name);
      continue;
    }
    const given = [value].flat();
    if (given.some((item) => typeof item !== 'string')) {
      return mistake(`--${option.name} needs a value.`, `Type \`--${option.name} <${option.value}>\`.`);
    }
    if (given.length > 1 && !option.many) {
      return mistake(`--${option.name} was given more than once.`, 'Give it once.');
    }
    values.set(option.name, given.map(plain));
  }
  const [argument = '', ...more] = args;
  if (spec.argument && args.length === 0) {
    return mistake(`\`${spec.name}\` needs <${spec.argument}>.`, `Type \`backlog-runner ${spec.name} --help\`.`);
  }
  const unexpected = spec.more ? undefined : spec.argument ? more[0] : args[0];
  if (unexpected !== undefined) {
    const hint = spec.argument ? 'Put quotes around a text of several words.' : `\`${spec.name}\` takes no argument.`;
    return mistake(`\`${unexpected}\` was not expected.`, hint);
  }
  return { kind: 'command', command: spec, invocation: { argument, more, values, switches } };
}

/** How cac names an option in its answer. */
function keyOf(name: string): string {
  return name.replace(/^no-/, '').replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function unknownCommand(typed: string, commands: readonly CommandSpec[]): CommandLine {
  const meant = suggest(
    typed,
    commands.map(({ name }) => name),
  );
  return mistake(
    `There is no command \`${typed}\`.`,
    meant ? `Did you mean \`backlog-runner ${meant}\`?` : 'Type `backlog-runner --help` to see the commands.',
  );
}

function unknownOption(key: string, options: readonly OptionSpec[]): CommandLine {
  const kebab = key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const typed = key.length === 1 ? `-${key}` : `--${kebab}`;
  const meant = suggest(kebab, [...options.map(({ name }) => name), 'help']);
  return mistake(
    `There is no option \`${typed}\`.`,
    meant ? `Did you mean \`--${meant}\`?` : 'Add `--help` to see the options.',
  );
}

function mistake(message: string, hint: string): CommandLine {
  return { kind: 'mistake', message, hint };
}
