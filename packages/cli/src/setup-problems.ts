import { BacklogError } from '@backlog-runner/contracts';

/** One file every workspace needs, and where it is. */
export interface SetupFile {
  /** Relative to a directory the reader knows. */
  readonly path: string;
  readonly standing: 'committed' | 'changed' | 'uncommitted' | 'ignored' | 'missing';
}

/** The refusal that names each file a workspace would lack, with what to type; undefined when there is none. */
export function setupProblem(files: readonly SetupFile[], branch: string): BacklogError | undefined {
  const wrong = files.filter(({ standing }) => standing !== 'committed');
  if (wrong.length === 0) return undefined;
  const lines = wrong.map(({ path, standing }) => `  ${path} ${PHRASES[standing]}`);
  return new BacklogError(
    'SETUP_UNCOMMITTED',
    [`Workspaces are made from ${branch}, and these files are not there as they are here:`, ...lines].join('\n'),
    { hint: hintFor(wrong), details: { files: wrong, branch } },
  );
}

const PHRASES: Readonly<Record<SetupFile['standing'], string>> = {
  committed: 'is committed',
  changed: 'has changes that are not committed',
  uncommitted: 'is not committed',
  ignored: 'is ignored by git',
  missing: 'does not exist, and a validation command runs it',
};

function hintFor(wrong: readonly SetupFile[]): string {
  const of = (...standings: readonly SetupFile['standing'][]) =>
    wrong.filter(({ standing }) => standings.includes(standing)).map(({ path }) => quoted(path));
  const missing = of('missing');
  const ignored = of('ignored');
  const add = of('changed', 'uncommitted');
  const commit = 'git commit -m "Set up the backlog"';
  return [
    ...(missing.length > 0 ? [`Create ${missing.join(', ')}, or correct \`validation\` in the config.`] : []),
    ...(ignored.length > 0 ? [`git add --force ${ignored.join(' ')} && ${commit}`] : []),
    ...(add.length > 0 ? [`git add ${add.join(' ')} && ${commit}`] : []),
  ].join('\n');
}

/** As a POSIX shell reads it back. */
function quoted(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
