import { parseRepoPath, type RepoPath } from '@backlog-runner/contracts';

/** What a command line names. */
export interface CommandFiles {
  /** The script it runs: must exist. */
  readonly script?: RepoPath;
  /** Every word that could be a file of the project, the script included. */
  readonly candidates: readonly RepoPath[];
}

const SHELLS = new Set(['bash', 'sh', 'zsh', 'dash']);
const INTERPRETERS = new Set([...SHELLS, 'node', 'python', 'python3', 'ruby', 'perl', 'pwsh', 'php']);
/** Made by installing, in every workspace anew. */
const INSTALLED = /(^|\/)(node_modules|\.venv|venv|vendor)(\/|$)/;

/** Reads a command line for the files of the project it names. A guess: shells know better, but only by running it. */
export function filesOfCommand(command: string): CommandFiles {
  const words = wordsOf(command);
  const start = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  const [program = '', ...rest] = start === -1 ? [] : words.slice(start);
  const named = INTERPRETERS.has(program) ? interpretedScript(program, rest) : program.includes('/') ? program : '';
  const script = projectFile(named);
  return {
    ...(script === undefined ? {} : { script }),
    candidates: [program, ...rest].flatMap((word) => projectFile(valueIn(word)) ?? []),
  };
}

/** The program a command line starts, where the line itself says so. */
export function programOf(command: string): string | undefined {
  const program = wordsOf(command).find((word) => !/^[A-Za-z_]\w*=/.test(word));
  return program === undefined || /[$*?`~{}\n]/.test(program) || INSTALLED.test(program) ? undefined : program;
}

/** The first argument that is no option, unless an option says that the code is not in a file. */
function interpretedScript(program: string, args: readonly string[]): string {
  const script = args.findIndex((arg) => !arg.startsWith('-'));
  if (script === -1) return '';
  const inline = SHELLS.has(program) ? /^-[a-z]*c$/ : /^(-[a-z]*[cemp]|--(eval|print|check|test))$/;
  return args.slice(0, script).some((arg) => inline.test(arg)) ? '' : (args[script] ?? '');
}

function wordsOf(command: string): string[] {
  const words = command.match(/"[^"]*"|'[^']*'|[^\s;&|<>()]+/g) ?? [];
  return words.map((word) => word.replace(/^(["'])(.*)\1$/s, '$2'));
}

/** What an option is set to: `tools/lint.json` in `--config=tools/lint.json`. */
function valueIn(word: string): string {
  return word.startsWith('-') ? (/^[^=]+=(.*)$/s.exec(word)?.[1] ?? '') : word;
}

function projectFile(word: string): RepoPath | undefined {
  if (word === '' || /[$*?`~{}[\]\n]/.test(word) || word.includes('://') || word.startsWith('-')) return undefined;
  const path = parseRepoPath(word);
  return path === undefined || path === '' || INSTALLED.test(path) ? undefined : path;
}
