import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { System } from '@backlog-runner/contracts';
import { system } from '@backlog-runner/contracts';
import { onTestFinished } from 'vitest';
import { allowedEnvironment, BASE_ENVIRONMENT_NAMES, type ProcessSpec, type RunningProcess } from '../src/index.ts';

export const environment: Record<string, string> = allowedEnvironment(process.env, { names: BASE_ENVIRONMENT_NAMES });

/** A directory that is removed after the test. */
export function directory(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'backlog-runner-subprocess-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** A Node program given as source. */
export function program(source: string, more: Partial<ProcessSpec> = {}): ProcessSpec {
  return { command: process.execPath, args: ['-e', source], cwd: tmpdir(), environment, ...more };
}

/** A script for `/bin/sh`. */
export function script(source: string, more: Partial<ProcessSpec> = {}): ProcessSpec {
  return { command: '/bin/sh', args: ['-c', source], cwd: tmpdir(), environment, ...more };
}

export async function allLines(running: RunningProcess): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of running.lines) lines.push(line);
  return lines;
}

/** Reads on until a line that the process prints, and leaves it running. */
export async function lineOf(running: RunningProcess): Promise<string> {
  const { value, done } = await running.lines[Symbol.asyncIterator]().next();
  if (done) throw new Error('The process ended without a line.');
  return value;
}

export function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) throw new Error('Never started.');
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

export async function waitUntil(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** A clock that stands still until it is advanced. */
export function manualSystem(): System & { advance(ms: number): void; pending(): number } {
  let now = 0;
  let timers: { at: number; action: () => void }[] = [];
  return {
    ...system,
    monotonic: () => now,
    after(delayMs, action) {
      const timer = { at: now + delayMs, action };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      now += ms;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { action } of due) action();
    },
    pending: () => timers.length,
  };
}
