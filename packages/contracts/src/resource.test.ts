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

  it('conflict both ways, and exactly when the parts of one are the first parts of the other', () => {
    const part = fc.constantFrom('path', 'task', 'src', 'src2', 'ui', 'a b', 'ä');
    const key = fc.array(part, { minLength: 1, maxLength: 4 });
    const begins = (whole: readonly string[], start: readonly string[]) => start.every((one, at) => one === whole[at]);
    fc.assert(
      fc.property(key, key, (left, right) => {
        const [one, other] = [left.join('/') as ResourceKey, right.join('/') as ResourceKey];
        expect(resourcesConflict(one, other)).toBe(begins(left, right) || begins(right, left));
        expect(resourcesConflict(other, one)).toBe(resourcesConflict(one, other));
        expect(resourcesConflict(one, one)).toBe(true);
      }),
    );
  });

  it('of one path conflict with those of the whole project and of all that is above and below', () => {
    const parts = fc.array(fc.constantFrom('src', 'ui', 'a b'), { maxLength: 4 });
    fc.assert(
      fc.property(parts, fc.nat(4), (path, depth) => {
        const above = resource.path(path.slice(0, depth).join('/'));
        expect(resourcesConflict(resource.path(path.join('/')), above)).toBe(true);
        expect(resourcesConflict(resource.path(path.join('/')), resource.task('src' as TaskId))).toBe(false);
      }),
    );
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
