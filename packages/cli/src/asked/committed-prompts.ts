import type { TreeId } from '@backlog-runner/contracts';
import type { PromptSource } from '@backlog-runner/runner';
import type { GitRecords } from '@backlog-runner/worktrees';
import { PATTERNS_PATH } from '../patterns-memory.ts';
import { AGENT_PROMPT_PATH } from '../prompt-source.ts';

/** The prompts of a project as a tree has them: what a workspace made from it shows. */
export function committedPrompts(git: Pick<GitRecords, 'fileIn'>, tree: TreeId): PromptSource {
  const textOf = async (path: string) => (await (await git.fileIn(tree, path))?.text()) ?? '';
  return { instructions: () => textOf(AGENT_PROMPT_PATH), patterns: () => textOf(PATTERNS_PATH) };
}
