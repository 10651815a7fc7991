/** Something outside of an attempt's workspace that is different after its agent ran, and that nobody else explains. */
export interface Escape {
  readonly what: 'checkout' | 'index' | 'ref' | 'hook' | 'git-config' | 'workspace';
  /** The file, ref or workspace. */
  readonly name: string;
}

/**
 * Agents are told to stay in their workspaces; nobody believes it. Landings of any runner and the store's own files are
 * explained; what a person does in the meantime is not.
 */
export interface EscapeWatch {
  /**
   * Takes a fingerprint of what no attempt may change: the user's checkout and index, refs that are not the runner's,
   * hooks, git configuration, workspaces nobody uses. The function it answers with says what has changed since.
   */
  begin(): Promise<() => Promise<readonly Escape[]>>;
}
