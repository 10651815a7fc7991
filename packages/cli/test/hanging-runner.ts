import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import type { scriptedProject } from './scripted-project.ts';
import { CLI, childEnvironmentOf } from './temp-project.ts';

export const hanging = { script: { default: [{ say: 'thinking', hang: true }] }, tasks: { slow: 'title: Slow\n' } };

/** A runner whose agent hangs, once the agent works. */
export async function hangingRunner(world: Awaited<ReturnType<typeof scriptedProject>>): Promise<{
  readonly child: ChildProcess;
  readonly run: string;
  readonly ended: Promise<number | null>;
}> {
  const child = spawn(process.execPath, [...CLI, 'start', '--json'], {
    cwd: world.directory,
    env: childEnvironmentOf(world),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line);
    if (event.type === 'attempt.progress') {
      child.stdout.resume();
      return { child, run: event.run, ended };
    }
  }
  throw new Error(`The runner ended with ${await ended} before its agent worked.`);
}
