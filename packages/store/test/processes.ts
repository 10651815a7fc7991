import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface Worker {
  /** What it said, one line each. */
  readonly said: readonly string[];
  kill(): void;
  /** Its exit code, or undefined when it was killed. Rejects when it wrote to stderr. */
  readonly ended: Promise<number | undefined>;
  /** Resolves when it has said so many lines or ended. */
  saying(lines: number): Promise<void>;
}

/** Starts one of the programs of this directory as a process of its own. It never outlives the test. */
export function startWorker(program: string, ...args: readonly string[]): Worker {
  const child: ChildProcess = fork(join(import.meta.dirname, program), args, {
    execArgv: ['--conditions=@backlog-runner/source'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said: string[] = [];
  const waiting = new Set<() => void>();
  let errors = '';
  let over = false;
  const wake = () => {
    for (const check of [...waiting]) check();
  };
  child.stderr?.on('data', (data) => {
    errors += data;
  });
  child.on('message', (line) => {
    said.push(String(line));
    wake();
  });
  const ended = new Promise<number | undefined>((resolve, reject) => {
    child.on('close', (code) => {
      over = true;
      wake();
      if (errors === '') resolve(code ?? undefined);
      else reject(new Error(errors));
    });
  });
  return {
    said,
    ended,
    kill: () => void child.kill('SIGKILL'),
    saying: (lines) =>
      new Promise((resolve) => {
        const check = () => {
          if (said.length < lines && !over) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}
