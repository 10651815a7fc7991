/** How much two lists of paths speak of one place, from 0 to 1. Undefined when one of them says nothing. */
export function pathLikeness(left: readonly string[], right: readonly string[]): number | undefined {
  const [some, others] = [left.filter(saysSomething), right.filter(saysSomething)];
  if (some.length === 0 || others.length === 0) return undefined;
  const [fewer, more] = some.length <= others.length ? [some, others] : [others, some];
  const best = fewer.map((path) => Math.max(...more.map((other) => likeness(path, other))));
  return best.reduce((sum, value) => sum + value, 0) / best.length;
}

/** The whole project is no place. */
function saysSomething(path: string): boolean {
  return path !== '';
}

function likeness(left: string, right: string): number {
  if (left === right) return 1;
  const [a, b] = [left.split('/'), right.split('/')];
  const shared = a.findIndex((part, index) => part !== b[index]);
  const common = shared === -1 ? a.length : shared;
  // One lies within the other: the deeper the outer one, the more that says.
  if (common === Math.min(a.length, b.length)) return common === 1 ? 0.7 : 0.9;
  if (isTestOf(a, b) || isTestOf(b, a)) return 0.6;
  return common === 0 ? 0 : 0.3 * (common / Math.max(a.length, b.length));
}

const TEST = /([._-](test|spec|stories)|^test_)/;

/** `test/money/parse.test.ts` and `src/money/parse.ts` are about one thing. */
function isTestOf(test: readonly string[], tested: readonly string[]): boolean {
  const [name = '', other = ''] = [test.at(-1), tested.at(-1)];
  return TEST.test(name) && !TEST.test(other) && stemOf(name.replace(TEST, '')) === stemOf(other);
}

function stemOf(name: string): string {
  return name.replace(/\.[^.]+$/, '');
}
