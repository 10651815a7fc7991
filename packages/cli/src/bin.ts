#!/usr/bin/env node
import { main } from './main.ts';
import type { Output, StopSignal, Surroundings } from './surroundings.ts';

const SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM'];

/** `EXIT.environment`, whose table is not loaded for most commands. */
const UNWRITABLE = 4;
/** Why an answer may be incomplete, such as a full disk. */
const broken: NodeJS.ErrnoException[] = [];

/** A stream of this process, opened when it is first used. A reader such as `head` may leave before all is said. */
function output(stream: () => NodeJS.WriteStream): Output {
  let opened: NodeJS.WriteStream | undefined;
  const open = () => {
    if (opened) return opened;
    opened = stream();
    opened.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') broken.push(error);
    });
    return opened;
  };
  return {
    write: (text) => open().write(text),
    get isTTY() {
      return open().isTTY === true;
    },
    get columns() {
      return open().columns ?? 80;
    },
  };
}

const surroundings: Surroundings = {
  directory: process.cwd(),
  environment: process.env,
  node: process.execPath,
  stdout: output(() => process.stdout),
  stderr: output(() => process.stderr),
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
