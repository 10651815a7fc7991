import type { RepoPath, Revision, Task, TaskId } from '@backlog-runner/contracts';

/** A task in which only what matters to the test needs to be said, with plain strings for ids and paths. */
export type TaskOverrides = Partial<
  Omit<Task, 'id' | 'dependsOn' | 'touchPaths' | 'path' | 'revision'> & {
    readonly id: string;
    readonly dependsOn: readonly string[];
    readonly touchPaths: readonly string[];
    readonly path: string;
    readonly revision: string;
  }
>;

/** A `ready` task named after its id that touches `src/<id>` only, so that several fixtures may run at the same time. */
export function taskFixture(overrides: TaskOverrides = {}): Task {
  const id = overrides.id ?? 'greet';
  const task = {
    title: `The task ${id}`,
    state: 'ready',
    priority: 'normal',
    kind: 'implementation',
    dependsOn: [],
    touchPaths: [`src/${id}`],
    capabilities: [],
    acceptanceCriteria: [],
    statusNotes: [],
    source: { type: 'manual' },
    path: `backlog/tasks/${id}.yaml`,
    revision: '1',
    ...overrides,
    id,
  };
  return {
    ...task,
    id: id as TaskId,
    dependsOn: task.dependsOn as readonly TaskId[],
    touchPaths: task.touchPaths as readonly RepoPath[],
    path: task.path as RepoPath,
    revision: task.revision as Revision,
  } as Task;
}
