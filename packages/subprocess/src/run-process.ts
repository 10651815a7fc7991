import { system as defaultSystem, type System } from '@backlog-runner/contracts';
import { outputTail } from './output-tail.ts';
import type { ProcessResult, ProcessSpec } from './process.ts';
import { supervise } from './supervise.ts';

const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/** `maxOutputBytes` holds for each of the two outputs; of a longer one the end is kept. Default 16 MiB. */
export type RunSpec = ProcessSpec & { readonly maxOutputBytes?: number };

/** Runs a command to its end. Never rejects. */
export async function runProcess(
  spec: RunSpec,
  { system = defaultSystem }: { system?: System } = {},
): Promise<ProcessResult> {
  const started = system.monotonic();
  const stdout = outputTail(spec.maxOutputBytes ?? MAX_OUTPUT_BYTES);
  const stderr = outputTail(spec.maxOutputBytes ?? MAX_OUTPUT_BYTES);
  const end = await supervise(spec, { stdout: stdout.push, stderr: stderr.push }, system).ended;
  return {
    end,
    stdout: stdout.text(),
    stderr: stderr.text(),
    truncated: stdout.truncated() || stderr.truncated(),
    durationMs: system.monotonic() - started,
  };
}
