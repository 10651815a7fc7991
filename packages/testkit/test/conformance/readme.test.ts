import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { leaseManagerCases } from '../../src/conformance/index.ts';

const home = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const examples = [...readFileSync(join(home, 'README.md'), 'utf8').matchAll(/```js\n([\s\S]*?)```/g)].map(
  ([, code = '']) => code,
);

function outputOf(imported: string): string {
  const code = examples.find((example) => example.includes(imported)) ?? expect.unreachable();
  const args = ['--conditions=@backlog-runner/source', '--input-type=module', '--eval', code];
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return execFileSync(process.execPath, args, { cwd: home, encoding: 'utf8', env });
}

it('the loop of the README runs every case of a contract', () => {
  const lines = outputOf('runCases').trim().split('\n');
  expect(lines.map((line) => line.trim())).toEqual(leaseManagerCases.map(({ id }) => `passed ${id}`));
});

it('the example for node:test of the README passes, and skips with a reason', () => {
  const output = outputOf('node:test');
  expect(output).toMatch(/fail 0\b/);
  expect(output).toContain('It takes none.');
  expect(output).toContain('leases/released-cannot-be-renewed');
});
