import { dirname, join, delimiter as systemDelimiter } from 'node:path';

/**
 * The `PATH` for agents and validation. A package manager puts the tools of the user's checkout, and its own, in front
 * of it for this process; a workspace has tools of its own, and must not be judged by those of another working copy.
 */
export function childPath(
  path: string,
  { directory, delimiter = systemDelimiter }: { readonly directory: string; readonly delimiter?: string },
): string {
  const own = new Set<string>();
  for (let level = directory; ; level = dirname(level)) {
    own.add(join(level, 'node_modules', '.bin'));
    if (level === dirname(level)) break;
  }
  return path
    .split(delimiter)
    .filter((entry) => !own.has(entry.replace(/[\\/]+$/, '')) && !isOfPackageManager(entry))
    .join(delimiter);
}

function isOfPackageManager(entry: string): boolean {
  return (
    /[\\/]node-gyp-bin[\\/]?$/.test(entry) || /[\\/]_npx[\\/][^\\/]+[\\/]node_modules[\\/]\.bin[\\/]?$/.test(entry)
  );
}

/** The environment of this process with the `PATH` for children. On Windows the name's case is the system's. */
export function childEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  directory: string,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) =>
      name.toUpperCase() === 'PATH' && value !== undefined ? [name, childPath(value, { directory })] : [name, value],
    ),
  );
}
