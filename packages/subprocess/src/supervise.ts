import type { Buffer } from 'node:buffer';
import type { System } from '@backlog-runner/contracts';
import { drain } from './drain.ts';
import { endProcesses } from './end-processes.ts';
import { idleWatch } from './idle-watch.ts';
import { explainNotStarted } from './not-started.ts';
import type { ProcessEnd, ProcessSpec } from './process.ts';
import type { ProcessFacts } from './process-table.ts';
import { askToStop, killGroup } from './signal-tree.ts';
import { type Child, spawnChild } from './spawn-child.ts';

const GRACE_MS = 5000;

/** What is done with the bytes of a process. */
export interface Output {
  readonly stdout: (chunk: Buffer) => void;
  readonly stderr: (chunk: Buffer) => void;
}

/** A process with its limits, from its start until nothing is left of it. */
export interface Supervision {
  readonly pid: number | undefined;
  readonly ended: Promise<ProcessEnd>;
  /** Stops it. The first cause is the one that counts. */
  stop(cause: ProcessEnd): void;
  allowSilence(allowed: boolean): void;
  /** Leaves standard output in the pipe for now, which makes the process wait sooner or later. */
  holdOutput(held: boolean): void;
}

export function supervise(spec: ProcessSpec, output: Output, system: System): Supervision {
  if (spec.signal?.aborted) return over(Promise.resolve({ status: 'aborted' }));
  const { child, failure } = spawnChild(spec);
  return child === undefined
    ? over(failure().then((error) => explainNotStarted(spec, error)))
    : watchOver(child, spec, output, system);
}

function over(ended: Promise<ProcessEnd>): Supervision {
  return { pid: undefined, ended, stop() {}, allowSilence() {}, holdOutput() {} };
}

function watchOver(child: Child, spec: ProcessSpec, output: Output, system: System): Supervision {
  const { pid } = child;
  let cause: ProcessEnd | undefined;
  let exited = false;
  let tree: Promise<readonly ProcessFacts[]> = Promise.resolve([]);

  const stop = (why: ProcessEnd) => {
    if (cause !== undefined || exited) return;
    cause = why;
    stopTimers.push(system.after(spec.graceMs ?? GRACE_MS, () => killGroup(pid)));
    tree = askToStop(child, spec.stopSignal ?? 'SIGTERM');
  };
  const idle =
    spec.idleMs === undefined
      ? undefined
      : idleWatch(spec.idleMs, system, () => stop({ status: 'timed-out', limit: 'idle' }));
  const stopTimers = [() => idle?.close()];
  if (spec.totalMs !== undefined) {
    stopTimers.push(system.after(spec.totalMs, () => stop({ status: 'timed-out', limit: 'total' })));
  }
  const onAbort = () => stop({ status: 'aborted' });
  spec.signal?.addEventListener('abort', onAbort, { once: true });

  let received = 0;
  const reading = (pass: (chunk: Buffer) => void) => (chunk: Buffer) => {
    received += chunk.length;
    idle?.touch();
    pass(chunk);
  };
  child.stdout.on('data', reading(output.stdout));
  child.stderr.on('data', reading(output.stderr));

  const exit = new Promise<{ own: ProcessEnd; groupLeft: boolean }>((resolve) => {
    child.once('exit', (code: number | null, signal: string | null) => {
      exited = true;
      const groupLeft = killGroup(pid);
      for (const stopTimer of stopTimers) stopTimer();
      spec.signal?.removeEventListener('abort', onAbort);
      child.stdout.resume();
      resolve({
        own: signal === null ? { status: 'exited', code: code ?? 1 } : { status: 'killed', signal },
        groupLeft,
      });
    });
  });

  const ended = async () => {
    const { own, groupLeft } = await exit;
    const kin = await tree;
    const belongs = (facts: ProcessFacts) =>
      (groupLeft && facts.group === pid) ||
      (spec.mark !== undefined && facts.mark === spec.mark) ||
      kin.some((relative) => relative.pid === facts.pid && relative.born === facts.born);
    if (groupLeft || spec.mark !== undefined || kin.length > 0) await endProcesses(belongs);
    await drain([child.stdout, child.stderr], () => received);
    return cause ?? own;
  };

  return {
    pid,
    ended: ended(),
    stop,
    allowSilence: (allowed) => idle?.allow('asked', allowed),
    holdOutput(held) {
      if (exited) return;
      idle?.allow('unread', held);
      if (held) child.stdout.pause();
      else child.stdout.resume();
    },
  };
}
