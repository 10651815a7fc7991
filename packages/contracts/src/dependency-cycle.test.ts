import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainTask } from '../test/plain-task.ts';
import { cycleThrough, nearCycles } from './dependency-cycle.ts';
import type { TaskId } from './ids.ts';
import type { Task } from './task.ts';

type Graph = Readonly<Record<string, readonly string[]>>;

function tasksOf(graph: Graph, done: readonly string[] = []): ReadonlyMap<TaskId, Task> {
  const tasks = Object.entries(graph).map(([id, dependsOn]) =>
    plainTask(id, { dependsOn, state: done.includes(id) ? 'done' : 'ready' }),
  );
  return new Map(tasks.map((task) => [task.id, task]));
}

describe('a cycle of dependencies', () => {
  it.each<[string, Graph, readonly string[], readonly string[] | undefined]>([
    ['is a task that waits for itself', { a: ['a'] }, [], ['a']],
    ['is two tasks that wait for each other', { a: ['b'], b: ['a'] }, [], ['a', 'b']],
    ['is found behind a dead end', { a: ['x', 'b'], x: [], b: ['c'], c: ['a'] }, [], ['a', 'b', 'c']],
    ['ends at a task that is done', { a: ['b'], b: ['a'] }, ['b'], undefined],
    ['is none of a task that only leads to one', { a: ['b'], b: ['c'], c: ['b'] }, [], undefined],
    ['is no chain, and no diamond', { a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }, [], undefined],
    ['is none through a task that does not exist', { a: ['nowhere'] }, [], undefined],
  ])('%s', (_claim, graph, done, cycle) => {
    expect(cycleThrough('a' as TaskId, tasksOf(graph, done))).toEqual(cycle);
  });

  const graphs = fc.uniqueArray(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 20, selector: String }).map((edges) => {
    const ids = Array.from({ length: 8 }, (_, id) => [`t${id}`, [] as string[]] as const);
    const graph = Object.fromEntries(ids);
    for (const [from, to] of edges) graph[`t${from}`]?.push(`t${to}`);
    return graph;
  });

  it('is found exactly where trying every way finds one, and every step of it is a dependency', () => {
    fc.assert(
      fc.property(graphs, fc.subarray(['t0', 't1', 't2', 't3']), (graph, done) => {
        const tasks = tasksOf(graph, done);
        for (const id of tasks.keys()) {
          const cycle = cycleThrough(id, tasks);
          expect(cycle !== undefined).toBe(reaches(graph, done, id, id));
          if (!cycle) continue;
          expect(cycle[0]).toBe(id);
          for (const [index, step] of cycle.entries()) {
            expect(graph[step]).toContain(cycle[(index + 1) % cycle.length]);
          }
        }
      }),
    );
  });

  it('lies among the suspects', () => {
    fc.assert(
      fc.property(graphs, fc.subarray(['t0', 't1', 't2', 't3']), (graph, done) => {
        const tasks = tasksOf(graph, done);
        const suspects = nearCycles(tasks);
        for (const id of tasks.keys()) if (cycleThrough(id, tasks)) expect(suspects.has(id)).toBe(true);
      }),
    );
  });

  it('has no suspects before it nor behind it', () => {
    const tasks = tasksOf({ before: ['a'], a: ['b'], b: ['a', 'after'], after: [] });
    expect([...nearCycles(tasks)].sort()).toEqual(['a', 'b']);
  });
});

/** Whether there is a way of at least one step, by trying all. */
function reaches(graph: Graph, done: readonly string[], from: string, to: string): boolean {
  const seen = new Set<string>();
  const visit = (id: string): boolean => {
    if (done.includes(id)) return false;
    return (graph[id] ?? []).some((next) => {
      if (next === to) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return visit(next);
    });
  };
  return visit(from);
}
