import type { Buffer } from 'node:buffer';
import { unquotePath } from './quoted-path.ts';
import type { Repository } from './repository.ts';

const RECORD = '\u0001';
const FIELD = '\u0002';
const FORMAT = '%x01%H%x02%P%x02%(trailers:key=Backlog-Attempt,key=Backlog-Plan,valueonly,unfold)%x02';

/**
 * The paths that a branch changed on its way from one commit to another, if every step of it is a commit that says
 * which attempt or plan it landed. Undefined when anything else moved the branch.
 */
export async function movedByLandings(
  { git }: Repository,
  from: string,
  to: string,
): Promise<readonly Buffer[] | undefined> {
  const shown = ['--no-show-signature', '--encoding=UTF-8', '--name-only', '--no-renames', '--no-relative'];
  const { code, stdout } = await git(['log', '--first-parent', ...shown, `--format=${FORMAT}`, `${from}..${to}`], {
    accept: [0, 128],
  });
  return code === 0 ? pathsOfLandings(stdout, from, to) : undefined;
}

/** From records of commit, parents, attempt and changed paths, newest first. */
export function pathsOfLandings(output: string, from: string, to: string): readonly Buffer[] | undefined {
  const paths: Buffer[] = [];
  let expected = to;
  for (const record of output.split(RECORD).slice(1)) {
    const [commit, parents = '', attempt = '', names = '', ...others] = record.split(FIELD);
    const isLanding = /^\S+$/.test(attempt.trim()) && /^[0-9a-f]+$/.test(parents) && others.length === 0;
    if (commit !== expected || !isLanding) return undefined;
    expected = parents;
    paths.push(...names.split('\n').filter(Boolean).map(unquotePath));
  }
  return expected === from ? paths : undefined;
}
