import { type AttemptId, isBacklogError, type Workspace, type WorkspaceRequest } from '@backlog-runner/contracts';
import { describeError } from './describe-error.ts';
import { hopeless } from './hopeless.ts';
import type { RunContext } from './run-context.ts';

type Unopened = { readonly status: 'interrupted' | 'inconclusive'; readonly reason: string };

export async function openWorkspace(
  { parts }: RunContext,
  request: WorkspaceRequest & { readonly signal: AbortSignal },
): Promise<Workspace | Unopened> {
  try {
    return await parts.workspaces.open(request);
  } catch (error) {
    if (request.signal.aborted) {
      return { status: 'interrupted', reason: 'it was stopped while its workspace was prepared' };
    }
    if (isBacklogError(error) && hopeless(error) === undefined)
      return { status: 'inconclusive', reason: error.message };
    throw error;
  }
}

/** What came of it does not depend on this: a working copy that is not given back is recovered by its next user. */
export async function giveBack(
  workspace: Workspace,
  unretained: boolean,
  { emit }: RunContext,
  attempt: AttemptId,
): Promise<void> {
  try {
    await workspace.close({ unretained });
  } catch (error) {
    const reason = describeError(error);
    await emit({ type: 'warning', message: `the workspace of ${attempt} was not given back: ${reason}` });
  }
}
