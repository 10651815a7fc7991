import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { ndJsonStream, type Stream } from '@agentclientprotocol/sdk';
import { MARK_VARIABLE, markFor, pause } from '@backlog-runner/contracts';
import type { Setup } from './options.ts';
import { sweep } from './sweep.ts';

export interface AgentProcess {
  /** The protocol's messages, both ways. */
  readonly messages: Stream;
  /** Resolves when nothing of the agent is left: neither the program nor anything it started. Never rejects. */
  readonly ended: Promise<AgentEnd>;
  /** Tells the agent that there is nothing more to say, and stops it when it does not leave. */
  close(): Promise<AgentEnd>;
  /** Interrupts the agent, so that it can end its own children, then kills what is left. */
  stop(): Promise<AgentEnd>;
}

export interface AgentEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The last thing on standard error. */
  readonly lastWords: string;
}

export type Started = AgentProcess | { readonly problem: string; readonly isMissing: boolean };

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

const LEAVE_MS = 2_000;
const GRACE_MS = 3_000;
const STDERR_LENGTH = 4_000;

export interface Start {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** See `AgentOrigin.run`. */
  readonly run: string;
}

/** Starts the agent as the leader of a process group of its own. */
export async function startAgent(setup: Setup, { directory, environment, run }: Start): Promise<Started> {
  const mark = markFor(run, setup.system);
  const child: Child = spawn(setup.command, [...setup.args], {
    cwd: directory,
    env: { ...setup.environment, ...environment, [MARK_VARIABLE]: mark },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  try {
    await once(child, 'spawn');
  } catch (error) {
    return { problem: String(error), isMissing: error instanceof Error && 'code' in error && error.code === 'ENOENT' };
  }
  return watched(child, mark, setup);
}

function watched(child: Child, mark: string, { system }: Setup): AgentProcess {
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_LENGTH);
  });
  // An agent that is gone breaks the pipe; its end says so better.
  child.stdin.on('error', () => {});

  const exited = once(child, 'exit');
  const closed = once(child, 'close');
  const end = async (): Promise<AgentEnd> => {
    const [exitCode, signal] = await exited;
    killGroup(child);
    if (child.pid !== undefined) await sweep(mark, child.pid, system);
    // Whoever still holds the pipe could not be found: do not wait for it.
    await Promise.race([closed, pause(system, LEAVE_MS)]);
    child.stdout.destroy();
    child.stderr.destroy();
    return { exitCode, signal, lastWords: stderr.trim().split('\n').at(-1) ?? '' };
  };
  const ended = end();
  const endsWithin = (ms: number) => Promise.race([exited.then(() => true), pause(system, ms).then(() => false)]);

  const stop = async () => {
    child.kill('SIGINT');
    if (!(await endsWithin(GRACE_MS))) killGroup(child);
    return ended;
  };
  return {
    messages: ndJsonStream(Writable.toWeb(child.stdin), Readable.toWeb(child.stdout) as ReadableStream<Uint8Array>),
    ended,
    stop,
    async close() {
      child.stdin.end();
      return (await endsWithin(LEAVE_MS)) ? ended : stop();
    },
  };
}

function killGroup(child: Child): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/PID', String(child.pid), '/T', '/F'], { stdio: 'ignore' }).on('error', () => child.kill());
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nobody is left in the group.
  }
}
