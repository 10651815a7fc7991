import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findExecutable } from '../src/index.ts';
import { directory } from './programs.ts';

function bin(...names: string[]): string {
  const made = directory();
  for (const name of names) writeFileSync(path.join(made, name), '#!/bin/sh\n', { mode: 0o755 });
  return made;
}

test('the first executable file on the path is found', async () => {
  const [first, second] = [bin('tool'), bin('tool')];
  chmodSync(path.join(first, 'tool'), 0o644);
  mkdirSync(path.join(first, 'other'));
  const PATH = [path.join(first, 'missing'), '', 'relative', first, second].join(path.delimiter);
  expect(await findExecutable('tool', { PATH })).toBe(path.join(second, 'tool'));
  expect(await findExecutable('other', { PATH })).toBeUndefined();
});

test('nothing is found without a path, or without a name', async () => {
  expect(await findExecutable('sh', {})).toBeUndefined();
  expect(await findExecutable('', { PATH: '/bin' })).toBeUndefined();
});

test('a name with a slash is a path', async () => {
  const made = bin('tool');
  expect(await findExecutable(path.join(made, 'tool'), {})).toBe(path.join(made, 'tool'));
  expect(await findExecutable(path.join(made, 'none'), { PATH: made })).toBeUndefined();
  const relative = path.relative(process.cwd(), path.join(made, 'tool'));
  expect(await findExecutable(relative, {})).toBe(relative);
});
