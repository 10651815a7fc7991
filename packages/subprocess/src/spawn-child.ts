import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { MARK_VARIABLE } from '@backlog-runner/contracts';
import { execa } from 'execa';
import type { ProcessSpec } from './process.ts';

/** A process that did start. */
export interface Child extends Pick<ChildProcess, 'kill' | 'once'> {
  readonly pid: number;
  readonly stdout: NonNullable<ChildProcess['stdout']>;
  readonly stderr: NonNullable<ChildProcess['stderr']>;
}

export interface Spawned {
  readonly child: Child | undefined;
  /** Asked only about a child that did not start. */
  readonly failure: () => Promise<unknown>;
}

/** Starts the process as the leader of a group of its own, where there are groups, and gives it its input. */
export function spawnChild(spec: ProcessSpec): Spawned {
  const { command, args, cwd, environment, input, mark } = spec;
  try {
    const child = execa(command, args, {
      cwd,
      env: mark === undefined ? environment : { ...environment, [MARK_VARIABLE]: mark },
      extendEnv: false,
      stdin: input === undefined ? 'ignore' : 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
      buffer: false,
      reject: false,
      cleanup: false,
      forceKillAfterDelay: false,
      detached: process.platform !== 'win32',
      windowsVerbatimArguments: path.win32.basename(command).toLowerCase() === 'cmd.exe',
    });
    // A signal that could not be delivered is reported here and nowhere else.
    child.on('error', () => {});
    // A process may end, or close its input, without having read all of it.
    child.stdin?.on('error', () => {}).end(input);
    const failure = async () => (await child).cause;
    const { pid, stdout, stderr } = child;
    if (pid === undefined) return { child: undefined, failure };
    return { child: { pid, stdout, stderr, kill: child.kill.bind(child), once: child.once.bind(child) }, failure };
  } catch (error) {
    return { child: undefined, failure: async () => error };
  }
}
