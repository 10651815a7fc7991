import type { Task } from '../src/task.ts';

/** A ready task in which only what matters needs to be said. */
export function plainTask(id: string, facts: Readonly<Record<string, unknown>> = {}): Task {
  return {
    id,
    title: `Do ${id}`,
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
    ...facts,
  } as unknown as Task;
}
