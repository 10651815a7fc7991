import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { BacklogError } from '@backlog-runner/contracts';
import type { Config } from './config.ts';

export interface LoadConfigOptions {
  /** Absolute. */
  readonly file: string;
  /** Where Node finds a syntax error in a file; it does not tell the program that imports it. */
  readonly locateSyntaxError: (file: string) => Promise<number | undefined>;
  /** Reads the file again although this process has loaded it: a name for this reading, used once. */
  readonly again?: string;
}

/**
 * The checked config of a file. Values in it, such as agents, are the ones the file made. Throws `CONFIG_INVALID`,
 * naming file and line of a mistake in the code, or every place that breaks the schema.
 */
export async function loadConfig(options: LoadConfigOptions): Promise<Config> {
  const { file } = options;
  const value = await importDefault(options);
  const { configProblems } = await import('./check-config.ts');
  const problems = configProblems(value);
  if (problems.length === 0) return value as Config;
  const lines = problems.map(({ path, message }) => `  ${path || 'the config'} ${message}`);
  throw new BacklogError('CONFIG_INVALID', [`${file} is not a valid config:`, ...lines].join('\n'), {
    hint: 'Correct the config; docs/config.md lists every key.',
    details: { file, problems },
  });
}

async function importDefault({ file, locateSyntaxError, again }: LoadConfigOptions): Promise<unknown> {
  const url = `${pathToFileURL(file).href}${again === undefined ? '' : `?${again}`}`;
  let module: { readonly default?: unknown };
  try {
    module = await import(url);
  } catch (error) {
    const line = await lineOf(error, { file, url, locateSyntaxError });
    const place = line === undefined ? file : `${file}:${line}`;
    throw new BacklogError('CONFIG_INVALID', `${place} does not load: ${messageOf(error)}`, {
      hint: `Correct ${place}.`,
      details: { file, ...(line === undefined ? {} : { line }) },
      cause: error,
    });
  }
  if (module.default !== undefined) return module.default;
  throw new BacklogError('CONFIG_INVALID', `${file} has no default export.`, {
    hint: 'Begin the config with `export default {`.',
    details: { file },
  });
}

async function lineOf(
  error: unknown,
  { file, url, locateSyntaxError }: LoadConfigOptions & { readonly url: string },
): Promise<number | undefined> {
  const thrown = error instanceof Error ? lineInStack(error.stack ?? '', url) : undefined;
  if (thrown !== undefined) return thrown;
  const missing = /^Cannot find (?:package|module) '([^']+)'/.exec(messageOf(error))?.[1];
  if (missing !== undefined) return lineWith(await readFile(file, 'utf8').catch(() => ''), missing);
  return error instanceof SyntaxError ? locateSyntaxError(file) : undefined;
}

/** The first line of the file that a stack names. */
export function lineInStack(stack: string, url: string): number | undefined {
  const start = stack.indexOf(`${url}:`);
  if (start === -1) return undefined;
  const line = /^\d+/.exec(stack.slice(start + url.length + 1))?.[0];
  return line === undefined ? undefined : Number(line);
}

function lineWith(source: string, specifier: string): number | undefined {
  const index = source
    .split('\n')
    .findIndex((line) => line.includes(`'${specifier}'`) || line.includes(`"${specifier}"`));
  return index === -1 ? undefined : index + 1;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
