import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * The file that starting `name` with this environment would run. A name with a slash is a path and checked as it is;
 * any other is looked up on the `PATH`, on Windows with the endings of `PATHEXT`. The current directory is not searched.
 */
export async function findExecutable(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  if (name === '') return undefined;
  for (const file of candidates(name, environment)) if (await isExecutable(file)) return file;
  return undefined;
}

function candidates(name: string, environment: Readonly<Record<string, string | undefined>>): string[] {
  const files = isPath(name)
    ? [name]
    : (variable(environment, 'PATH') ?? '')
        .split(path.delimiter)
        .filter((directory) => path.isAbsolute(directory))
        .map((directory) => path.join(directory, name));
  if (process.platform !== 'win32') return files;
  const endings = (variable(environment, 'PATHEXT') ?? '.COM;.EXE;.BAT;.CMD').split(';').filter(Boolean);
  const hasEnding = endings.some((ending) => name.toLowerCase().endsWith(ending.toLowerCase()));
  return hasEnding ? files : files.flatMap((file) => endings.map((ending) => file + ending));
}

function isPath(name: string): boolean {
  return name.includes('/') || (process.platform === 'win32' && name.includes('\\'));
}

function variable(environment: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  if (process.platform !== 'win32') return environment[name];
  return Object.entries(environment).find(([key]) => key.toUpperCase() === name)?.[1];
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
