import type { CommitId, EpochMs, TreeId } from '@backlog-runner/contracts';

export interface CommitContent {
  readonly tree: TreeId;
  readonly parents: readonly CommitId[];
  /** `Name <email>`. */
  readonly identity: string;
  readonly at: EpochMs;
  readonly message: string;
}

/** The text of a git commit. */
export function commitText({ tree, parents, identity, at, message }: CommitContent): string {
  const person = `${identity} ${Math.floor(at / 1000)} ${zoneOf(at)}`;
  const headers = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${person}`,
    `committer ${person}`,
  ];
  return `${headers.join('\n')}\n\n${message}`;
}

function zoneOf(at: EpochMs): string {
  const minutes = -new Date(at).getTimezoneOffset();
  const size = Math.abs(minutes);
  const digits = String(Math.floor(size / 60) * 100 + (size % 60)).padStart(4, '0');
  return `${minutes < 0 ? '-' : '+'}${digits}`;
}
