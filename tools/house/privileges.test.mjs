import { describe, expect, it } from 'vitest';
import { breaches } from './breaches.mjs';
import { privileges } from './privileges.mjs';

const CLOCK = 'reads a clock, starts a timer or asks for randomness';
const PROCESSES = 'starts or ends processes';
const PROCESS = 'touches the process it runs in';
const STATE = 'keeps state in the module';

const said = (code, file = 'packages/store/src/a.ts') =>
  breaches(privileges, { [`${file.split('/').slice(0, 2).join('/')}/package.json`]: {}, [file]: code });

describe.each([
  [
    CLOCK,
    [
      'const at = new Date();',
      'const at = new Date ( );',
      'const at = new Date;',
      'const text = Date();',
      'const at = Date.now();',
      'const start = performance.now();',
      "import { performance } from 'node:perf_hooks';",
      'const start = process.hrtime.bigint();',
      'const start = process.uptime();',
      'setTimeout(work, 10);',
      "import { setInterval as ticks } from 'node:timers/promises';",
      'await scheduler.wait(10);',
      'Atomics.wait(cell, 0, 0, 10);',
      'const signal = AbortSignal.timeout(10);',
      'const dice = Math.random();',
      'const bytes = crypto.getRandomValues(new Uint8Array(8));',
      "import { randomInt } from 'node:crypto';",
      "import { randomUUID } from 'node:crypto';",
      "process.getBuiltinModule('node:crypto').randomBytes(8);",
      'const key = generateKeySync(kind, options);',
    ],
  ],
  [
    PROCESSES,
    [
      "import { spawn } from 'node:child_process';",
      "import 'node:child_process';",
      "import type { ChildProcess } from 'node:child_process';",
      "const { spawn } = await import('child_process');",
      "const { spawn } = process.getBuiltinModule('node:child_process');",
      "const { spawn } = createRequire(import.meta.url)('node:child_process');",
      'const { spawn } = require(`node:child_process`);',
      'import { fork } from "node:cluster";',
      "import { Worker } from 'node:worker_threads';",
      "import { execa } from 'execa';",
      "process.kill(pid, 'SIGTERM');",
      'process.kill(pid);',
      'process.execve(file);',
    ],
  ],
  [
    PROCESS,
    [
      'process.exit(1);',
      'process.exitCode = 1;',
      "process.on('SIGINT', stop);",
      'process.stdout.write(text);',
      'const [, , first] = process.argv;',
      'globalThis.process?.chdir(directory);',
      'const { exit } = process;',
      "process['exit'](1);",
      "import { exit } from 'node:process';",
      "console.log('here');",
    ],
  ],
  [
    STATE,
    [
      'let count = 0;',
      'export let count = 0;',
      'var count = 0;',
      'const known = new Map();',
      'const known = new Map<string, Map<string, number>>();',
      'export const known: Map<string, () => void> = new Map();',
      'const known = new WeakSet<object>();',
      'const found: string[] = [];',
      'const found: Record<string, string> = {};',
    ],
  ],
])('who %s', (what, lines) => {
  it.each(lines)('is found: %s', (line) => {
    expect(said(`/** Words. */\n${line}\n`)).toEqual([expect.stringContaining(`packages/store/src/a.ts:2: ${what}`)]);
  });
});

it.each([
  ['a date from a number', 'const at = new Date(task.createdAt).toISOString();'],
  ['a method of a date', 'date.setDate(date.getDate() + 1);'],
  ['chance and time as a port', 'const at = system.now() + system.random();'],
  ['a comment about it', '/** No `Date.now()` and no setTimeout. */\n// process.exit(1)\nconst a = 1;'],
  ['a question to the process', 'const { HOME } = process.env;\nconst at = process.cwd();'],
  ['a question whether a process is there', 'process.kill(pid, 0);'],
  ['a word about performance', "const words = 'performance matters';"],
  ['a constant', "const NAMES: readonly string[] = [];\nconst KNOWN = new Set(['a']);"],
  ['state of a function', 'export function counter(): () => number {\n  let count = 0;\n  return () => count++;\n}'],
])('%s is no breach', (_, code) => {
  expect(said(`${code}\n`)).toEqual([]);
});

it('finds what stands behind a glob that looks like the beginning of a comment', () => {
  const code = "const all = 'src/**';\nconst at = Date.now();\nconst none = '*/';\n";
  expect(said(code)).toEqual([expect.stringContaining('a.ts:2')]);
});

it.each([
  ['packages/contracts/src/system.ts', 'export const now = () => Date.now();'],
  ['packages/subprocess/src/spawn-child.ts', "import { spawn } from 'node:child_process';"],
  ['packages/cli/src/bin.ts', 'const broken: Error[] = [];\nprocess.exit(1);'],
  ['packages/testkit/src/fake-agent.js', "await import('node:child_process');"],
  ['packages/store/src/a.test.ts', 'const at = Date.now();'],
  ['packages/store/test/a.test.ts', "import { spawn } from 'node:child_process';"],
])('%s may', (file, code) => {
  expect(said(`${code}\n`, file)).toEqual([]);
});

it.each([
  ['packages/contracts/src/task.ts', 'const at = Date.now();'],
  ['packages/cli/src/compose.ts', "import { spawn } from 'node:child_process';"],
  ['packages/cli/src/compose.ts', 'const broken: Error[] = [];'],
  ['packages/subprocess/src/spawn-child.ts', 'process.exit(1);'],
])('%s may not', (file, code) => {
  expect(said(`${code}\n`, file)).toHaveLength(1);
});
