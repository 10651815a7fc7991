import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainTask } from '../test/plain-task.ts';
import type { TaskId } from './ids.ts';
import { type ResourceKey, resource, resourcesConflict, resourcesOf } from './resource.ts';

describe('resources', () => {
  it.each([
    ['path/src', 'path/src/ui', true],
    ['path/src', 'path/src2', false],
    ['path', 'path/anything', true],
    ['path', 'task/x', false],
    ['task/x', 'task/x', true],
    ['task/x', 'task/xy', false],
    ['task/path', 'path/task', false],
  ])('%s and %s conflict: %s', (left, right, conflict) => {
    expect(resourcesConflict(left as ResourceKey, right as ResourceKey)).toBe(conflict);
    expect(resourcesConflict(right as ResourceKey, left as ResourceKey)).toBe(conflict);
  });

  it('of a task are itself, its paths and its capabilities, each once', () => {
    const task = plainTask('x', { touchPaths: ['src', '', 'src'], capabilities: ['a/b', 'a/b'] });
    expect(resourcesOf(task)).toEqual(['task/x', 'path/src', 'path', 'capability/a%2Fb']);
  });

  it('of two capabilities conflict only when they have one name', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (left, right) => {
        expect(resourcesConflict(resource.capability(left), resource.capability(right))).toBe(left === right);
      }),
    );
  });

  it('exist for any name, also one that no encoding has', () => {
    expect(resource.capability('\ud800')).toBe('capability/%EF%BF%BD');
    expect(resource.landing('refs/heads/main')).toBe('landing/refs%2Fheads%2Fmain');
    expect(resource.task('x' as TaskId)).toBe('task/x');
  });
});
