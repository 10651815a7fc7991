import { system as defaultSystem, type System } from '@backlog-runner/contracts';
import { lineQueue } from './line-queue.ts';
import { lineSplitter } from './line-splitter.ts';
import { outputTail } from './output-tail.ts';
import type { ProcessSpec, RunningProcess } from './process.ts';
import { supervise } from './supervise.ts';

const LONGEST_LINE = 16 * 1024 * 1024;
const STDERR_BYTES = 64 * 1024;

/** Starts a process that is read line by line while it runs. Never throws: one that does not start has an end that says so. */
export function startProcess(spec: ProcessSpec, { system = defaultSystem }: { system?: System } = {}): RunningProcess {
  const splitter = lineSplitter(LONGEST_LINE);
  const stderr = outputTail(STDERR_BYTES);
  const queue = lineQueue({ hold: (held) => child.holdOutput(held), left: () => stop() });
  const child = supervise(
    spec,
    { stdout: (chunk) => queue.push(splitter.push(chunk)), stderr: (chunk) => stderr.push(chunk) },
    system,
  );
  const ended = child.ended.then((end) => {
    queue.push(splitter.rest());
    queue.end();
    return { end, stderr: stderr.text() };
  });
  const stop = async () => {
    child.stop({ status: 'aborted' });
    await ended;
  };
  return { pid: child.pid, lines: queue.lines, allowSilence: child.allowSilence, stop, ended };
}
