#!/usr/bin/env node
import { Buffer } from 'node:buffer';
import { fstatSync, writeSync } from 'node:fs';
import { main } from './main.ts';
import type { Output, StopSignal, Surroundings } from './surroundings.ts';

const SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM'];

/** `EXIT.environment`, whose table is not loaded for most commands. */
const UNWRITABLE = 4;
/** Why an answer may be incomplete, such as a full disk. */
const broken: NodeJS.ErrnoException[] = [];

/**
 * A stream of this process. What goes to a file or a pipe is written without opening the stream, which loads more than a
 * short command needs. A reader such as `head` may leave before all is said.
 */
function output(descriptor: 1 | 2, stream: () => NodeJS.WriteStream): Output {
  let opened: NodeJS.WriteStream | undefined;
  let canWriteNow: boolean | undefined;
  const failed = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') broken.push(error);
  };
  const open = () => {
    opened ??= stream().on('error', failed);
    return opened;
  };
  const isSimple = () => {
    canWriteNow ??= !fstatSync(descriptor).isCharacterDevice();
    return canWriteNow && !opened;
  };
  return {
    write(text) {
      const rest = isSimple() ? writeNow(descriptor, Buffer.from(text), failed) : text;
      if (rest.length > 0) open().write(rest);
    },
    get isTTY() {
      return !isSimple() && open().isTTY === true;
    },
    get columns() {
      return isSimple() ? 80 : (open().columns ?? 80);
    },
  };
}

/** What could not be written yet, because the other end of a pipe is busy and does not let writers wait. */
function writeNow(descriptor: number, bytes: Buffer, failed: (error: NodeJS.ErrnoException) => void): Buffer {
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(descriptor, bytes, written);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN') return bytes.subarray(written);
    failed(error as NodeJS.ErrnoException);
  }
  return NOTHING;
}

const NOTHING: Buffer = Buffer.alloc(0);

const NOTHING_TO_LOSE: ReadonlySet<string> = new Set(['CloseReq', 'Immediate']);

const surroundings: Surroundings = {
  directory: process.cwd(),
  environment: process.env,
  node: process.execPath,
  stdout: output(1, () => process.stdout),
  stderr: output(2, () => process.stderr),
  onSignal(listener) {
    for (const signal of SIGNALS) process.on(signal, listener);
    return () => {
      for (const signal of SIGNALS) process.off(signal, listener);
    };
  },
  exit: (code) => process.exit(code),
};

process.exitCode = await main(process.argv.slice(2), surroundings);
process.on('exit', (code) => {
  const [error] = broken;
  if (error === undefined) return;
  process.exitCode = code || UNWRITABLE;
  process.stderr.write(`error The output could not be written: ${error.message}\n`);
});
// With nothing left that could be cut off, errors of a stream among them, there is no need to wait until the garbage is
// collected. Closing a file that was read, as the module loader may still do, is nothing.
setImmediate(() => {
  if (process.getActiveResourcesInfo().every((resource) => NOTHING_TO_LOSE.has(resource))) process.exit();
});
