import type { Buffer } from 'node:buffer';
import { unquotePath } from './quoted-path.ts';

/** One path on which a checkout differs from its HEAD. */
export interface UncommittedPath {
  /** From the top of the repository. */
  readonly path: Buffer;
  readonly isTracked: boolean;
  /** What the index holds there, when that is not what HEAD holds. */
  readonly staged: string | undefined;
}

export interface Uncommitted {
  /** The branch that is checked out, or the commit when there is none. */
  readonly head: string;
  readonly paths: readonly UncommittedPath[];
}

/** Prints what `parseUncommitted` reads. What is inside of submodules and nested repositories is left out. */
export const UNCOMMITTED_COMMAND: readonly string[] = [
  'status',
  '--porcelain=v2',
  '--branch',
  '--no-ahead-behind',
  '--no-renames',
  '--untracked-files=all',
  '--ignore-submodules=all',
];

export function parseUncommitted(output: string): Uncommitted {
  const lines = output.split('\n');
  const header = (name: string) =>
    lines.find((line) => line.startsWith(`# ${name} `))?.slice(`# ${name} `.length) ?? '';
  const branch = header('branch.head');
  return {
    head: branch === '(detached)' ? header('branch.oid') : branch,
    paths: lines.flatMap((line) => parseLine(line) ?? []),
  };
}

function parseLine(line: string): UncommittedPath | undefined {
  const [kind, state = ''] = line.split(' ', 2);
  const [fields, printed] = pathAfter(line, kind === '1' ? 8 : kind === 'u' ? 10 : 1);
  const path = unquotePath(printed);
  switch (kind) {
    case '1':
      return { path, isTracked: true, staged: state.startsWith('.') ? undefined : `${fields[4]} ${fields[7]}` };
    case 'u':
      return { path, isTracked: true, staged: fields.join(' ') };
    case '?':
      return { path, isTracked: false, staged: undefined };
    default:
      return undefined;
  }
}

function pathAfter(line: string, count: number): readonly [fields: readonly string[], path: string] {
  const fields = line.split(' ');
  return [fields.slice(0, count), fields.slice(count).join(' ')];
}
