import type { RunnerParts } from '@backlog-runner/runner';
import type { CrashPoints } from './crash-points.ts';

/** The parts whose calls name the steps inside of them. Everything else about a call stays as it is. */
const NAMED = ['store', 'inbox', 'leases', 'journal', 'workspaces', 'landing', 'validation', 'attemptLog'] as const;

/** Names every step after the call of the part it belongs to, such as `landing.land › git update-ref`. */
export function namedParts(parts: RunnerParts, points: CrashPoints): RunnerParts {
  const named = NAMED.map((name) => [name, nameCalls(name, parts[name], points)] as const);
  return { ...parts, ...Object.fromEntries(named) };
}

function nameCalls<Part extends object>(name: string, part: Part, points: CrashPoints): Part {
  return new Proxy(part, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        // Only promises are followed: a call that answers at once takes no durable step later.
        let answer: unknown;
        const followed = points.within(`${name}.${String(key)}`, async () => {
          answer = Reflect.apply(member, target, args);
          return answer instanceof Promise ? answer : undefined;
        });
        if (!(answer instanceof Promise)) return answer;
        return followed.then((value) => (isWorkspace(value) ? nameCalls('workspace', value, points) : value));
      };
    },
  });
}

function isWorkspace(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'retain' in value && typeof value.retain === 'function';
}
