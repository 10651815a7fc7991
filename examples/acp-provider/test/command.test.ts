import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('lands tasks with the command line, named in a config and as a value of it', async () => {
  const program = fileURLToPath(new URL('../run.mjs', import.meta.url));
  const flags = ['--conditions=@backlog-runner/source', '--disable-warning=ExperimentalWarning'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program]);
  expect(stdout).toContain('code small-coder\npage small-painter\n');
}, 60_000);
