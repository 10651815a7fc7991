import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { main } from './main.ts';
import type { StopSignal, Surroundings } from './surroundings.ts';

const SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM'];

function surroundings(): Surroundings {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return {
    directory: process.cwd(),
    environment: process.env,
    node: process.execPath,
    host: hostname(),
    version,
    stdout: process.stdout,
    stderr: process.stderr,
    onSignal(listener) {
      for (const signal of SIGNALS) process.on(signal, listener);
      return () => {
        for (const signal of SIGNALS) process.off(signal, listener);
      };
    },
    exit: (code) => process.exit(code),
  };
}

/** A reader such as `head` may leave before everything is said. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

process.stdout.on('error', ignoreClosedPipe);
process.stderr.on('error', ignoreClosedPipe);
process.exitCode = await main(process.argv.slice(2), surroundings());
