import type { TaskId } from './ids.ts';
import type { TaskOutline } from './task.ts';

type Tasks = ReadonlyMap<TaskId, TaskOutline>;
type Edges = ReadonlyMap<TaskId, readonly TaskId[]>;

/** The way from the task back to itself along unfinished dependencies, if there is one. Linear in the edges it sees. */
export function cycleThrough(start: TaskId, tasks: Tasks): readonly TaskId[] | undefined {
  const seen = new Set<TaskId>();
  const path: TaskId[] = [];
  const stack: { id: TaskId; depth: number }[] = [{ id: start, depth: 0 }];
  for (let step = stack.pop(); step; step = stack.pop()) {
    path.length = step.depth;
    path.push(step.id);
    for (const next of waitsFor(tasks, step.id)) {
      if (next === start) return path;
      if (seen.has(next)) continue;
      seen.add(next);
      stack.push({ id: next, depth: step.depth + 1 });
    }
  }
  return undefined;
}

/**
 * All tasks that lie on a cycle, and no others but those on a way from one cycle to another. Linear in all edges, so
 * that a long chain of dependencies costs no more than a short one.
 */
export function nearCycles(tasks: Tasks): ReadonlySet<TaskId> {
  const waiting = new Map<TaskId, readonly TaskId[]>();
  for (const task of tasks.values()) {
    const wanted = wantedBy(task);
    if (wanted.length === 0) continue;
    const next = wanted.filter((other) => tasks.has(other));
    if (next.length > 0) waiting.set(task.id, next);
  }
  const edges = among(waiting);
  if ([...edges.values()].every((next) => next.length === 0)) return new Set();
  const left = peel(edges);
  return new Set(peel(reverse(left)).keys());
}

/** The edges to what itself has edges. */
function among(edges: Edges): Edges {
  return new Map(Array.from(edges, ([id, next]) => [id, next.filter((target) => edges.has(target))]));
}

function waitsFor(tasks: Tasks, id: TaskId): readonly TaskId[] {
  const task = tasks.get(id);
  return task ? wantedBy(task).filter((next) => tasks.has(next)) : [];
}

const NOTHING: readonly TaskId[] = [];

/** Who waits for a superseded task waits for what took its place. */
function wantedBy(task: TaskOutline): readonly TaskId[] {
  if (task.state === 'done') return NOTHING;
  return task.state === 'superseded' ? (task.supersededBy ?? NOTHING) : task.dependsOn;
}

/** What is left when everything without edges is taken away, again and again. */
function peel(edges: Edges): Edges {
  const count = new Map([...edges].map(([id, next]) => [id, next.length]));
  const back = reverse(edges);
  const free = [...count].filter(([, left]) => left === 0).map(([id]) => id);
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    count.delete(id);
    for (const before of back.get(id) ?? []) {
      const left = (count.get(before) ?? 0) - 1;
      count.set(before, left);
      if (left === 0) free.push(before);
    }
  }
  return new Map([...count.keys()].map((id) => [id, (edges.get(id) ?? []).filter((next) => count.has(next))]));
}

function reverse(edges: Edges): Edges {
  const back = new Map<TaskId, TaskId[]>([...edges.keys()].map((id) => [id, []]));
  for (const [id, next] of edges) for (const target of next) back.get(target)?.push(id);
  return back;
}
